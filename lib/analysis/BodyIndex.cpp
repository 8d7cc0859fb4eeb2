#include "whet/analysis/BodyIndex.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"

using namespace whet;
using namespace clang;

BodyIndex::BodyIndex(const FunctionDecl &F, ContainerModels &Models)
    : F(F), Models(Models) {
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
    for (const CXXCtorInitializer *Init : Constructor->inits())
      walk(Init->getInit(), nullptr);
  walk(F.getBody(), nullptr);
  for (const Expr *E : PathExprs)
    noteUse(*E);
  PathExprs.clear();
  collectGrowths();
}

void BodyIndex::walk(const Stmt *S, const Stmt *Parent) {
  if (!S)
    return;
  Span Here;
  Here.Begin = Next++;
  Here.Parent = Parent;
  Here.In = LoopStack.empty() ? nullptr : LoopStack.back();
  // A shared node (the operand of an OpaqueValueExpr) keeps its first place.
  if (!Spans.try_emplace(S, Here).second)
    return;

  if (const auto *Declaration = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : Declaration->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D)) {
        Locals[cast<ValueDecl>(Var->getCanonicalDecl())] = Declaration;
        if (const auto *Decomposition = dyn_cast<DecompositionDecl>(Var))
          for (const BindingDecl *B : Decomposition->bindings())
            Locals[B] = Declaration;
      }
  }
  noteJump(*S);

  if (const auto *E = dyn_cast<Expr>(S)) {
    if (const auto *Call = dyn_cast<CallExpr>(E); Call && LambdaDepth == 0)
      Calls.push_back(Call);
    bool MayDenote = isa<DeclRefExpr, CXXThisExpr, MemberExpr, UnaryOperator,
                         CXXOperatorCallExpr>(E);
    if (MayDenote && AccessPath::of(E)) {
      PathExprs.push_back(E);
      // Its parts are parts of the path, not uses of their own.
      const Stmt *Part = E;
      for (const Stmt *Child = Part;;) {
        auto Children = const_cast<Stmt *>(Child)->children();
        const Stmt *Only = nullptr;
        for (const Stmt *C : Children)
          if (C && AccessPath::of(cast<Expr>(C)))
            Only = C;
        if (!Only)
          break;
        Span Inner = Here;
        Inner.Begin = Next++;
        Inner.Parent = Child;
        Inner.End = Inner.Begin;
        Spans.try_emplace(Only, Inner);
        Child = Only;
      }
      Spans[S].End = Next - 1;
      return;
    }
  }

  if (isa<LambdaExpr>(S)) {
    llvm::SmallVector<Loop *, 4> OuterLoops;
    llvm::SmallVector<const Stmt *, 4> OuterTargets;
    std::swap(OuterLoops, LoopStack);
    std::swap(OuterTargets, BreakTargets);
    const auto *Lambda = cast<LambdaExpr>(S);
    for (const Expr *Init : Lambda->capture_inits())
      walk(Init, S);
    ++LambdaDepth;
    walk(Lambda->getBody(), S);
    --LambdaDepth;
    std::swap(OuterLoops, LoopStack);
    std::swap(OuterTargets, BreakTargets);
  } else if (const auto *For = dyn_cast<ForStmt>(S)) {
    enterLoop(*S, For->getBody());
  } else if (const auto *RangeFor = dyn_cast<CXXForRangeStmt>(S)) {
    enterLoop(*S, RangeFor->getBody());
  } else if (const auto *While = dyn_cast<WhileStmt>(S)) {
    enterLoop(*S, While->getBody());
  } else if (const auto *Do = dyn_cast<DoStmt>(S)) {
    enterLoop(*S, Do->getBody());
  } else if (isa<SwitchStmt>(S)) {
    BreakTargets.push_back(S);
    walkChildren(*S);
    BreakTargets.pop_back();
  } else {
    walkChildren(*S);
  }
  Spans[S].End = Next - 1;
}

void BodyIndex::walkChildren(const Stmt &S) {
  for (const Stmt *Child : const_cast<Stmt &>(S).children())
    walk(Child, &S);
}

void BodyIndex::enterLoop(const Stmt &S, const Stmt *Body) {
  if (LambdaDepth > 0) {
    BreakTargets.push_back(&S);
    walkChildren(S);
    BreakTargets.pop_back();
    return;
  }
  Loops.push_back({&S, Body, LoopStack.empty() ? nullptr : LoopStack.back()});
  Loop *L = &Loops.back();
  LoopOf[&S] = L;
  LoopStack.push_back(L);
  BreakTargets.push_back(&S);
  walkChildren(S);
  BreakTargets.pop_back();
  LoopStack.pop_back();
}

