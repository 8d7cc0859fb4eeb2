//===- LocalStorage.h - What local variables hold ---------------*- C++ -*-===//
//
// Which local variables of a function others may know the address of, and what
// is assigned to them:
//
//   LocalStorage Locals;
//   collectLocals(F, Locals);
//   if (!Locals.Escaped.contains(Var)) ... Locals.Sources[Var] ...
//
// Any doubt counts as escaping.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_LOCALSTORAGE_H
#define WHET_ANALYSIS_LOCALSTORAGE_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"

namespace whet {

/// What is known of the local variables of one function.
struct LocalStorage {
  /// Those whose address somebody may have.
  llvm::SmallPtrSet<const clang::ValueDecl *, 8> Escaped;
  /// What is assigned to them.
  llvm::DenseMap<const clang::ValueDecl *,
                 llvm::SmallVector<const clang::Expr *, 1>>
      Sources;
  /// Those that are assigned what is not known.
  llvm::SmallPtrSet<const clang::ValueDecl *, 4> Unknown;
};

/// Adds what the body and the initialisers of \p F do. O(n).
void collectLocals(const clang::FunctionDecl &F, LocalStorage &Locals);

/// What \p E is without parentheses, temporaries and defaults around it.
const clang::Expr &peeled(const clang::Expr &E);

/// The lambda that \p E is, or is made of; null if there is none.
const clang::LambdaExpr *asLambda(const clang::Expr &E);

} // namespace whet

#endif // WHET_ANALYSIS_LOCALSTORAGE_H
