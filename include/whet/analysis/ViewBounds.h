//===- ViewBounds.h - Who looks beyond the end of a view --------*- C++ -*-===//
//
// A string ends with a NUL that its length does not count; a view of a part of
// it goes on with the rest of the string. A function that takes a view and
// hands `data()` to one that wants a C string works for the one only:
//
//   ViewBounds Bounds;
//   if (Bounds.areKeptBy(Callee)) // a view that no NUL ends will do
//
// Kept are the bounds where the whole body is at hand, and no pointer, iterator
// or copy of a view leaves it, and so for what it passes views to. The library
// of std keeps them.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_VIEWBOUNDS_H
#define WHET_ANALYSIS_VIEWBOUNDS_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace whet {

class ViewBounds {
public:
  /// Whether \p F provably reads only the characters of the views that it is
  /// given, and keeps none of them. Each function is looked at once.
  bool areKeptBy(const clang::FunctionDecl &F);

private:
  bool areKeptByBody(const clang::FunctionDecl &F);
  bool areKeptBy(const clang::Stmt &S);
  bool areKeptByCall(const clang::CallExpr &Call);

  /// True while a function is looked at: recursion rests on itself.
  llvm::DenseMap<const clang::FunctionDecl *, bool> Known;
  /// Those that are known to, in the order in which they were asked about.
  llvm::SmallVector<const clang::FunctionDecl *, 8> Keeping;
};

} // namespace whet

#endif // WHET_ANALYSIS_VIEWBOUNDS_H
