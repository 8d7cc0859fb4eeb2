#include "whet/analysis/InitialiserEffects.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace whet;
using namespace clang;

// --- Constructors that only fill their object ------------------------------

/// Constructors that call constructors: as many are followed.
static constexpr unsigned MaxConstructorDepth = 4;

static bool onlyFillsItself(const CXXConstructorDecl &C, unsigned Depth);

static bool onlyFillsItself(QualType T, unsigned Depth) {
  const auto *Record = T->getBaseElementTypeUnsafe()->getAsCXXRecordDecl();
  if (!Record || isOfStandardLibrary(*Record))
    return true;
  if (!Record->hasDefinition())
    return false;
  return llvm::all_of(Record->ctors(), [&](const CXXConstructorDecl *C) {
    return C->isDeleted() || C->isCopyOrMoveConstructor() ||
           onlyFillsItself(*C, Depth + 1);
  });
}

// Whether Init is of nothing but constants and the constructor's parameters.
static bool isOfValues(const Stmt &Init, unsigned Depth) {
  if (isa<CallExpr, CXXNewExpr, LambdaExpr, CXXThisExpr, CXXThrowExpr>(Init))
    return false;
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Init))
    if (!onlyFillsItself(*Construct->getConstructor(), Depth + 1))
      return false;
  if (const auto *Default = dyn_cast<CXXDefaultInitExpr>(&Init))
    return isOfValues(*Default->getExpr(), Depth);
  if (const auto *Operator = dyn_cast<UnaryOperator>(&Init))
    if (Operator->isIncrementDecrementOp() || Operator->getOpcode() == UO_Deref)
      return false;
  if (const auto *Operator = dyn_cast<BinaryOperator>(&Init))
    if (Operator->isAssignmentOp())
      return false;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(&Init))
    if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl()))
      if (!isa<ParmVarDecl>(Var) && !Var->getType().isConstQualified())
        return false;
  return llvm::all_of(Init.children(), [&](const Stmt *Child) {
    return !Child || isOfValues(*Child, Depth);
  });
}

static bool onlyFillsItself(const CXXConstructorDecl &C, unsigned Depth) {
  if (isOfStandardLibrary(C) || C.isTrivial())
    return true;
  if (Depth > MaxConstructorDepth)
    return false;
  if (!C.isUserProvided()) {
    const CXXRecordDecl *Record = C.getParent();
    return llvm::all_of(
               Record->fields(),
               [&](const FieldDecl *Field) {
                 return !Field->hasInClassInitializer() ||
                        (Field->getInClassInitializer() &&
                         isOfValues(*Field->getInClassInitializer(), Depth));
               }) &&
           llvm::all_of(Record->fields(),
                        [&](const FieldDecl *Field) {
                          return onlyFillsItself(Field->getType(), Depth + 1);
                        }) &&
           llvm::all_of(Record->bases(), [&](const CXXBaseSpecifier &Base) {
             return onlyFillsItself(Base.getType(), Depth + 1);
           });
  }
  const FunctionDecl *Definition = nullptr;
  if (!C.hasBody(Definition))
    return false;
  const auto *Body = dyn_cast_or_null<CompoundStmt>(Definition->getBody());
  if (!Body || !Body->body_empty())
    return false;
  return llvm::all_of(cast<CXXConstructorDecl>(Definition)->inits(),
                      [&](const CXXCtorInitializer *Init) {
                        return isOfValues(*Init->getInit(), Depth);
                      });
}

bool whet::onlyFillsItself(QualType T) { return ::onlyFillsItself(T, 0); }

// --- Walking an initialiser ------------------------------------------------

namespace {
class EffectsWalk : public InitialiserEffects {
public:
  void add(const Stmt &S);

private:
  void addConstruction(const CXXConstructExpr &E);
  void addCall(const CallExpr &E);
  void addReference(const DeclRefExpr &E);
  void addArgument(const Expr &Argument, QualType Parameter);
};
} // namespace

void EffectsWalk::addConstruction(const CXXConstructExpr &E) {
  const CXXConstructorDecl &C = *E.getConstructor();
  IsOpaque |= !onlyFillsItself(C, 0);
  for (unsigned I = 0; I < E.getNumArgs(); ++I)
    addArgument(*E.getArg(I), I < C.getNumParams()
                                  ? C.getParamDecl(I)->getType()
                                  : E.getArg(I)->getType());
}

