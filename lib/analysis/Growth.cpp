#include "whet/analysis/Growth.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"

using namespace whet;
using namespace clang;

namespace {
enum class AlgorithmCount { Range, Number };

struct AlgorithmRow {
  llvm::StringLiteral Name;
  AlgorithmCount Count;
  bool IsExact;
};
} // namespace

static constexpr AlgorithmRow Algorithms[] = {
#define ALGORITHM(NAME, COUNT, IS_EXACT)                                       \
  {NAME, AlgorithmCount::COUNT, IS_EXACT},
#include "ContainerModels.inc"
};

const Stmt *whet::blockStatement(const Stmt &S, const BodyIndex &Index) {
  for (const Stmt *Child = &S;;) {
    const Stmt *Up = Index.parent(*Child);
    if (!Up)
      return nullptr;
    if (isa<CompoundStmt>(Up))
      return Child;
    if (!isa<Expr, DeclStmt, ReturnStmt>(Up) || isa<LambdaExpr, StmtExpr>(Up))
      return nullptr;
    Child = Up;
  }
}

// --- Where the container lives ----------------------------------------------

static const VarDecl *variable(const AccessPath &Path) {
  return dyn_cast_or_null<VarDecl>(Path.root());
}

static bool isObject(const VarDecl &Var) {
  return !Var.getType()->isReferenceType() && !Var.getType()->isPointerType();
}

static Ownership ownership(const AccessPath &Path, const BodyIndex &Index) {
  if (Path.startsAtThis())
    return Ownership::Member;
  const VarDecl *Var = variable(Path);
  if (!Var)
    return Ownership::Other;
  if (isa<ParmVarDecl>(Var))
    return isObject(*Var) && !Path.hasDereference() ? Ownership::ValueParameter
                                                    : Ownership::Parameter;
  bool IsLocal = Var->isLocalVarDecl() && !Var->isStaticLocal() &&
                 isObject(*Var) && !Path.hasDereference() &&
                 Index.declaration(*Var);
  return IsLocal ? Ownership::Local : Ownership::Other;
}

// Whether a block that is executed whenever \p Later is contains \p S, so that
// S has been executed before.
static bool isStatementBefore(const Expr &S, const Stmt &Later,
                              const BodyIndex &Index) {
  const Stmt *Statement = blockStatement(S, Index);
  if (!Statement)
    return false;
  const Stmt *Block = Index.parent(*Statement);
  return Block && Index.contains(*Block, Later) &&
         Index.position(*Statement) < Index.position(Later);
}

// Whether a reference or pointer that is declared in \p L surely stands for the
// same object in each iteration.
static bool standsForOneObject(const VarDecl &Var, const Loop &L,
                               const BodyIndex &Index) {
  std::optional<AccessPath> Path = AccessPath::of(Var.getInit());
  if (!Path || Path->hasDereference())
    return false;
  const VarDecl *Root = variable(*Path);
  const DeclStmt *Declaration = Root ? Index.declaration(*Root) : nullptr;
  return !Declaration || !Index.contains(*L.Statement, *Declaration);
}

// The variable, or the one that a structured binding is a part of.
static const VarDecl *declared(const AccessPath &Path) {
  if (const auto *Binding = dyn_cast_or_null<BindingDecl>(Path.root()))
    return dyn_cast<VarDecl>(Binding->getDecomposedDecl());
  return variable(Path);
}

// Whether each iteration of \p L has another container, or the same one empty.
static bool isFreshIn(const AccessPath &Container, const Loop &L,
                      const Stmt &Growth, const BodyIndex &Index) {
  if (const VarDecl *Var = declared(Container)) {
    const DeclStmt *Declaration = Index.declaration(*Var);
    if (Declaration && Index.contains(*L.Statement, *Declaration)) {
      if (isObject(*Var))
        return !Container.hasDereference() && !Var->isStaticLocal();
      // Among others, the variable of a range-based for.
      if (!standsForOneObject(*Var, L, Index))
        return true;
    }
  }
  return llvm::any_of(Index.uses(Container), [&](const Use &U) {
    return U.Kind == Use::Member && U.Effect == ContainerEffect::Clears &&
           !U.InLambda && U.Path == Container &&
           Index.contains(*L.Body, *U.Where) &&
           isStatementBefore(*U.Call, Growth, Index);
  });
}

