#include "whet/analysis/ConditionalAllocations.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/DenseMap.h"

using namespace whet;
using namespace clang;

namespace {
/// Counts the conditions around local pointers, and around what is stored in
/// them.
class ConditionWalk : public ConstDynamicRecursiveASTVisitor {
public:
  llvm::SmallPtrSet<const Expr *, 4> Found;

  bool TraverseIfStmt(const IfStmt *S) override {
    return traverse(*S, {S->getThen(), S->getElse()});
  }
  bool TraverseSwitchStmt(const SwitchStmt *S) override {
    return traverse(*S, {S->getBody()});
  }
  // Its body is another function's.
  bool TraverseLambdaExpr(const LambdaExpr * /*Lambda*/) override {
    return true;
  }

  bool VisitVarDecl(const VarDecl *V) override {
    if (!V->hasLocalStorage())
      return true;
    Depths[V] = Depth;
    if (V->getInit())
      store(*V, *V->getInit());
    return true;
  }
  bool VisitBinaryOperator(const BinaryOperator *Op) override {
    if (Op->getOpcode() == BO_Assign)
      assign(*Op->getLHS(), *Op->getRHS());
    return true;
  }
  bool VisitCXXOperatorCallExpr(const CXXOperatorCallExpr *Op) override {
    if (Op->getOperator() == OO_Equal && Op->getNumArgs() == 2)
      assign(*Op->getArg(0), *Op->getArg(1));
    return true;
  }
  bool VisitCXXMemberCallExpr(const CXXMemberCallExpr *Call) override {
    const CXXMethodDecl *Callee = Call->getMethodDecl();
    if (Callee && takesOver(*Callee) && Call->getNumArgs() > 0)
      assign(*Call->getImplicitObjectArgument(), *Call->getArg(0));
    return true;
  }

private:
  // What is not one of Branches is evaluated in any case.
  bool traverse(const Stmt &S, llvm::ArrayRef<const Stmt *> Branches) {
    for (const Stmt *Child : S.children()) {
      unsigned Outside = Depth;
      Depth += Child && llvm::is_contained(Branches, Child);
      if (!TraverseStmt(Child))
        return false;
      Depth = Outside;
    }
    return true;
  }
  void assign(const Expr &To, const Expr &From) {
    const auto *Ref = dyn_cast<DeclRefExpr>(To.IgnoreParenImpCasts());
    if (const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr)
      store(*V, From);
  }
  void store(const VarDecl &V, const Expr &From) {
    auto It = Depths.find(&V);
    if (It != Depths.end())
      add(From, Depth > It->second);
  }
  void add(const Expr &From, bool IsConditional);

  llvm::DenseMap<const VarDecl *, unsigned> Depths;
  unsigned Depth = 0;
};
} // namespace

// Adds the allocation whose value From is.
void ConditionWalk::add(const Expr &From, bool IsConditional) {
  const Expr *E = From.IgnoreParenImpCasts();
  if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
    add(*Choice->getTrueExpr(), true);
    return add(*Choice->getFalseExpr(), true);
  }
  if (const auto *Full = dyn_cast<FullExpr>(E))
    return add(*Full->getSubExpr(), IsConditional);
  if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
    return add(*Temporary->getSubExpr(), IsConditional);
  if (const auto *Temporary = dyn_cast<CXXBindTemporaryExpr>(E))
    return add(*Temporary->getSubExpr(), IsConditional);
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E))
    return add(*Cast->getSubExpr(), IsConditional);
  // std::unique_ptr<T>(new T)
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
    if (Construct->getNumArgs() > 0 &&
        isOfStandardLibrary(*Construct->getConstructor()))
      add(*Construct->getArg(0), IsConditional);
    return;
  }
  const auto *New = dyn_cast<CXXNewExpr>(E);
  const auto *Call = dyn_cast<CallExpr>(E);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  bool IsAllocation =
      New ? !New->isArray() : Callee && findObjectMaker(*Callee);
  if (IsConditional && IsAllocation)
    Found.insert(E);
}

llvm::SmallPtrSet<const Expr *, 4>
whet::conditionalAllocations(const FunctionDecl &F) {
  ConditionWalk Walk;
  Walk.TraverseStmt(F.getBody());
  return std::move(Walk.Found);
}