void BodyIndex::noteJump(const Stmt &S) {
  if (isa<GotoStmt, IndirectGotoStmt, LabelStmt>(S) && LambdaDepth == 0)
    HasGoto = true;
  if (LoopStack.empty())
    return;
  if (isa<BreakStmt>(S)) {
    if (!BreakTargets.empty() && LoopOf.lookup(BreakTargets.back()))
      LoopOf[BreakTargets.back()]->MayLeaveEarly = true;
    return;
  }
  if (isa<ContinueStmt>(S)) {
    Loop *L = LoopStack.back();
    if (!L->FirstContinue)
      L->FirstContinue = &S;
    return;
  }
  bool Leaves =
      isa<ReturnStmt, GotoStmt, IndirectGotoStmt, CXXThrowExpr, CoreturnStmt,
          CoawaitExpr, CoyieldExpr, DependentCoawaitExpr>(S);
  if (Leaves)
    for (Loop *L : LoopStack)
      L->MayLeaveEarly = true;
}

const Stmt *BodyIndex::parent(const Stmt &S) const {
  auto It = Spans.find(&S);
  return It == Spans.end() ? nullptr : It->second.Parent;
}

bool BodyIndex::contains(const Stmt &Outer, const Stmt &Inner) const {
  auto O = Spans.find(&Outer);
  auto I = Spans.find(&Inner);
  return O != Spans.end() && I != Spans.end() &&
         O->second.Begin <= I->second.Begin && I->second.Begin <= O->second.End;
}

unsigned BodyIndex::position(const Stmt &S) const {
  auto It = Spans.find(&S);
  return It == Spans.end() ? 0 : It->second.Begin;
}

const Loop *BodyIndex::enclosingLoop(const Stmt &S) const {
  auto It = Spans.find(&S);
  return It == Spans.end() ? nullptr : It->second.In;
}

const Loop *BodyIndex::loop(const Stmt &S) const { return LoopOf.lookup(&S); }

llvm::ArrayRef<Use> BodyIndex::uses(const AccessPath &Path) const {
  const ValueDecl *Key = Path.key();
  if (!Key)
    return ThisUses;
  auto It = Uses.find(Key);
  return It == Uses.end() ? llvm::ArrayRef<Use>() : llvm::ArrayRef(It->second);
}

const DeclStmt *BodyIndex::declaration(const ValueDecl &D) const {
  return Locals.lookup(cast<ValueDecl>(D.getCanonicalDecl()));
}

// --- How an expression that denotes storage is used ------------------------

static bool isConstReferenceOrValue(QualType T) {
  if (!T->isReferenceType())
    return true;
  return T->isLValueReferenceType() &&
         T.getNonReferenceType().isConstQualified();
}

// Whether the storage that E denotes cannot change through T.
static bool isConstThrough(QualType T) {
  if (const auto *Pointer = T->getAs<PointerType>())
    return Pointer->getPointeeType().isConstQualified();
  return T.getNonReferenceType().isConstQualified();
}

static std::optional<QualType> parameterType(const FunctionDecl *Callee,
                                             unsigned Index) {
  if (!Callee || Index >= Callee->getNumParams())
    return std::nullopt;
  return Callee->getParamDecl(Index)->getType();
}

static Use::UseKind lentThrough(std::optional<QualType> Parameter) {
  return Parameter && isConstReferenceOrValue(*Parameter) ? Use::Read
                                                          : Use::Lent;
}

static std::optional<unsigned> argumentIndex(const CallExpr &Call,
                                             const Stmt *Arg) {
  for (unsigned I = 0; I < Call.getNumArgs(); ++I)
    if (Call.getArg(I) == Arg)
      return I;
  return std::nullopt;
}

// `std::back_inserter(V)`: what is written through it makes V grow.
static bool isInserter(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee || !Callee->getIdentifier() || !Callee->isInStdNamespace())
    return false;
  llvm::StringRef Name = Callee->getName();
  return Name == "back_inserter" || Name == "inserter";
}

namespace {
/// Climbs from a path's expression to what is done with it.
class UseClassifier {
public:
  UseClassifier(const BodyIndex &Index, ContainerModels &Models)
      : Index(Index), Models(Models) {}

  Use classify(const Expr &E) {
    U.Path = *AccessPath::of(&E);
    U.Where = &E;
    U.Kind = climb(E);
    return std::move(U);
  }

private:
  Use::UseKind climb(const Expr &E);
  Use::UseKind classifyCast(const CastExpr &Cast);
  Use::UseKind classifyMemberCall(const MemberExpr &Callee);
  Use::UseKind classifyOperatorCall(const CXXOperatorCallExpr &Call,
                                    const Stmt *Operand);
  Use::UseKind classifyDeclaration(const DeclStmt &Declaration,
                                   const Expr &Init);
  Use::UseKind withEffect(const CXXMethodDecl &Method, const Expr &Object,
                          const Expr &Call, llvm::ArrayRef<const Expr *> Args);

