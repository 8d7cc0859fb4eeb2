//===- StandardStrings.h - What is known of std::string ---------*- C++ -*-===//
//
// Strings and views of the standard library, of any character, and what can be
// proved of one string in one function:
//
//   if (const CXXRecordDecl *S = stringRecord(E->getType()))
//     ... inlineCapacity(*S) ...          // 15 for libstdc++'s std::string
//   if (isNulFree(E, Index)) ...          // no NUL among its characters
//
// A string that has a NUL inside is cut by c_str(): dropping such a round trip
// changes the program. Unknown is the normal answer: only locals whose every
// use is understood, and values made on the spot, are ever proved.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_STANDARDSTRINGS_H
#define WHET_ANALYSIS_STANDARDSTRINGS_H

#include "whet/analysis/BodyIndex.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/DenseSet.h"
#include <optional>

namespace whet {

/// The std::basic_string that \p T is, or null.
const clang::CXXRecordDecl *stringRecord(clang::QualType T);

/// Whether \p T is a std::basic_string_view.
bool isStringView(clang::QualType T);

/// The view of the same characters as it is written: "std::string_view". Empty
/// if there is no name for it.
llvm::StringRef viewName(const clang::CXXRecordDecl &String);

/// How many characters \p String holds before it allocates, as the library that
/// is compiled against has it; nothing if the library does not say.
std::optional<unsigned> inlineCapacity(const clang::CXXRecordDecl &String);

/// \p E without casts, temporaries and conversion functions that nobody wrote.
const clang::Expr &asWritten(const clang::Expr &E);

/// The variable or field that \p E names last: `S` of `S`, `Name` of `P->Name`.
const clang::ValueDecl *namedBy(const clang::Expr &E);

/// The value of \p E, if it is a whole number that the compiler knows.
std::optional<int64_t> integerConstant(const clang::Expr &E,
                                       const clang::ASTContext &Ctx);

/// Whether the string \p E provably has no NUL among its characters.
bool isNulFree(const clang::Expr &E, const BodyIndex &Index);

/// Whether \p E names a local that nothing else refers to, ever.
bool isUnsharedLocal(const clang::Expr &E, const BodyIndex &Index);

/// Whether evaluating \p Whole may change what \p E names, other than through
/// what it calls.
bool isChangedWithin(const clang::Expr &E, const clang::Expr &Whole,
                     const BodyIndex &Index);

/// Strings that are written as raw memory, or given a NUL or a number of
/// characters: what is cut out of these by c_str() is cut on purpose.
class RawStrings {
public:
  /// Looks at \p S itself; parents have to be noted before their children.
  void note(const clang::Stmt &S);
  bool contains(const clang::ValueDecl *D) const {
    return D && Decls.contains(D);
  }

private:
  void noteCall(const clang::CallExpr &Call);
  void add(const clang::Expr &E);

  llvm::DenseSet<const clang::ValueDecl *> Decls;
  llvm::DenseSet<const clang::Expr *> OnlyRead;
};

} // namespace whet

#endif // WHET_ANALYSIS_STANDARDSTRINGS_H
