//===- RangeLoopCopy.cpp - whet-range-loop-copy ---------------------------===//
//
// A loop that copies each element of a range only to read it: as the loop
// variable, by a conversion that the variable's type asks for, or as a local at
// the top of the body.
//
// Whether the copy is only read is analysis/ValueUses.h; whether the element
// stays as it is meanwhile is analysis/SourceStability.h.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/HiddenMentions.h"
#include "whet/analysis/SourceStability.h"
#include "whet/analysis/TypeCost.h"
#include "whet/analysis/ValueUses.h"
#include "whet/support/Check.h"
#include "whet/support/Registry.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/MapVector.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr OptionInfo Opts[] = {
    {"MinBytes", OptionKind::Unsigned, "64",
     "an element whose copy allocates nothing is reported if it has more bytes "
     "than this"}};

constexpr CheckInfo Info{
    .Id = "whet-range-loop-copy",
    .Topic = Topic::Copies,
    .Summary = "loop copies a large or allocating element in each "
               "iteration, and only reads it",
    .Fix = FixKind::Safe,
    .Since = "0.1",
    .Options = Opts};

/// A copy that is made in each iteration.
struct LoopCopy {
  const VarDecl *Var = nullptr;
  /// What is copied.
  const Expr *Source = nullptr;
  /// Where the copy lives.
  llvm::SmallVector<const Stmt *, 4> Region;
  /// Whether the elements have another type, and are converted.
  bool IsConversion = false;
  /// The loop whose variable it is; null for a local.
  const CXXForRangeStmt *Loop = nullptr;
};

/// What the instantiations of one template say of one place.
struct TemplatePlace {
  Finding Agreed;
  unsigned Agreeing = 0;
};

class RangeLoopCopy : public Check {
public:
  RangeLoopCopy(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info), MinBytes(unsignedOption("MinBytes")) {}

  void registerMatchers(MatchFinder *Finder) override;
  void check(const MatchFinder::MatchResult &Result) override;
  void onEndOfTranslationUnit() override;

private:
  void examine(const FunctionDecl &F);
  bool isExpensive(QualType T);
  std::optional<LoopCopy> ofLoop(const CXXForRangeStmt &Loop);
  std::optional<LoopCopy> ofLocal(const VarDecl &Var, const CompoundStmt &Block,
                                  size_t Place);
  std::optional<Finding> judge(const LoopCopy &Copy, const BodyIndex &Index);
  std::optional<Fix> makeFix(const LoopCopy &Copy, const SourceState &State,
                             const ASTContext &Ctx);

  const unsigned MinBytes;
  TypeCosts Costs;
  ContainerModels Models;
  OutsideWrites Writes;
  std::vector<Finding> Findings;
  llvm::MapVector<const FunctionDecl *, unsigned> Instantiations;
  llvm::MapVector<std::pair<const FunctionDecl *, SourceLocation>,
                  TemplatePlace>
      Places;
};

} // namespace

static const RegisterCheck<RangeLoopCopy> X(Info);

void RangeLoopCopy::registerMatchers(MatchFinder *Finder) {
  auto IsWritten = unless(anyOf(isImplicit(), isExpansionInSystemHeader()));
  Finder->addMatcher(functionDecl(isDefinition(), IsWritten).bind("function"),
                     this);
  Finder->addMatcher(
      lambdaExpr(unless(isExpansionInSystemHeader())).bind("lambda"), this);
}

void RangeLoopCopy::check(const MatchFinder::MatchResult &Result) {
  const auto *F = Result.Nodes.getNodeAs<FunctionDecl>("function");
  if (const auto *Lambda = Result.Nodes.getNodeAs<LambdaExpr>("lambda"))
    F = Lambda->getCallOperator();
  if (F && F->hasBody() && !F->isDependentContext() && !F->isDefaulted())
    examine(*F);
}

bool RangeLoopCopy::isExpensive(QualType T) {
  if (!T->isRecordType() || T.isVolatileQualified() || Costs.isView(T) ||
      Costs.isSharedPointer(T))
    return false;
  std::optional<CopyCost> Cost = Costs.copy(T);
  return Cost && (Cost->Bytes > MinBytes || Cost->Allocations > 0 ||
                  Cost->AtomicIncrements > 0);
}

// --- Copies in loops
// -----------------------------------------------------------

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