static const Loop *outermostLoop(const AccessPath &Container,
                                 const Stmt &Growth, const BodyIndex &Index) {
  const Loop *Outermost = nullptr;
  for (const Loop *L = Index.enclosingLoop(Growth);
       L && !isFreshIn(Container, *L, Growth, Index); L = L->Outer)
    Outermost = L;
  return Outermost;
}

// --- What is known on entry --------------------------------------------------

static bool isAllocator(QualType T) {
  const CXXRecordDecl *Record = T.getNonReferenceType()->getAsCXXRecordDecl();
  return Record && Record->getIdentifier() &&
         Record->getName().ends_with_insensitive("allocator");
}

namespace {
enum class Initial { Empty, Filled, MayHaveRoom };
} // namespace

static Initial initialOf(const Expr *Init, const ContainerModels &) {
  if (!Init)
    return Initial::Empty;
  Init = Init->IgnoreImplicit();
  if (const auto *List = dyn_cast<InitListExpr>(Init))
    return List->getNumInits() == 0 ? Initial::Empty : Initial::Filled;
  const auto *Construct = dyn_cast<CXXConstructExpr>(Init);
  if (!Construct)
    return isa<CXXScalarValueInitExpr, ImplicitValueInitExpr>(Init)
               ? Initial::Empty
               : Initial::MayHaveRoom;
  // `std::vector<int> V = std::vector<int>();`
  if (Construct->getNumArgs() == 1 &&
      isa<CXXConstructExpr, CXXTemporaryObjectExpr>(
          Construct->getArg(0)->IgnoreImplicit()) &&
      Construct->getArg(0)->getType()->getAsCXXRecordDecl() ==
          Construct->getType()->getAsCXXRecordDecl() &&
      Construct->getConstructor()->isCopyOrMoveConstructor())
    Init = Construct->getArg(0)->IgnoreImplicit(),
    Construct = cast<CXXConstructExpr>(Init);
  unsigned Given = 0;
  for (unsigned I = 0; I < Construct->getNumArgs(); ++I) {
    const Expr *Arg = Construct->getArg(I);
    if (!isa<CXXDefaultArgExpr>(Arg) && !isAllocator(Arg->getType()))
      ++Given;
  }
  if (Given == 0)
    return Initial::Empty;
  const Expr *First = Construct->getArg(0)->IgnoreParenImpCasts();
  if (First->getType()->isIntegerType() &&
      !First->getType()->isAnyCharacterType())
    return Initial::MayHaveRoom;
  bool IsFromCall = Construct->getConstructor()->isCopyOrMoveConstructor() &&
                    !First->isLValue();
  if (IsFromCall || isa<CallExpr>(First))
    return Initial::MayHaveRoom;
  return Initial::Filled;
}

// A field of a class whose default constructor leaves the field alone.
static Initial initialOfField(const Expr *Init, const AccessPath &Path) {
  for (const FieldDecl *Field : Path.steps())
    if (!Field || Field->hasInClassInitializer())
      return Initial::Filled;
  if (!Init)
    return Initial::Filled;
  Init = Init->IgnoreImplicit();
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Init)) {
    bool IsDefault = Construct->getConstructor()->isDefaultConstructor() &&
                     !Construct->getConstructor()->isUserProvided();
    // Nested classes may fill their fields themselves.
    return IsDefault && Path.steps().size() == 1 ? Initial::Empty
                                                 : Initial::Filled;
  }
  return Initial::Filled;
}

