//===- RecordUses.h - Who relies on the order of fields ---------*- C++ -*-===//
//
// What has to be known of all translation units before fields change places:
// whether somebody reads the bytes of a record, or names its fields by their
// position; and whether there are many of it, so that a byte saved is many.
//
//   FactBase Facts;
//   collectRecordUses(Context, Facts);          // one walk over the unit
//   publish(Facts);
//   F.Conditions = {orderIsFree(Record), thereAreMany(Record, false),
//                   noSourceFollows(Record)};
//
// Who relies on the bytes of an object relies on those of its bases and fields:
// that is solved once all units are joined. What is relied on:
//
//   offsetof(Header, Length)                    // Offset
//   static_assert(sizeof(Header) == 8)          // Size
//   write(Socket, &H, sizeof(H))                // Bytes
//   reinterpret_cast<Header *>(Buffer)          // Reinterpreted
//   union { Header H; char Raw[8]; }            // Punned
//   extern "C" void handle(Header *)            // ForeignLanguage
//   asm("..." : : "r"(&H))                      // Assembly
//   (Device *)0x4000                            // FixedAddress
//   auto operator<=>(...) const = default       // Compared
//   (&H.First)[1]                               // Neighbour
//
// and, by the source only, which a fix would have to change along:
//
//   Header H{1, 2}                              // Listed
//   auto [Kind, Length] = H                     // Bound
//   Headers.emplace_back(1, 2)                  // Built, of an aggregate
//   pfr::for_each_field(H, ...)                 // Library
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_RECORDUSES_H
#define WHET_ANALYSIS_RECORDUSES_H

#include "whet/facts/Fact.h"
#include "whet/facts/ReportedFinding.h"
#include "whet/support/Condition.h"
#include "clang/AST/DeclCXX.h"

namespace whet {

/// The key of \p Record in facts; nothing if it has no name that others could
/// know.
std::optional<std::string> recordKey(const clang::CXXRecordDecl &Record);

/// Adds what the unit does with records that are not of system headers. O(n) in
/// what is not of system headers.
void collectRecordUses(clang::ASTContext &Ctx, FactBase &Facts);

/// That nobody relies on the bytes of what has the key \p Record.
Condition orderIsFree(llvm::StringRef Record);

/// That there may be many objects of \p Record; the note says where. If what
/// one of them saves is swallowed by the allocator, only those count that are
/// parts of arrays, containers and other records.
Condition thereAreMany(llvm::StringRef Record, bool IsSwallowed);

/// On the fix: that no source names fields by position; the note says where one
/// does.
Condition noSourceFollows(llvm::StringRef Record);

/// One who relies on the order, in words: "its size is compared here".
struct RecordReliance {
  SourcePosition Where;
  std::string What;
  /// Only the source names fields by position, which could be changed along.
  bool IsOfSourceOnly = false;

  auto operator<=>(const RecordReliance &) const = default;
};

/// Who relies on the order of what has the key \p Record: the first place of
/// each way to do so, those that forbid another order before those that a fix
/// would have to change along. Of facts that are solved.
std::vector<RecordReliance> relianceOn(const FactBase &Facts,
                                       llvm::StringRef Record);

/// How many objects there are of a record.
struct RecordInstances {
  struct Array {
    SourcePosition Where;
    uint64_t Elements = 0;

    auto operator<=>(const Array &) const = default;
  };

  /// Arrays whose bounds are constants; one that is a field is in each object
  /// of its class.
  std::vector<Array> Arrays;
  /// Why there may be many more; nothing where nothing says so.
  std::optional<RecordReliance> Many;

  /// Elements of all arrays, of each once.
  uint64_t known() const;
};

/// Of facts that are solved.
RecordInstances instancesOf(const FactBase &Facts, llvm::StringRef Record);

} // namespace whet

#endif // WHET_ANALYSIS_RECORDUSES_H