std::optional<LoopCopy> RangeLoopCopy::ofLoop(const CXXForRangeStmt &Loop) {
  const VarDecl *Var = Loop.getLoopVariable();
  if (!Var || !isExpensive(Var->getType().getNonReferenceType()))
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

std::optional<LoopCopy> RangeLoopCopy::ofLocal(const VarDecl &Var,
                                               const CompoundStmt &Block,
                                               size_t Place) {
  if (!Var.hasLocalStorage() || isa<DecompositionDecl>(Var) ||
      Var.getInitStyle() == VarDecl::ListInit || !isExpensive(Var.getType()))
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

void RangeLoopCopy::examine(const FunctionDecl &F) {
  std::vector<LoopCopy> Copies;
  auto Add = [&](std::optional<LoopCopy> Copy) {
    if (Copy)
      Copies.push_back(std::move(*Copy));
  };
  auto OnLoop = [&](const CXXForRangeStmt &Loop) { Add(ofLoop(Loop)); };
  auto OnLocal = [&](const VarDecl &Var, const CompoundStmt &Block,
                     size_t Place) { Add(ofLocal(Var, Block, Place)); };
  Collector(OnLoop, OnLocal).walk(F.getBody(), /*IsInLoop=*/false);
  const FunctionDecl *Pattern = F.getTemplateInstantiationPattern();
  if (Pattern)
    ++Instantiations[Pattern];
  if (Copies.empty())
    return;
  BodyIndex Index(F, Models);
  for (const LoopCopy &Copy : Copies) {
    std::optional<Finding> Found = judge(Copy, Index);
    if (!Found)
      continue;
    if (!Pattern) {
      Findings.push_back(std::move(*Found));
      continue;
    }
    auto [It, IsNew] = Places.try_emplace({Pattern, Found->Loc});
    if (IsNew)
      It->second.Agreed = std::move(*Found);
    else if (!Found->Suggested)
      It->second.Agreed.Suggested.reset();
    ++It->second.Agreeing;
  }
}

// --- What is worth saying
// -------------------------------------------------------

static std::string nameOf(const VarDecl &Var) {
  const auto *Decomposition = dyn_cast<DecompositionDecl>(&Var);
  if (!Decomposition)
    return "'" + Var.getNameAsString() + "'";
  std::string Text = "'[";
  for (const BindingDecl *B : Decomposition->bindings()) {
    if (Text.size() > 2)
      Text += ", ";
    Text += B->getName();
  }
  return Text + "]'";
}

// Whether the copy is compared with what it was copied from: it was taken to
// see what changed.
static bool isComparedWithSource(const LoopCopy &Copy, const BodyIndex &Index) {
  std::optional<AccessPath> Source = AccessPath::of(Copy.Source);
  if (!Source)
    return false;
  for (const Use &U : Index.uses(AccessPath::ofVariable(*Copy.Var)))
    for (const Stmt *Up = Index.parent(*U.Where); Up && isa<Expr>(Up);
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

static std::string message(const LoopCopy &Copy, const CopyCost &Cost) {
  std::string PerIteration = describe(Cost) + " per iteration";
  if (Copy.IsConversion)
    return nameOf(*Copy.Var) + " is each element converted to another type, " +
           PerIteration;
  if (Copy.Loop)
    return nameOf(*Copy.Var) + " is a copy of each element, " + PerIteration +
           ", and only read";
  return nameOf(*Copy.Var) + " is a copy, " + PerIteration + ", and only read";
}

std::optional<Finding> RangeLoopCopy::judge(const LoopCopy &Copy,
                                            const BodyIndex &Index) {
  const VarDecl &Var = *Copy.Var;
  if (Var.getLocation().isMacroID() || isSuspendedIn(Index.function()) ||
      Index.hasGoto())
    return std::nullopt;
  if (valueUses(Var, Index).Fate != ValueFate::OnlyRead ||
      hasHiddenMention(Var, Index) || isComparedWithSource(Copy, Index))
    return std::nullopt;
  SourceState State =
      SourceStability(Index, Writes)
          .during(*Copy.Source, Copy.Region, unchangedContainer(Copy, Index));
  if (State.Kind == SourceState::Changes)
    return std::nullopt;
  const ASTContext &Ctx = Index.context();
  QualType T = Var.getType().getNonReferenceType();
  Finding Report;
  Report.Loc = Var.getLocation();
  Report.Message = message(Copy, *Costs.copy(T));
  Report.In = &Index.function();
  if (Copy.IsConversion) {
    PrintingPolicy Policy(Ctx.getLangOpts());
    Report.Notes.push_back(
        {Copy.Source->getBeginLoc(),
         "the elements are of type '" +
             Copy.Source->getType().getUnqualifiedType().getAsString(Policy) +
             "'"});
  }
  Report.Suggested = makeFix(Copy, State, Ctx);
  if (Report.Suggested && Report.Suggested->Kind == FixKind::Unsafe)
    Report.Notes.push_back(
        {State.Where, "nothing is known of what this changes"});
  return Report;
}

std::optional<Fix> RangeLoopCopy::makeFix(const LoopCopy &Copy,
                                          const SourceState &State,
                                          const ASTContext &Ctx) {
  EditBuilder Builder(Ctx.getSourceManager(), Ctx.getLangOpts());
  Builder.makeConstReference(*Copy.Var, Copy.IsConversion ? "auto" : "");
  std::optional<Edits> Changes = Builder.take();
  if (!Changes)
    return std::nullopt;
  Fix Suggested{FixKind::Safe, "", std::move(*Changes)};
  if (State.Kind == SourceState::Unknown) {
    Suggested.Kind = FixKind::Unsafe;
    Suggested.Caution = "what is called while " + nameOf(*Copy.Var) +
                        " is read may change what it would refer to";
  }
  return Suggested;
}

void RangeLoopCopy::onEndOfTranslationUnit() {
  for (auto &[Key, Place] : Places)
    if (Place.Agreeing == Instantiations[Key.first])
      Findings.push_back(std::move(Place.Agreed));
  for (Finding &F : Findings)
    report(std::move(F));
}
