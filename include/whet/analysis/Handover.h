//===- Handover.h - Containers that change hands as a whole -----*- C++ -*-===//
//
// Statements of a critical section that work through a container and leave it
// empty, or that fill it anew from what no other thread can see:
//
//   for (const auto &S : Sessions)      Lines.clear();
//     S->close();                       for (int N : Numbers)
//   Sessions.clear();                     Lines.push_back(format(N));
//
// Or each element is erased behind what is done with it:
//
//   for (auto It = ById.begin(); It != ById.end();) {
//     delete It->second;
//     It = ById.erase(It);
//   }
//
//   for (const Handover &H : handovers(Statements, Private)) ... H.Loop ...
//
// Another container can take its place: what is worked through is swapped out
// under the lock, what is filled is filled before and swapped in.
//
// The container is a member of `*this` of a class of the standard library that
// can be swapped. The loop has nothing else of `*this`, does not leave the
// function, and calls something, or allocates. Where the elements are pointers
// and the loop does not delete what they point to, that belongs to somebody
// else, whom the lock may keep from deleting it.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_HANDOVER_H
#define WHET_ANALYSIS_HANDOVER_H

#include "whet/analysis/PrivateWork.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace whet {

struct Handover {
  /// The container, as the loop names it first.
  const clang::MemberExpr *Container = nullptr;
  /// All places where the loop names it.
  llvm::SmallVector<const clang::MemberExpr *, 4> Mentions;
  const clang::Stmt *Loop = nullptr;
  /// `Container.clear()`, right behind the loop or, if it is filled, right
  /// before; null if the loop takes out one by one.
  const clang::Stmt *Clear = nullptr;
  /// It is filled, not emptied.
  bool IsFilled = false;
  /// Of what is filled: what that takes.
  Work Does;
  /// The first of the statements that make it up.
  size_t First = 0;
};

/// Those among \p Statements, of the function that \p Private has been made to
/// enter, in order. O(n) in their size.
std::vector<Handover> handovers(llvm::ArrayRef<const clang::Stmt *> Statements,
                                PrivateWork &Private);

} // namespace whet

#endif // WHET_ANALYSIS_HANDOVER_H
