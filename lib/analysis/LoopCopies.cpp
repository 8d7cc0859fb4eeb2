#include "whet/analysis/LoopCopies.h"
#include "whet/analysis/HiddenMentions.h"
#include "whet/analysis/ValueUses.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

using namespace whet;
using namespace clang;

std::string LoopCopy::name() const {
  const auto *Decomposition = dyn_cast<DecompositionDecl>(Var);
  if (!Decomposition)
    return "'" + Var->getNameAsString() + "'";
  std::string Text = "'[";
  for (const BindingDecl *B : Decomposition->bindings()) {
    if (Text.size() > 2)
      Text += ", ";
    Text += B->getName();
  }
  return Text + "]'";
}

// --- Where there are copies -------------------------------------------------

// What Var's initialiser copies; null if it makes a value.
static const Expr *copiedByInit(const VarDecl &Var) {
  const Expr *Init = Var.getInit();
  const auto *Construct =
      Init ? dyn_cast<CXXConstructExpr>(Init->IgnoreImplicit()) : nullptr;
  const Expr *Source = Construct ? sameTypeSource(*Construct) : nullptr;
  return Source && Source->IgnoreParenImpCasts()->isLValue() ? Source : nullptr;
}

// Whether a pair of one type is a pair of the other with a key that is const:
// what maps have, and what is written for it by mistake.
static bool isPairOfMap(QualType Written, QualType Element) {
  auto Arguments = [](QualType T) -> const TemplateArgumentList * {
    const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
        T.getNonReferenceType()->getAsCXXRecordDecl());
    return Spec && Spec->isInStdNamespace() && Spec->getName() == "pair"
               ? &Spec->getTemplateArgs()
               : nullptr;
  };
  const TemplateArgumentList *A = Arguments(Written);
  const TemplateArgumentList *B = Arguments(Element);
  if (!A || !B)
    return false;
  auto Same = [&](unsigned I) {
    return A->get(I).getAsType().getCanonicalType().getUnqualifiedType() ==
           B->get(I).getAsType().getCanonicalType().getUnqualifiedType();
  };
  return Same(0) && Same(1) && !A->get(0).getAsType().isConstQualified() &&
         B->get(0).getAsType().isConstQualified();
}

// The element that a constructor of std::pair converts; null if Var is made
// otherwise.
static const Expr *convertedByInit(const VarDecl &Var) {
  const Expr *Init = Var.getInit();
  if (!Init)
    return nullptr;
  const Expr *E = Init->IgnoreImplicit();
  const auto *Construct = dyn_cast<CXXConstructExpr>(E);
  // C++11 and C++14 move the converted value into place.
  if (Construct && Construct->isElidable() && Construct->getNumArgs() == 1)
    Construct =
        dyn_cast<CXXConstructExpr>(Construct->getArg(0)->IgnoreImplicit());
  if (!Construct || Construct->getNumArgs() == 0)
    return nullptr;
  const Expr *Element = Construct->getArg(0)->IgnoreParenImpCasts();
  return Element->isLValue() &&
                 isPairOfMap(Construct->getType(), Element->getType())
             ? Element
             : nullptr;
}

static std::optional<LoopCopy> copyOfLoop(const CXXForRangeStmt &Loop,
                                          LoopCopies::TypeFilter IsTracked) {
  const VarDecl *Var = Loop.getLoopVariable();
  if (!Var || !IsTracked(Var->getType().getNonReferenceType()))
    return std::nullopt;
  LoopCopy Copy;
  Copy.Var = Var;
  Copy.Loop = &Loop;
  Copy.Region = {Loop.getBody()};
  QualType T = Var->getType();
  if (!T->isReferenceType())
    Copy.Source = copiedByInit(*Var);
  if (!Copy.Source &&
      (!T->isReferenceType() || T.getNonReferenceType().isConstQualified())) {
    Copy.Source = convertedByInit(*Var);
    Copy.IsConversion = true;
  }
  if (!Copy.Source)
    return std::nullopt;
  // What is copied is what the range denotes: begin() may be anybody's.
  Copy.Source = Copy.Source->IgnoreParenImpCasts();
  return Copy;
}

// Whether E names an element or a member, rather than a variable, which is
// copied on purpose, or what a function makes of things.
static bool isPartOfSomething(const Expr &E) {
  const Expr *Part = E.IgnoreParenImpCasts();
  if (isa<ArraySubscriptExpr>(Part))
    return true;
  if (const auto *Member = dyn_cast<MemberExpr>(Part))
    return isa<FieldDecl>(Member->getMemberDecl());
  if (const auto *Unary = dyn_cast<UnaryOperator>(Part))
    return Unary->getOpcode() == UO_Deref;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Part))
    return Operator->getOperator() == OO_Subscript ||
           Operator->getOperator() == OO_Star;
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Part)) {
    const CXXMethodDecl *Method = Call->getMethodDecl();
    static constexpr llvm::StringLiteral Names[] = {"at", "front", "back",
                                                    "top", "value"};
    return Method && Method->getIdentifier() &&
           llvm::is_contained(Names, Method->getName());
  }
  return false;
}