  const BodyIndex &Index;
  ContainerModels &Models;
  Use U;
};
} // namespace

Use::UseKind UseClassifier::withEffect(const CXXMethodDecl &Method,
                                       const Expr &Object, const Expr &Call,
                                       llvm::ArrayRef<const Expr *> Args) {
  U.Call = &Call;
  U.Method = &Method;
  // A member of a base class has the object cast to it.
  U.Model = Models.find(Object.IgnoreParenImpCasts()->getType());
  if (!U.Model)
    U.Model = Models.find(Object.getType());
  if (!U.Model)
    return Method.isConst() ? Use::Read : Use::Lent;
  U.Effect = Models.effect(*U.Model, Method, Args, U.Growth);
  return Use::Member;
}

Use::UseKind UseClassifier::classifyMemberCall(const MemberExpr &Callee) {
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee.getMemberDecl());
  const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(Index.parent(Callee));
  if (!Method || !Call)
    return Use::Aliased;
  llvm::SmallVector<const Expr *, 4> Args(Call->arguments());
  return withEffect(*Method, *Callee.getBase(), *Call, Args);
}

Use::UseKind
UseClassifier::classifyOperatorCall(const CXXOperatorCallExpr &Call,
                                    const Stmt *Operand) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  bool IsObject = Call.getNumArgs() > 0 && Call.getArg(0) == Operand;
  U.Call = &Call;
  if (Method && IsObject) {
    if (Call.getOperator() == OO_Equal)
      return Use::Write;
    llvm::SmallVector<const Expr *, 4> Args(llvm::drop_begin(Call.arguments()));
    return withEffect(*Method, *Call.getArg(0), Call, Args);
  }
  std::optional<unsigned> Arg = argumentIndex(Call, Operand);
  if (!Arg)
    return Use::Lent;
  if (Method && !Method->isStatic())
    --*Arg;
  return lentThrough(parameterType(Callee, *Arg));
}

Use::UseKind UseClassifier::classifyCast(const CastExpr &Cast) {
  switch (Cast.getCastKind()) {
  case CK_LValueToRValue: {
    // A pointer's copy can be used to change what it points to.
    QualType T = Cast.getType();
    if (!T->isPointerType())
      return Use::Read;
    const Stmt *Up = Index.parent(Cast);
    while (isa_and_nonnull<ParenExpr, ImplicitCastExpr>(Up)) {
      if (const auto *Outer = dyn_cast<ImplicitCastExpr>(Up))
        if (Outer->getCastKind() == CK_PointerToBoolean)
          return Use::Read;
      Up = Index.parent(*Up);
    }
    if (const auto *Binary = dyn_cast_or_null<BinaryOperator>(Up);
        Binary && (Binary->isComparisonOp() || Binary->isAdditiveOp()))
      return Use::Read;
    if (const auto *Member = dyn_cast_or_null<MemberExpr>(Up);
        Member && isa<CXXMethodDecl>(Member->getMemberDecl())) {
      // `Out->push_back(X)` is a use of `*Out`.
      U.Path = U.Path.pointee();
      return classifyMemberCall(*Member);
    }
    if (isConstThrough(T))
      return Use::Read;
    if (isa_and_nonnull<ArraySubscriptExpr, MemberExpr>(Up))
      return Use::Read;
    if (const auto *Unary = dyn_cast_or_null<UnaryOperator>(Up))
      if (Unary->getOpcode() == UO_Deref)
        return Use::Read;
    return isa_and_nonnull<CallExpr>(Up) ? Use::Lent : Use::Aliased;
  }
  case CK_ToVoid:
    return Use::Read;
  default:
    break;
  }
  if (isConstThrough(Cast.getType()) && !Cast.getType()->isPointerType() &&
      isa<ImplicitCastExpr>(Cast))
    return Use::Read;
  return climb(Cast);
}

Use::UseKind UseClassifier::classifyDeclaration(const DeclStmt &Declaration,
                                                const Expr &Init) {
  // `auto &&__range = X` of a range-based for: iterating is reading.
  if (const Stmt *Up = Index.parent(Declaration))
    if (const auto *RangeFor = dyn_cast<CXXForRangeStmt>(Up))
      if (RangeFor->getRangeStmt() == &Declaration)
        return Use::Read;
  for (const Decl *D : Declaration.decls()) {
    const auto *Var = dyn_cast<VarDecl>(D);
    if (!Var || !Var->getInit())
      continue;
    if (!Index.contains(*Var->getInit(), Init))
      continue;
    if (!Var->getType()->isReferenceType())
      return Use::Read;
    return isConstThrough(Var->getType()) ? Use::Read : Use::Aliased;
  }
  return Use::Aliased;
}

