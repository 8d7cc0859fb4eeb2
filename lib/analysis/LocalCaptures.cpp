#include "whet/analysis/LocalCaptures.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/ASTContext.h"

using namespace whet;
using namespace clang;

static void collectClosures(const Stmt *S,
                            std::vector<const LambdaExpr *> &Result) {
  if (!S)
    return;
  // The closures in a closure are its own function's.
  if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
    Result.push_back(Lambda);
    return;
  }
  for (const Stmt *Child : S->children())
    collectClosures(Child, Result);
}

// The local that Capture copies by name; null for all others.
static const VarDecl *copiedLocal(const LambdaCapture &Capture) {
  if (!Capture.capturesVariable() || !Capture.isExplicit() ||
      Capture.getCaptureKind() != LCK_ByCopy)
    return nullptr;
  const auto *Var = dyn_cast<VarDecl>(Capture.getCapturedVar());
  return Var && Var->hasLocalStorage() && !Var->isInitCapture() ? Var : nullptr;
}

// Whether a closure is only called by an algorithm, during which nothing of the
// function runs but the closure.
static bool isArgumentOfAlgorithm(const LambdaExpr &Lambda,
                                  const BodyIndex &Index) {
  const Stmt *Up = Index.parent(Lambda);
  while (isa_and_nonnull<MaterializeTemporaryExpr, CXXBindTemporaryExpr,
                         ImplicitCastExpr, CXXConstructExpr>(Up))
    Up = Index.parent(*Up);
  const auto *Call = dyn_cast_or_null<CallExpr>(Up);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  return Callee && callsWithElements(*Callee);
}

// Whether somebody else may change Var while a closure runs.
static bool isShared(const VarDecl &Var, const BodyIndex &Index) {
  return llvm::any_of(
      Index.uses(AccessPath::ofVariable(Var)), [](const Use &U) {
        return !U.InLambda && (U.Kind == Use::Aliased || U.Kind == Use::Lent);
      });
}

std::vector<LocalCapture>
LocalCaptures::find(const FunctionDecl &F,
                    llvm::function_ref<bool(QualType)> IsTracked) {
  std::vector<LocalCapture> Result;
  std::vector<const LambdaExpr *> Closures;
  collectClosures(F.getBody(), Closures);
  llvm::erase_if(Closures, [&](const LambdaExpr *Lambda) {
    return Lambda->isMutable() ||
           llvm::none_of(Lambda->captures(), [&](const LambdaCapture &C) {
             const VarDecl *Var = copiedLocal(C);
             return Var && IsTracked(Var->getType());
           });
  });
  if (Closures.empty())
    return Result;
  BodyIndex Index(F, Models);
  for (const LambdaExpr *Lambda : Closures) {
    if (!isArgumentOfAlgorithm(*Lambda, Index))
      continue;
    for (const LambdaCapture &Capture : Lambda->captures()) {
      const VarDecl *Var = copiedLocal(Capture);
      // The closure's own uses are of its const copy; the variable's others
      // are over, or have not begun.
      if (Var && IsTracked(Var->getType()) &&
          Capture.getLocation().isFileID() && !isShared(*Var, Index))
        Result.push_back({Var, Capture.getLocation()});
    }
  }
  return Result;
}