static Initial initialState(const AccessPath &Container,
                            const BodyIndex &Index) {
  if (const VarDecl *Var = variable(Container)) {
    if (ownership(Container, Index) != Ownership::Local)
      return Initial::Filled;
    return Container.steps().empty()
               ? initialOf(Var->getInit(), Index.models())
               : initialOfField(Var->getInit(), Container);
  }
  const auto *Constructor = dyn_cast<CXXConstructorDecl>(&Index.function());
  if (!Constructor || !Container.startsAtThis() ||
      Container.steps().size() != 1 || Constructor->isDelegatingConstructor())
    return Initial::Filled;
  for (const CXXCtorInitializer *Init : Constructor->inits())
    if (Init->isMemberInitializer() &&
        Init->getMember()->getCanonicalDecl() == Container.steps().front()) {
      if (isa<CXXDefaultInitExpr>(Init->getInit()))
        return Initial::Filled;
      return initialOf(Init->getInit(), Index.models());
    }
  return Initial::Filled;
}

static bool isAnywhereBefore(const Use &U, const Stmt &Site,
                             const BodyIndex &Index) {
  return Index.position(*U.Where) < Index.position(Site);
}

// The last `clear()` that is certainly executed before \p Site.
static const Use *lastClear(const AccessPath &Container, const Stmt &Site,
                            const BodyIndex &Index) {
  const Use *Last = nullptr;
  for (const Use &U : Index.uses(Container))
    if (U.Kind == Use::Member && U.Effect == ContainerEffect::Clears &&
        U.Path == Container && !U.InLambda &&
        isAnywhereBefore(U, Site, Index) &&
        isStatementBefore(*U.Call, Site, Index))
      Last = &U;
  return Last;
}

static EntryState entryState(const AccessPath &Container, const Stmt &Site,
                             const BodyIndex &Index) {
  EntryState State;
  State.Owner = ownership(Container, Index);
  Initial Start = initialState(Container, Index);
  const Use *Clear = lastClear(Container, Site, Index);
  State.IsEmpty = Start == Initial::Empty || Clear;
  State.MayHaveRoom = Start == Initial::MayHaveRoom;
  unsigned EmptySince = Clear ? Index.position(*Clear->Where) : 0;
  for (const Use &U : Index.uses(Container)) {
    if (!U.Path.overlaps(Container) || U.isHarmless() || &U == Clear)
      continue;
    bool IsBefore = isAnywhereBefore(U, Site, Index);
    if (U.addsElements() && !Index.contains(Site, *U.Where))
      State.GrowsElsewhere = true;
    bool Makes = U.Kind == Use::Member && U.Effect == ContainerEffect::Sizes;
    // An early return may stand between them; for the reader it is reserved.
    if (Makes && !Index.contains(Site, *U.Where))
      State.MayHaveRoom |= IsBefore || State.Owner != Ownership::Local;
    if (!IsBefore)
      continue;
    bool Grows =
        U.Kind == Use::Member && (U.Effect == ContainerEffect::Grows ||
                                  U.Effect == ContainerEffect::GrowsUnknown ||
                                  U.Effect == ContainerEffect::Clears);
    if (!Grows || U.InLambda)
      State.MayHaveRoom = true;
    if (Index.position(*U.Where) > EmptySince)
      State.IsEmpty = false;
  }
  if (State.IsEmpty && Container.startsAtThis())
    for (const Use &U : Index.usesOfThis())
      if (!U.isHarmless() && isAnywhereBefore(U, Site, Index) &&
          Index.position(*U.Where) > EmptySince)
        State.IsEmpty = false;
  return State;
}

// --- Growth per iteration
// -----------------------------------------------------

namespace {
/// Adds up what one execution of a statement adds to one container.
class GrowthSum {
public:
  GrowthSum(const AccessPath &Container, const Loop &Outermost,
            const BodyIndex &Index)
      : Outermost(Outermost), Index(Index) {
    for (const Use &U : Index.uses(Container))
      if (U.grows() && !U.InLambda && U.Path == Container &&
          Index.contains(*Outermost.Statement, *U.Where))
        Growths.push_back(&U);
  }