Use::UseKind UseClassifier::climb(const Expr &E) {
  const Stmt *Up = Index.parent(E);
  // Read and discarded, or the initialiser of a member.
  if (!Up)
    return E.isGLValue() && !isConstThrough(E.getType()) ? Use::Aliased
                                                         : Use::Read;
  if (isa<CompoundStmt, IfStmt, ForStmt, WhileStmt, DoStmt, CXXForRangeStmt,
          SwitchStmt, CaseStmt, DefaultStmt, ReturnStmt, CoreturnStmt,
          UnaryExprOrTypeTraitExpr, CXXNoexceptExpr, CXXTypeidExpr>(Up))
    return Use::Read;
  if (const auto *Cast = dyn_cast<ImplicitCastExpr>(Up))
    return classifyCast(*Cast);
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(Up)) {
    if (Cast->getCastKind() == CK_ToVoid || !Cast->isGLValue())
      return Use::Read;
    return climb(*Cast);
  }
  if (isa<ParenExpr, ExprWithCleanups, MaterializeTemporaryExpr,
          CXXBindTemporaryExpr, ArraySubscriptExpr>(Up))
    return climb(*cast<Expr>(Up));
  if (const auto *Member = dyn_cast<MemberExpr>(Up)) {
    if (isa<CXXMethodDecl>(Member->getMemberDecl()))
      return classifyMemberCall(*Member);
    return climb(*Member);
  }
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Up))
    return classifyOperatorCall(*Operator, &E);
  if (const auto *Call = dyn_cast<CallExpr>(Up)) {
    U.Call = Call;
    std::optional<unsigned> Arg = argumentIndex(*Call, &E);
    if (!Arg)
      return Use::Read;
    U.Model = Models.find(E.getType());
    if (U.Model && isInserter(*Call) && *Arg == 0) {
      U.Effect = ContainerEffect::GrowsUnknown;
      return Use::Member;
    }
    return lentThrough(parameterType(Call->getDirectCallee(), *Arg));
  }
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Up)) {
    for (unsigned I = 0; I < Construct->getNumArgs(); ++I)
      if (Construct->getArg(I) == &E)
        return lentThrough(parameterType(Construct->getConstructor(), I)) ==
                       Use::Read
                   ? Use::Read
                   : Use::Aliased;
    return Use::Aliased;
  }
  if (const auto *Unary = dyn_cast<UnaryOperator>(Up)) {
    if (Unary->isIncrementDecrementOp())
      return Use::Write;
    if (Unary->getOpcode() != UO_AddrOf)
      return Use::Read;
    if (isConstThrough(E.getType()))
      return Use::Read;
    const Stmt *Taker = Index.parent(*Unary);
    if (const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(Taker))
      if (isConstThrough(Cast->getType()))
        return Use::Read;
    if (isa_and_nonnull<CallExpr>(Taker) && !isa<CXXConstructExpr>(Taker))
      return Use::Lent;
    return Use::Aliased;
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(Up)) {
    if (Binary->isAssignmentOp() && Binary->getLHS() == &E)
      return Use::Write;
    return Use::Read;
  }
  if (const auto *Declaration = dyn_cast<DeclStmt>(Up))
    return classifyDeclaration(*Declaration, E);
  return isConstThrough(E.getType()) ? Use::Read : Use::Aliased;
}

void BodyIndex::noteUse(const Expr &E) {
  Use U = UseClassifier(*this, Models).classify(E);
  for (const Stmt *S = &E; S; S = parent(*S))
    if (const auto *Lambda = dyn_cast_or_null<LambdaExpr>(parent(*S)))
      if (Lambda->getBody() == S)
        U.InLambda = true;
  fileUse(std::move(U));
}

void BodyIndex::fileUse(Use U) {
  const ValueDecl *Key = U.Path.key();
  if (!Key)
    ThisUses.push_back(std::move(U));
  else
    Uses[Key].push_back(std::move(U));
}

void BodyIndex::collectGrowths() {
  for (auto &[Key, List] : Uses)
    for (const Use &U : List)
      if (U.grows() && !U.InLambda)
        Growths.push_back(&U);
  for (const Use &U : ThisUses)
    if (U.grows() && !U.InLambda)
      Growths.push_back(&U);
  llvm::sort(Growths, [&](const Use *A, const Use *B) {
    return position(*A->Where) < position(*B->Where);
  });
}
