//===- Check.h - Base class of all checks -----------------------*- C++ -*-===//
//
// A check matches, asks analyses, and says what it found as a Finding. It never
// builds a diagnostic, reads an option by hand or makes a fix-it itself:
//
//   void MissingReserve::check(const MatchFinder::MatchResult &Result) {
//     ...
//     report({.Loc = Growth->getExprLoc(), .Message = "...",
//             .Notes = {{Decl->getLocation(), "'v' is declared here"}},
//             .Suggested = std::move(Fix), .In = Function});
//   }
//
// A finding becomes a clang-tidy diagnostic, which is how NOLINT, header
// filters and warnings-as-errors mean the same in every host. Its fix is
// attached to the warning when it is safe, and to a note of its own when it is
// unsafe: clang-tidy, clangd and `whet fix` all apply the former on request and
// the latter only when asked for fixes in notes (`whet fix --unsafe`).
//
//===----------------------------------------------------------------------===//
#ifndef WHET_SUPPORT_CHECK_H
#define WHET_SUPPORT_CHECK_H

#include "clang-tidy/ClangTidyCheck.h"
#include "whet/support/CheckInfo.h"
#include "whet/support/Condition.h"
#include "whet/support/Edit.h"
#include <string>
#include <vector>

namespace whet {

struct Note {
  clang::SourceLocation Loc;
  std::string Message;
};

/// A fix: edits that are applied together or not at all.
struct Fix {
  FixKind Kind = FixKind::None;
  /// What an unsafe fix does and what to look at before applying it.
  std::string Caution;
  Edits Changes;
};

struct Finding {
  clang::SourceLocation Loc;
  /// Names the pattern and its cost; lower case, no full stop.
  std::string Message;
  /// The evidence, in the order in which a reader needs it.
  std::vector<Note> Notes = {};
  std::optional<Fix> Suggested = std::nullopt;
  /// The function, or else the class, that it is in; null outside of any.
  const clang::Decl *In = nullptr;
  /// What has to hold in the whole program. A host that sees one unit only
  /// takes no notice: a check asks its own facts before it reports.
  std::vector<Condition> Conditions = {};
};

/// Invariants: every option of the declaration is stored, and no other; a
/// finding's fix never promises more than the declaration does.
class Check : public clang::tidy::ClangTidyCheck {
public:
  Check(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context,
        const CheckInfo &Info);

  const CheckInfo &info() const { return Declaration; }

  bool isLanguageVersionSupported(
      const clang::LangOptions &LangOpts) const override {
    return LangOpts.CPlusPlus;
  }

  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap &Opts) final;

protected:
  /// The value of a declared option. A value that cannot be read is a
  /// configuration diagnostic and the default.
  bool boolOption(llvm::StringRef Name) const;
  unsigned unsignedOption(llvm::StringRef Name) const;
  std::string stringOption(llvm::StringRef Name) const;

  void report(Finding F);

private:
  const OptionInfo &option(llvm::StringRef Name) const;

  const CheckInfo &Declaration;
};

} // namespace whet

#endif // WHET_SUPPORT_CHECK_H