  /// Elements that the whole loop adds; nothing if that is unknown.
  std::optional<Quantity> total() { return ofLoop(Outermost); }
  bool isExact() const { return IsExact; }
  const Use *first() const { return Growths.front(); }

private:
  std::optional<Quantity> of(const Stmt *S, const Loop &In);
  std::optional<Quantity> ofLoop(const Loop &L);
  std::optional<Quantity> ofIf(const IfStmt &If, const Loop &In);
  std::optional<Quantity> ofExpression(const Stmt &S, const Loop &In);
  bool growsIn(const Stmt *S) const;
  bool isConditionalWithin(const Use &U, const Stmt &S) const;

  const Loop &Outermost;
  const BodyIndex &Index;
  llvm::SmallVector<const Use *, 4> Growths;
  bool IsExact = true;
};
} // namespace

bool GrowthSum::growsIn(const Stmt *S) const {
  return S && llvm::any_of(Growths, [&](const Use *U) {
           return Index.contains(*S, *U->Where);
         });
}

std::optional<Quantity> GrowthSum::ofLoop(const Loop &L) {
  if (L.MayLeaveEarly || !growsIn(L.Body))
    return std::nullopt;
  for (const Use *U : Growths)
    if (Index.contains(*L.Statement, *U->Where) &&
        !Index.contains(*L.Body, *U->Where))
      return std::nullopt;
  std::optional<Quantity> Trips = tripCount(L, Index);
  if (!Trips)
    return std::nullopt;
  // An inner loop's trip count has to be known before the outer loop.
  if (&L != &Outermost &&
      (!isInvariantIn(*Trips, *Outermost.Statement, Index) ||
       !isVisibleBefore(*Trips, *Outermost.Statement, Index)))
    return std::nullopt;
  std::optional<Quantity> PerTrip = of(L.Body, L);
  if (!PerTrip)
    return std::nullopt;
  return product(*Trips, *PerTrip);
}

std::optional<Quantity> GrowthSum::of(const Stmt *S, const Loop &In) {
  if (!growsIn(S))
    return Quantity::constant(0);
  if (const Loop *L = Index.loop(*S))
    return ofLoop(*L);
  if (const auto *If = dyn_cast<IfStmt>(S))
    return ofIf(*If, In);
  if (const auto *Attributed = dyn_cast<AttributedStmt>(S))
    return of(Attributed->getSubStmt(), In);
  if (const auto *Block = dyn_cast<CompoundStmt>(S)) {
    Quantity Total = Quantity::constant(0);
    for (const Stmt *Child : Block->body()) {
      std::optional<Quantity> Part = of(Child, In);
      if (!Part)
        return std::nullopt;
      Total = sum(Total, *Part);
    }
    return Total;
  }
  if (isa<Expr, DeclStmt>(S))
    return ofExpression(*S, In);
  return std::nullopt;
}

std::optional<Quantity> GrowthSum::ofIf(const IfStmt &If, const Loop &In) {
  if (If.isConstexpr()) {
    std::optional<const Stmt *> Taken = If.getNondiscardedCase(Index.context());
    return Taken ? of(*Taken, In) : std::nullopt;
  }
  if (!growsIn(If.getThen()) && !growsIn(If.getElse()))
    return std::nullopt;
  std::optional<Quantity> Then = of(If.getThen(), In);
  std::optional<Quantity> Else =
      If.getElse() ? of(If.getElse(), In) : Quantity::constant(0);
  if (!Then || !Else)
    return std::nullopt;
  if (Then->Constant && Else->Constant) {
    if (*Then->Constant != *Else->Constant)
      IsExact = false;
    return Quantity::constant(std::max(*Then->Constant, *Else->Constant));
  }
  if (!If.getElse()) {
    IsExact = false;
    return Then;
  }
  return std::nullopt;
}

