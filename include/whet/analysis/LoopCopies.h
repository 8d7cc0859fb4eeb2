//===- LoopCopies.h - Copies that are made in each iteration ----*- C++ -*-===//
//
// Elements that a loop copies only to read them: its variable, a conversion
// that the variable's type asks for, a local that copies an element or a
// member.
//
//   LoopCopies Copies;
//   for (const LoopCopy &C : Copies.find(Function, IsTracked))
//     if (C.State.Kind == SourceState::Stable) ...  // a reference would do
//
// Copies of what changes while they are read are left out.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_LOOPCOPIES_H
#define WHET_ANALYSIS_LOOPCOPIES_H

#include "whet/analysis/SourceStability.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace whet {

struct LoopCopy {
  const clang::VarDecl *Var = nullptr;
  /// What is copied.
  const clang::Expr *Source = nullptr;
  /// Where the copy lives.
  llvm::SmallVector<const clang::Stmt *, 4> Region;
  /// The loop whose variable it is; null for a local.
  const clang::CXXForRangeStmt *Loop = nullptr;
  /// Whether the elements have another type, and are converted.
  bool IsConversion = false;
  /// Whether it is made in each iteration of some loop.
  bool IsInLoop = false;
  /// Stable or Unknown.
  SourceState State;

  /// The variable's name in quotes; of structured bindings, all of them.
  std::string name() const;
};

class LoopCopies {
public:
  enum Locals { InLoops, Everywhere };

  /// Looks at copies that are made once only if \p Which is Everywhere.
  explicit LoopCopies(Locals Which = InLoops) : Which(Which) {}

  using TypeFilter = llvm::function_ref<bool(clang::QualType)>;

  /// Those of the body of \p F, closures in it aside, of types for which
  /// \p IsTracked says so, in source order. A body without any is walked once,
  /// and no more.
  std::vector<LoopCopy> find(const clang::FunctionDecl &F,
                             TypeFilter IsTracked);

private:
  bool isOnlyRead(LoopCopy &Copy, const BodyIndex &Index);

  const Locals Which;
  ContainerModels Models;
  OutsideWrites Writes;
};

} // namespace whet

#endif // WHET_ANALYSIS_LOOPCOPIES_H
