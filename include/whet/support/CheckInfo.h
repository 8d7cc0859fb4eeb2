//===- CheckInfo.h - The declaration of a check -----------------*- C++ -*-===//
//
// A check is declared once, as a constexpr CheckInfo in its own .cpp. All that
// the suite says about the check elsewhere comes from that declaration: the
// options that are read and stored, `whet checks`, `whet explain`, the index
// in docs/checks and the header block of the check's page.
//
//   static constexpr OptionInfo Opts[] = {
//       {"MinTripCount", OptionKind::Unsigned, "5",
//        "loops known to run fewer times are not reported"}};
//   static constexpr CheckInfo Info{
//       .Id = "whet-missing-reserve", .Topic = Topic::Allocation,
//       .Summary = "container grows in a loop of known trip count ...",
//       .Fix = FixKind::Safe, .Since = "0.1", .Options = Opts};
//
//===----------------------------------------------------------------------===//
#ifndef WHET_SUPPORT_CHECKINFO_H
#define WHET_SUPPORT_CHECKINFO_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace whet {

/// What a check is about; also the name of the folder that it lives in.
enum class Topic {
  Allocation,
  Strings,
  Copies,
  Layout,
  Locks,
  Threads,
  IO,
  Calls,
  Algorithms
};

/// The folder's name, such as "allocation".
llvm::StringRef topicName(Topic T);

/// What a fix promises.
enum class FixKind {
  /// The check offers no fix; its page says why.
  None,
  /// A person has to look at the fix; applied only on request.
  Unsafe,
  /// Same observable behaviour, compiles, idempotent, keeps comments, matches
  /// the indentation around it, and is never inside a macro expansion.
  Safe
};

/// "none", "unsafe" or "safe".
llvm::StringRef fixKindName(FixKind Kind);

enum class OptionKind { Bool, Unsigned, String };

/// One option of a check, set in `.clang-tidy` as `<check id>.<name>`.
struct OptionInfo {
  llvm::StringLiteral Name;
  OptionKind Kind;
  /// The default as it is written in `.clang-tidy`.
  llvm::StringLiteral Default;
  /// One sentence, lower case, no full stop.
  llvm::StringLiteral Help;
};

struct CheckInfo {
  /// Such as "whet-missing-reserve"; never changes once released.
  llvm::StringLiteral Id;
  whet::Topic Topic;
  /// One line that names the pattern, lower case, no full stop.
  llvm::StringLiteral Summary;
  /// The strongest promise that a fix of this check makes.
  FixKind Fix;
  /// The first version that had the check.
  llvm::StringLiteral Since;
  llvm::ArrayRef<OptionInfo> Options = {};

  /// The part of the id after "whet-", which names the page and the tests.
  llvm::StringRef shortName() const {
    llvm::StringRef Name = Id;
    Name.consume_front("whet-");
    return Name;
  }
};

} // namespace whet

#endif // WHET_SUPPORT_CHECKINFO_H