bool GrowthSum::isConditionalWithin(const Use &U, const Stmt &S) const {
  for (const Stmt *Child = U.Call; Child != &S;) {
    const Stmt *Up = Index.parent(*Child);
    if (!Up)
      return true;
    if (const auto *Conditional = dyn_cast<AbstractConditionalOperator>(Up))
      if (Conditional->getCond() != Child)
        return true;
    if (const auto *Binary = dyn_cast<BinaryOperator>(Up))
      if (Binary->isLogicalOp() && Binary->getRHS() == Child)
        return true;
    Child = Up;
  }
  return false;
}

std::optional<Quantity> GrowthSum::ofExpression(const Stmt &S, const Loop &In) {
  uint64_t Elements = 0;
  for (const Use *U : Growths) {
    if (!Index.contains(S, *U->Where))
      continue;
    bool AfterContinue = In.FirstContinue && Index.position(*In.FirstContinue) <
                                                 Index.position(*U->Where);
    if (AfterContinue || isConditionalWithin(*U, S))
      IsExact = false;
    Elements += U->Growth.Elements;
  }
  return Quantity::constant(Elements);
}

// --- Sites
// ---------------------------------------------------------------------

// Whether anything but the growths themselves may change the container, its
// capacity or its identity while \p Site is executed.
static bool isDisturbedIn(const AccessPath &Container, const Stmt &Site,
                          const Expr *Inserter, const BodyIndex &Index) {
  for (const Use &U : Index.uses(Container)) {
    if (!U.Path.overlaps(Container) || U.isHarmless())
      continue;
    bool IsGrowth = U.grows() && !U.InLambda && U.Path == Container;
    if (IsGrowth || (Inserter && U.Where == Inserter))
      continue;
    bool IsAliasBefore = (U.InLambda || U.Kind == Use::Aliased) &&
                         isAnywhereBefore(U, Site, Index);
    if (IsAliasBefore || Index.contains(Site, *U.Where))
      return true;
  }
  // Another member function may do anything to a member.
  if (Container.startsAtThis())
    for (const Use &U : Index.usesOfThis())
      if (!U.isHarmless() && Index.contains(Site, *U.Where))
        return true;
  return false;
}

static std::optional<GrowthSite> siteOf(const Use &Growth,
                                        const BodyIndex &Index) {
  const Loop *Outermost = outermostLoop(Growth.Path, *Growth.Where, Index);
  if (!Outermost)
    return std::nullopt;
  GrowthSite Site;
  Site.Container = Growth.Path;
  Site.Model = Growth.Model;
  Site.Site = Outermost->Statement;
  Site.First = &Growth;
  return Site;
}

static bool complete(GrowthSite &Site, const BodyIndex &Index) {
  const Loop &Outermost = *Index.loop(*Site.Site);
  if (isDisturbedIn(Site.Container, *Site.Site, nullptr, Index))
    return false;
  GrowthSum Sum(Site.Container, Outermost, Index);
  std::optional<Quantity> Total = Sum.total();
  if (!Total)
    return false;
  Site.Total = *Total;
  Site.IsExact = Sum.isExact();
  Site.Entry = entryState(Site.Container, *Site.Site, Index);
  return true;
}

// The function or niebloid of namespace std or std::ranges that is called.
static const NamedDecl *stdCallee(const CallExpr &Call) {
  const NamedDecl *Callee = Call.getDirectCallee();
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call)) {
    if (Operator->getOperator() != OO_Call)
      return nullptr;
    const auto *Object =
        dyn_cast<DeclRefExpr>(Operator->getArg(0)->IgnoreParenImpCasts());
    Callee = Object ? Object->getDecl() : nullptr;
  }
  return Callee && Callee->getIdentifier() ? Callee : nullptr;
}

static bool isStd(const NamedDecl &D) {
  std::string Name = stableName(D);
  return Name == ("std::" + D.getName()).str() ||
         Name == ("std::ranges::" + D.getName()).str();
}