// What a function is given to change, it may change.
void EffectsWalk::addArgument(const Expr &Argument, QualType Parameter) {
  bool MayChange = Parameter->isRValueReferenceType() ||
                   (Parameter->isLValueReferenceType() &&
                    !Parameter.getNonReferenceType().isConstQualified()) ||
                   Parameter->isPointerType();
  if (!MayChange)
    return;
  const Expr *E = Argument.IgnoreParenImpCasts();
  // std::move(Text), std::forward<T>(Text)
  while (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (Call->getNumArgs() != 1 || isa<CXXMemberCallExpr>(Call))
      break;
    E = Call->getArg(0)->IgnoreParenImpCasts();
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl()))
      Taken.insert(Var);
  if (isa<MemberExpr, ArraySubscriptExpr, UnaryOperator>(E) &&
      !Parameter->isPointerType())
    IsOpaque = true; // a part of something that others may read
}

static bool isMoveOrForward(const FunctionDecl &F) {
  return isOfStandardLibrary(F) && F.getIdentifier() &&
         (F.getName() == "move" || F.getName() == "forward") &&
         F.getNumParams() == 1;
}

void EffectsWalk::addCall(const CallExpr &E) {
  const FunctionDecl *Callee = E.getDirectCallee();
  if (Callee && isMoveOrForward(*Callee)) {
    // Who is given the result, takes it.
    if (const auto *Ref =
            dyn_cast<DeclRefExpr>(E.getArg(0)->IgnoreParenImpCasts()))
      if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl()))
        Taken.insert(Var);
    return;
  }
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  bool IsKnown = Callee && isOfStandardLibrary(*Callee) &&
                 (!Method || Method->isConst() || Method->isStatic());
  if (!IsKnown) {
    IsOpaque = true;
    return;
  }
  ReadsMemory = true;
  for (unsigned I = 0; I < E.getNumArgs() && I < Callee->getNumParams(); ++I)
    addArgument(*E.getArg(I), Callee->getParamDecl(I)->getType());
}

void EffectsWalk::addReference(const DeclRefExpr &E) {
  const auto *Var = dyn_cast<VarDecl>(E.getDecl());
  if (!Var)
    return;
  Mentioned.insert(Var);
  if (!Var->hasLocalStorage() && !Var->getType().isConstQualified())
    ReadsMemory = true;
  if (Var->getType()->isReferenceType())
    ReadsMemory = true;
}

void EffectsWalk::add(const Stmt &S) {
  if (const auto *Member = dyn_cast<MemberExpr>(&S)) {
    const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
    if (Field && isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts())) {
      Fields.insert(Field);
      return;
    }
    ReadsMemory |= Member->isArrow();
  }
  if (const auto *Default = dyn_cast<CXXDefaultInitExpr>(&S))
    return add(*Default->getExpr());
  if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(&S))
    return add(*Default->getExpr());
  HandsItOn |= isa<CXXThisExpr>(S);
  IsOpaque |= isa<CXXThrowExpr, LambdaExpr, CoawaitExpr, StmtExpr>(S);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&S))
    addConstruction(*Construct);
  else if (const auto *Call = dyn_cast<CallExpr>(&S))
    addCall(*Call);
  else if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
    addReference(*Ref);
  else if (const auto *Operator = dyn_cast<UnaryOperator>(&S)) {
    IsOpaque |= Operator->isIncrementDecrementOp();
    ReadsMemory |= Operator->getOpcode() == UO_Deref;
  } else if (const auto *Operator = dyn_cast<BinaryOperator>(&S))
    IsOpaque |= Operator->isAssignmentOp();
  else if (isa<ArraySubscriptExpr>(S))
    ReadsMemory = true;
  for (const Stmt *Child : S.children())
    if (Child)
      add(*Child);
}

static bool intersect(const llvm::SmallPtrSet<const VarDecl *, 4> &A,
                      const llvm::SmallPtrSet<const VarDecl *, 4> &B) {
  return llvm::any_of(A, [&](const VarDecl *V) { return B.contains(V); });
}

bool InitialiserEffects::mayNotice(const InitialiserEffects &Other) const {
  return intersect(Taken, Other.Mentioned) ||
         intersect(Mentioned, Other.Taken) ||
         (IsOpaque && (Other.IsOpaque || Other.ReadsMemory)) ||
         (Other.IsOpaque && ReadsMemory);
}

InitialiserEffects whet::effectsOf(const Stmt &Init) {
  EffectsWalk Walk;
  Walk.add(Init);
  return Walk;
}
