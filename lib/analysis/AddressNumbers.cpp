#include "whet/analysis/AddressNumbers.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"

using namespace whet;
using namespace clang;

static bool isNumberCast(const CastExpr &Cast) {
  return (Cast.getCastKind() == CK_IntegralCast ||
          Cast.getCastKind() == CK_NoOp) &&
         Cast.getType()->isIntegerType();
}

static bool isArithmetic(const BinaryOperator &Op) {
  return Op.isAdditiveOp() || Op.isMultiplicativeOp() || Op.isShiftOp() ||
         Op.isBitwiseOp();
}

void whet::forEachOperand(const Expr &E,
                          llvm::function_ref<void(const Expr &)> Leaf) {
  const Expr *Bare = E.IgnoreParens();
  if (const auto *Cast = dyn_cast<CastExpr>(Bare); Cast && isNumberCast(*Cast))
    return forEachOperand(*Cast->getSubExpr(), Leaf);
  if (const auto *Op = dyn_cast<BinaryOperator>(Bare);
      Op && isArithmetic(*Op) && Op->getType()->isIntegerType()) {
    forEachOperand(*Op->getLHS(), Leaf);
    return forEachOperand(*Op->getRHS(), Leaf);
  }
  if (const auto *Op = dyn_cast<UnaryOperator>(Bare);
      Op && (Op->getOpcode() == UO_Not || Op->getOpcode() == UO_Minus))
    return forEachOperand(*Op->getSubExpr(), Leaf);
  Leaf(*Bare);
}

bool whet::isMadeOfAddress(const Expr &E) {
  bool IsMade = false;
  forEachOperand(E, [&](const Expr &Leaf) {
    const auto *Cast = dyn_cast<CastExpr>(&Leaf);
    IsMade |= Cast && Cast->getCastKind() == CK_PointerToIntegral;
  });
  return IsMade;
}

namespace {
/// Counts the mentions of a variable, and those of them that are understood.
class Mentions : public ConstDynamicRecursiveASTVisitor {
public:
  explicit Mentions(const VarDecl &V) : V(V) {}

  bool areUnderstood() const { return All == Understood; }

  bool VisitDeclRefExpr(const DeclRefExpr *E) override {
    if (E->getDecl() == &V)
      ++All;
    return !E->refersToEnclosingVariableOrCapture() || E->getDecl() != &V;
  }
  // Captures that are not written are no expressions of the body.
  bool VisitLambdaExpr(const LambdaExpr *Lambda) override {
    return llvm::none_of(Lambda->captures(), [&](const LambdaCapture &C) {
      return C.capturesVariable() && C.getCapturedVar() == &V;
    });
  }
  bool VisitCastExpr(const CastExpr *Cast) override {
    if (Cast->getCastKind() == CK_IntegralToPointer ||
        Cast->getCastKind() == CK_IntegralToBoolean)
      count(*Cast->getSubExpr());
    return true;
  }
  bool VisitBinaryOperator(const BinaryOperator *Op) override {
    if (Op->isComparisonOp()) {
      count(*Op->getLHS());
      count(*Op->getRHS());
    }
    return true;
  }

private:
  void count(const Expr &E) {
    forEachOperand(E, [&](const Expr &Leaf) {
      const auto *Load = dyn_cast<CastExpr>(&Leaf);
      if (!Load || Load->getCastKind() != CK_LValueToRValue)
        return;
      const auto *Ref =
          dyn_cast<DeclRefExpr>(Load->getSubExpr()->IgnoreParens());
      Understood += Ref && Ref->getDecl() == &V;
    });
  }

  const VarDecl &V;
  unsigned All = 0;
  unsigned Understood = 0;
};
} // namespace

bool whet::isAddressOnly(const VarDecl &V, const Stmt &Body) {
  Mentions Found(V);
  return Found.TraverseStmt(&Body) && Found.areUnderstood();
}