// The container behind `std::back_inserter(V)` or `std::inserter(M, M.end())`.
static const Expr *insertedInto(const Expr *Arg) {
  const auto *Call = dyn_cast<CallExpr>(Arg->IgnoreImplicit());
  if (!Call || Call->getNumArgs() == 0)
    return nullptr;
  const NamedDecl *Callee = stdCallee(*Call);
  bool IsInserter = Callee && (Callee->getName() == "back_inserter" ||
                               Callee->getName() == "inserter");
  return IsInserter && isStd(*Callee) ? Call->getArg(0) : nullptr;
}

static std::optional<Quantity> writesOf(const AlgorithmRow &Row,
                                        llvm::ArrayRef<const Expr *> Args,
                                        bool TakesRange,
                                        const BodyIndex &Index) {
  if (Args.size() < 2)
    return std::nullopt;
  if (Row.Count == AlgorithmCount::Number)
    return countValue(*Args[1], Index);
  if (TakesRange)
    if (std::optional<Quantity> Size = rangeSize(*Args[0], Index))
      return Size;
  return rangeSize(*Args[0], *Args[1], Index);
}

static std::optional<GrowthSite> algorithmSite(const CallExpr &Call,
                                               const BodyIndex &Index) {
  const NamedDecl *Callee = stdCallee(Call);
  if (!Callee)
    return std::nullopt;
  const auto *Row = llvm::find_if(Algorithms, [&](const AlgorithmRow &R) {
    return R.Name == Callee->getName();
  });
  if (Row == std::end(Algorithms) || !isStd(*Callee))
    return std::nullopt;
  llvm::SmallVector<const Expr *, 6> Args(Call.arguments());
  bool IsNiebloid = isa<CXXOperatorCallExpr>(Call);
  if (IsNiebloid)
    Args.erase(Args.begin());
  const Expr *Container = nullptr;
  for (const Expr *Arg : Args)
    if (const Expr *E = insertedInto(Arg))
      Container = E;
  std::optional<AccessPath> Path =
      Container ? AccessPath::of(Container) : std::nullopt;
  const Stmt *Statement = blockStatement(Call, Index);
  if (!Path || !Statement)
    return std::nullopt;
  GrowthSite Site;
  Site.Container = *Path;
  Site.Model = Index.models().find(Container->getType());
  Site.Site = Statement;
  Site.Algorithm = &Call;
  Site.IsExact = Row->IsExact;
  if (!Site.Model || outermostLoop(*Path, Call, Index))
    return std::nullopt;
  std::optional<Quantity> Writes = writesOf(*Row, Args, IsNiebloid, Index);
  if (!Writes)
    return std::nullopt;
  Site.Total = *Writes;
  for (const Use &U : Index.uses(*Path))
    if (Index.contains(Call, *U.Where) && U.Path == *Path && !Site.First)
      Site.First = &U;
  if (isDisturbedIn(*Path, *Statement, Container->IgnoreParenImpCasts(), Index))
    return std::nullopt;
  Site.Entry = entryState(*Path, *Statement, Index);
  return Site;
}

std::vector<GrowthSite> whet::growthSites(const BodyIndex &Index) {
  std::vector<GrowthSite> Sites;
  // Source order says little where a goto may go back.
  if (Index.hasGoto())
    return Sites;
  for (const Use *Growth : Index.growths()) {
    std::optional<GrowthSite> Site = siteOf(*Growth, Index);
    if (!Site)
      continue;
    bool IsKnown = llvm::any_of(Sites, [&](const GrowthSite &Other) {
      return Other.Site == Site->Site && Other.Container == Site->Container;
    });
    if (!IsKnown)
      Sites.push_back(std::move(*Site));
  }
  llvm::erase_if(Sites,
                 [&](GrowthSite &Site) { return !complete(Site, Index); });
  for (const CallExpr *Call : Index.calls())
    if (std::optional<GrowthSite> Site = algorithmSite(*Call, Index))
      Sites.push_back(std::move(*Site));
  return Sites;
}