static std::optional<LoopCopy> copyOfLocal(const VarDecl &Var,
                                           const CompoundStmt &Block,
                                           size_t Place,
                                           LoopCopies::TypeFilter IsTracked) {
  if (!Var.hasLocalStorage() || isa<DecompositionDecl>(Var) ||
      Var.getInitStyle() == VarDecl::ListInit || !IsTracked(Var.getType()))
    return std::nullopt;
  LoopCopy Copy;
  Copy.Var = &Var;
  Copy.Source = copiedByInit(Var);
  if (!Copy.Source || !isPartOfSomething(*Copy.Source))
    return std::nullopt;
  Copy.Source = Copy.Source->IgnoreParenImpCasts();
  for (const Stmt *S : llvm::drop_begin(Block.body(), Place + 1))
    Copy.Region.push_back(S);
  return Copy;
}

namespace {
/// The copies in loops of one body, lambdas in it aside.
class Collector {
public:
  using LoopHandler = llvm::function_ref<void(const CXXForRangeStmt &)>;
  using LocalHandler = llvm::function_ref<void(
      const VarDecl &, const CompoundStmt &, size_t Place)>;

  Collector(LoopHandler OnLoop, LocalHandler OnLocal)
      : OnLoop(OnLoop), OnLocal(OnLocal) {}

  void walk(const Stmt *S, bool IsInLoop) {
    if (!S || isa<LambdaExpr>(S))
      return;
    if (const auto *Loop = dyn_cast<CXXForRangeStmt>(S)) {
      OnLoop(*Loop);
      walk(Loop->getRangeInit(), IsInLoop);
      return walk(Loop->getBody(), true);
    }
    IsInLoop |= isa<ForStmt, WhileStmt, DoStmt>(S);
    if (const auto *Block = dyn_cast<CompoundStmt>(S); Block && IsInLoop)
      walkLocals(*Block);
    for (const Stmt *Child : S->children())
      walk(Child, IsInLoop);
  }

private:
  void walkLocals(const CompoundStmt &Block) {
    size_t Place = 0;
    for (const Stmt *S : Block.body()) {
      const auto *Declaration = dyn_cast<DeclStmt>(S);
      if (Declaration && Declaration->isSingleDecl())
        if (const auto *Var = dyn_cast<VarDecl>(Declaration->getSingleDecl()))
          OnLocal(*Var, Block, Place);
      ++Place;
    }
  }

  LoopHandler OnLoop;
  LocalHandler OnLocal;
};
} // namespace

// --- Whether they are only read ----------------------------------------------

// Whether the copy is compared with what it was copied from: it was taken to
// see what changed.
static bool isComparedWithSource(const LoopCopy &Copy, const BodyIndex &Index) {
  std::optional<AccessPath> Source = AccessPath::of(Copy.Source);
  if (!Source)
    return false;
  for (const Use &U : Index.uses(AccessPath::ofVariable(*Copy.Var)))
    for (const Stmt *Up = Index.parent(*U.Where); isa_and_nonnull<Expr>(Up);
         Up = Index.parent(*Up)) {
      const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Up);
      if (!Operator || !Operator->isComparisonOp())
        continue;
      for (const Expr *Arg : Operator->arguments())
        if (std::optional<AccessPath> Other = AccessPath::of(Arg);
            Other && *Other == *Source)
          return true;
    }
  return false;
}

static bool isSuspendedIn(const FunctionDecl &F) {
  return isa_and_nonnull<CoroutineBodyStmt>(F.getBody());
}

// The type of the container that is iterated over, if changing it in the loop
// would leave the loop with iterators that are not valid: unless it is left at
// once.
static QualType unchangedContainer(const LoopCopy &Copy,
                                   const BodyIndex &Index) {
  const Loop *L = Copy.Loop ? Index.loop(*Copy.Loop) : nullptr;
  if (!L || L->MayLeaveEarly)
    return QualType();
  QualType T = Copy.Loop->getRangeInit()->getType();
  return T->isRecordType() ? T : QualType();
}

bool LoopCopies::isOnlyRead(LoopCopy &Copy, const BodyIndex &Index) {
  const VarDecl &Var = *Copy.Var;
  if (Var.getLocation().isMacroID() || isSuspendedIn(Index.function()) ||
      Index.hasGoto() || valueUses(Var, Index).Fate != ValueFate::OnlyRead ||
      hasHiddenMention(Var, Index) || isComparedWithSource(Copy, Index))
    return false;
  Copy.IsInLoop = Copy.Loop || Index.enclosingLoop(*Copy.Source);
  Copy.State =
      SourceStability(Index, Writes)
          .during(*Copy.Source, Copy.Region, unchangedContainer(Copy, Index));
  return Copy.State.Kind != SourceState::Changes;
}

std::vector<LoopCopy> LoopCopies::find(const FunctionDecl &F,
                                       TypeFilter IsTracked) {
  std::vector<LoopCopy> Copies;
  auto Add = [&](std::optional<LoopCopy> Copy) {
    if (Copy)
      Copies.push_back(std::move(*Copy));
  };
  auto OnLoop = [&](const CXXForRangeStmt &Loop) {
    Add(copyOfLoop(Loop, IsTracked));
  };
  auto OnLocal = [&](const VarDecl &Var, const CompoundStmt &Block,
                     size_t Place) {
    Add(copyOfLocal(Var, Block, Place, IsTracked));
  };
  Collector(OnLoop, OnLocal).walk(F.getBody(), Which == Everywhere);
  if (Copies.empty())
    return Copies;
  BodyIndex Index(F, Models);
  llvm::erase_if(Copies,
                 [&](LoopCopy &Copy) { return !isOnlyRead(Copy, Index); });
  return Copies;
}
