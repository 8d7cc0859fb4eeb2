#include "whet/analysis/DeletePaths.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include <deque>

using namespace whet;
using namespace clang;

DeletePaths::DeletePaths(const FunctionDecl &F) {
  CFG::BuildOptions Options;
  // Each mention is an element of its own.
  Options.setAllAlwaysAdd();
  Options.AddEHEdges = false;
  Graph = CFG::buildCFG(&F, F.getBody(), &F.getASTContext(), Options);
}

namespace {
/// What may be true of the object at some point, a bit each.
enum State : uint8_t { Unborn = 1, Alive = 2, Dead = 4 };

class Ways {
public:
  Ways(const CFG &Graph, const VarDecl &Pointer,
       const llvm::SmallPtrSetImpl<const Stmt *> &Deletes)
      : Graph(Graph), Pointer(Pointer), Deletes(Deletes),
        Before(Graph.getNumBlockIDs()) {}

  bool areGood();

private:
  uint8_t after(const CFGBlock &Block);
  void step(const Stmt &S, uint8_t &Now);
  bool isNullWay(const CFGBlock &Block, unsigned Successor) const;
  bool mentions(const Expr &E) const {
    const auto *Ref = dyn_cast<DeclRefExpr>(E.IgnoreParenImpCasts());
    return Ref && Ref->getDecl() == &Pointer;
  }

  const CFG &Graph;
  const VarDecl &Pointer;
  const llvm::SmallPtrSetImpl<const Stmt *> &Deletes;
  std::vector<uint8_t> Before;
  bool IsGood = true;
};
} // namespace

void Ways::step(const Stmt &S, uint8_t &Now) {
  if (const auto *Declaration = dyn_cast<DeclStmt>(&S)) {
    if (Declaration->isSingleDecl() &&
        Declaration->getSingleDecl() == &Pointer) {
      // Left alive by an iteration before.
      IsGood &= !(Now & Alive);
      Now = Alive;
    }
    return;
  }
  if (Deletes.contains(&S)) {
    IsGood &= Now == Alive;
    Now = Dead;
    return;
  }
  const auto *Ref = dyn_cast<DeclRefExpr>(&S);
  if (Ref && Ref->getDecl() == &Pointer)
    IsGood &= Now == Alive;
}

uint8_t Ways::after(const CFGBlock &Block) {
  uint8_t Now = Before[Block.getBlockID()];
  for (const CFGElement &Element : Block)
    if (std::optional<CFGStmt> S = Element.getAs<CFGStmt>())
      step(*S->getStmt(), Now);
  return Now;
}

// Whether a block's successor is the one for a null pointer.
bool Ways::isNullWay(const CFGBlock &Block, unsigned Successor) const {
  const auto *Condition =
      dyn_cast_or_null<Expr>(Block.getTerminatorCondition());
  if (!Condition || Block.succ_size() != 2)
    return false;
  bool IsNullIfTrue = false;
  const Expr *E = Condition->IgnoreParenImpCasts();
  for (const auto *Not = dyn_cast<UnaryOperator>(E);
       Not && Not->getOpcode() == UO_LNot; Not = dyn_cast<UnaryOperator>(E)) {
    IsNullIfTrue = !IsNullIfTrue;
    E = Not->getSubExpr()->IgnoreParenImpCasts();
  }
  if (const auto *Op = dyn_cast<BinaryOperator>(E)) {
    ASTContext &Ctx = Pointer.getASTContext();
    auto IsNull = [&](const Expr *Operand) {
      return Operand->isNullPointerConstant(Ctx, Expr::NPC_NeverValueDependent);
    };
    bool IsTest = Op->isEqualityOp() &&
                  ((mentions(*Op->getLHS()) && IsNull(Op->getRHS())) ||
                   (mentions(*Op->getRHS()) && IsNull(Op->getLHS())));
    if (!IsTest)
      return false;
    IsNullIfTrue ^= Op->getOpcode() == BO_EQ;
  } else if (!mentions(*E)) {
    return false;
  }
  return IsNullIfTrue == (Successor == 0);
}

bool Ways::areGood() {
  std::deque<const CFGBlock *> Work{&Graph.getEntry()};
  Before[Graph.getEntry().getBlockID()] = Unborn;
  while (!Work.empty()) {
    const CFGBlock &Block = *Work.front();
    Work.pop_front();
    uint8_t After = after(Block);
    if (Block.hasNoReturnElement())
      continue;
    unsigned Number = 0;
    for (const CFGBlock::AdjacentBlock &Next : Block.succs()) {
      bool IsTaken = !isNullWay(Block, Number++);
      const CFGBlock *Successor = Next.getReachableBlock();
      if (!Successor || !IsTaken)
        continue;
      uint8_t &State = Before[Successor->getBlockID()];
      if ((State | After) == State)
        continue;
      State |= After;
      Work.push_back(Successor);
    }
  }
  // What is not right for one state is not right for more.
  return IsGood && !(Before[Graph.getExit().getBlockID()] & Alive);
}

bool DeletePaths::diesOnce(
    const VarDecl &Pointer,
    const llvm::SmallPtrSetImpl<const Stmt *> &Deletes) const {
  return Graph && Ways(*Graph, Pointer, Deletes).areGood();
}
