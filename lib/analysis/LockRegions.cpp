#include "whet/analysis/LockRegions.h"
#include "whet/analysis/ContainerModels.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/Analysis/Analyses/PostOrderCFGView.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

using namespace whet;
using namespace clang;

// --- Names
// -----------------------------------------------------------------------

static std::string textOf(const AccessPath &Path) {
  std::string Text;
  if (const ValueDecl *Root = Path.root())
    Text = Root->getNameAsString();
  for (const FieldDecl *Field : Path.steps()) {
    if (!Field)
      continue;
    if (!Text.empty())
      Text += '.';
    Text += Field->getNameAsString();
  }
  return Text;
}

static std::string textOf(const Expr &E, const ASTContext &Ctx) {
  const Expr *Inner = E.IgnoreParenImpCasts();
  if (const auto *Unary = dyn_cast<UnaryOperator>(Inner);
      Unary && Unary->getOpcode() == UO_AddrOf)
    Inner = Unary->getSubExpr()->IgnoreParens();
  std::string Text;
  llvm::raw_string_ostream Stream(Text);
  Inner->printPretty(Stream, nullptr, PrintingPolicy(Ctx.getLangOpts()));
  return Text;
}

std::string HeldLock::name() const {
  std::string Text;
  auto Add = [&Text](const std::string &Name) {
    Text += (Text.empty() ? "'" : " and '") + Name + "'";
  };
  bool IsEachNamed = Paths.size() >= Mutexes.size();
  if (IsEachNamed || !Guard)
    for (const AccessPath &Path : Paths)
      Add(textOf(Path));
  else
    for (const Expr *E : Mutexes)
      Add(textOf(*E, Guard->getASTContext()));
  if (Text.empty() && Guard)
    Add(Guard->getNameAsString());
  return Text.empty() ? "a lock" : Text;
}

SourceLocation HeldLock::acquiredBefore(SourceLocation Loc,
                                        const SourceManager &SM) const {
  SourceLocation Last = Acquired.front();
  for (SourceLocation Place : Acquired)
    if (SM.isBeforeInTranslationUnit(Place, Loc))
      Last = Place;
  return Last;
}

// --- Guards' initialisers
// --------------------------------------------------------

static const Expr &withoutTemporaries(const Expr &E) {
  const Expr *Inner = &E;
  while (true) {
    const Expr *Next = Inner->IgnoreImplicit()->IgnoreParens();
    if (const auto *Cast = dyn_cast<CXXFunctionalCastExpr>(Next))
      Next = Cast->getSubExpr();
    else if (const auto *List = dyn_cast<InitListExpr>(Next);
             List && List->getNumInits() == 1)
      Next = List->getInit(0);
    else if (const auto *Construct = dyn_cast<CXXConstructExpr>(Next);
             Construct && Construct->isElidable() &&
             Construct->getNumArgs() == 1)
      Next = Construct->getArg(0);
    if (Next == Inner)
      return *Inner;
    Inner = Next;
  }
}

static bool isStdMove(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  return Callee && Callee->isInStdNamespace() && Callee->getIdentifier() &&
         Callee->getName() == "move" && Call.getNumArgs() == 1;
}

// The variable that E names, moved or not; null if it is anything else.
static const VarDecl *namedVariable(const Expr &E) {
  const Expr *Inner = E.IgnoreParenImpCasts();
  if (const auto *Call = dyn_cast<CallExpr>(Inner); Call && isStdMove(*Call))
    Inner = Call->getArg(0)->IgnoreParenImpCasts();
  const auto *Ref = dyn_cast<DeclRefExpr>(Inner);
  return Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
}

namespace {
enum class Tag { None, Free, Adopted, Maybe };
} // namespace

static Tag tagOf(QualType T) {
  static const llvm::StringMap<Tag> Tags = {
#define LOCK_TAG(NAME, STATE) {NAME, Tag::STATE},
#include "LockModels.inc"
  };
  const CXXRecordDecl *Record = T.getNonReferenceType()->getAsCXXRecordDecl();
  if (!Record || !Record->getIdentifier())
    return Tag::None;
  auto It = Tags.find(stableName(*Record));
  return It == Tags.end() ? Tag::None : It->second;
}

// --- The walk that finds locks
// ----------------------------------------------------

namespace {
/// Statements that the function itself executes; lambdas are other functions.
class OwnStatements : public DynamicRecursiveASTVisitor {
public:
  OwnStatements() { ShouldVisitLambdaBody = false; }

  bool TraverseLambdaExpr(LambdaExpr *E) override {
    for (const LambdaCapture &Capture : E->captures())
      if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
        noteCaptured(*Capture.getCapturedVar());
    for (Expr *Init : E->capture_inits())
      if (Init && !TraverseStmt(Init))
        return false;
    return true;
  }

  bool TraverseDecl(Decl *D) override {
    // Local classes.
    return isa_and_nonnull<TagDecl>(D) ||
           DynamicRecursiveASTVisitor::TraverseDecl(D);
  }

protected:
  virtual void noteCaptured(const ValueDecl & /*D*/) {}
};

class MentionFinder : public OwnStatements {
public:
  explicit MentionFinder(LockModels &Models) : Models(Models) {}

  bool VisitVarDecl(VarDecl *D) override {
    Found |= D->hasLocalStorage() && Models.guardMode(D->getType()).has_value();
    return !Found;
  }

  bool VisitCallExpr(CallExpr *E) override {
    Found |= llvm::any_of(Models.calls(*E), [](const LockCall &C) {
      return C.Op == LockOp::Acquire || C.Op == LockOp::Try ||
             C.Op == LockOp::Release;
    });
    return !Found;
  }

  bool Found = false;

private:
  LockModels &Models;
};
} // namespace

static bool hasGuardParameter(const FunctionDecl &F, LockModels &Models) {
  return llvm::any_of(F.parameters(), [&](const ParmVarDecl *P) {
    return Models.guardMode(P->getType()).has_value();
  });
}

bool LockRegions::mentionsLocks(const FunctionDecl &F, LockModels &Models) {
  const Stmt *Body = F.getBody();
  if (!Body)
    return false;
  if (F.hasAttr<RequiresCapabilityAttr>() || hasGuardParameter(F, Models))
    return true;
  MentionFinder Finder(Models);
  Finder.TraverseStmt(const_cast<Stmt *>(Body));
  return Finder.Found;
}

// --- Dataflow
// --------------------------------------------------------------------

namespace whet {
class LockDataflow : public OwnStatements {
public:
  using State = LockRegions::State;
  using States = LockRegions::States;

  LockDataflow(LockRegions &Regions, const FunctionDecl &F, LockModels &Models)
      : R(Regions), F(F), Models(Models) {}

  void run();

  bool TraverseCXXTryStmt(CXXTryStmt *S) override;
  bool VisitStmt(Stmt *S) override;
  bool VisitVarDecl(VarDecl *D) override;
  bool VisitCallExpr(CallExpr *E) override;
  bool VisitUnaryOperator(UnaryOperator *E) override;

protected:
  void noteCaptured(const ValueDecl &D) override {
    if (const auto *Var = dyn_cast<VarDecl>(&D))
      Escaped.insert(Var->getCanonicalDecl());
  }

private:
  void addGuard(const VarDecl &D, State OnEntry);
  void addCallersLocks();
  std::optional<unsigned> slotOf(const LockCall &C) const;
  std::optional<unsigned> slotOf(const VarDecl *D) const;
  std::optional<unsigned> slotOf(const AccessPath &Path) const;

  void before(const Stmt &S, States &Now) const;
  void after(const Stmt &S, States &Now) const;
  void declare(const VarDecl &D, States &Now) const;
  void construct(unsigned Slot, const CXXConstructExpr &Init,
                 States &Now) const;
  void apply(const LockCall &C, States &Now) const;
  bool applyToGuards(const LockCall &C, States &Now) const;
  void set(unsigned Slot, State To, States &Now) const;
  void lend(llvm::ArrayRef<const Expr *> Args, States &Now) const;

  template <typename NoteT>
  void walk(const CFGBlock &Block, States &Now, NoteT Note) const;
  void refine(const CFGBlock &Block, bool IsTrue, States &Now) const;
  bool mergeInto(std::optional<States> &To, const States &From) const;
  bool mergeIntoHandlers(const Stmt &S, const States &Now);
  void findHandlers(const CFG &Graph);
  void record(const Stmt &S, const States &Now);

  LockRegions &R;
  const FunctionDecl &F;
  LockModels &Models;
  States OnEntry;
  /// By the blocks' numbers.
  std::vector<std::optional<States>> AtStart;
  llvm::SmallPtrSet<const VarDecl *, 2> Escaped;
  /// The innermost `try` that statements, and other ones, are in.
  llvm::DenseMap<const Stmt *, const CXXTryStmt *> TryOf;
  llvm::DenseMap<const CXXTryStmt *, llvm::SmallVector<unsigned, 1>> GuardsIn;
  llvm::DenseMap<const CXXTryStmt *, llvm::SmallVector<const CFGBlock *, 1>>
      Handlers;
  const CXXTryStmt *Try = nullptr;
  llvm::SmallPtrSet<const Expr *, 4> GuardInits;
  std::map<States, unsigned> Indices;
};
} // namespace whet

void LockDataflow::addGuard(const VarDecl &D, State At) {
  std::optional<LockMode> Mode = Models.guardMode(D.getType());
  if (!Mode)
    return;
  auto Lock = std::make_unique<HeldLock>();
  Lock->Guard = &D;
  Lock->Acquired = {D.getLocation()};
  Lock->Mode = *Mode;
  if (Try)
    GuardsIn[Try].push_back(R.Locks.size());
  R.Guards[D.getCanonicalDecl()] = R.Locks.size();
  R.Locks.push_back(std::move(Lock));
  OnEntry.push_back(At);
}

static void addMutex(HeldLock &Lock, const Expr &Mutex) {
  Lock.Mutexes.push_back(&Mutex);
  if (std::optional<AccessPath> Path = mutexPath(Mutex))
    Lock.Paths.push_back(std::move(*Path));
}

// The construction that D is initialised by; null if it is anything else.
static const CXXConstructExpr *constructionOf(const VarDecl &D) {
  return D.getInit()
             ? dyn_cast<CXXConstructExpr>(&withoutTemporaries(*D.getInit()))
             : nullptr;
}

bool LockDataflow::TraverseCXXTryStmt(CXXTryStmt *S) {
  if (Try)
    TryOf[S] = Try;
  const CXXTryStmt *Outer = Try;
  Try = S;
  bool Goes = TraverseStmt(S->getTryBlock());
  Try = Outer;
  for (unsigned I = 0; Goes && I < S->getNumHandlers(); ++I)
    Goes = TraverseStmt(S->getHandler(I));
  return Goes;
}

bool LockDataflow::VisitStmt(Stmt *S) {
  if (Try)
    TryOf[S] = Try;
  return true;
}

bool LockDataflow::VisitVarDecl(VarDecl *D) {
  if (isa<ParmVarDecl>(D) || !D->hasLocalStorage())
    return true;
  if (!Models.guardMode(D->getType())) {
    return true;
  }
  addGuard(*D, State::Free);
  const CXXConstructExpr *Init = constructionOf(*D);
  if (!Init) {
    // Another name for a guard: both are.
    if (const VarDecl *Other =
            D->getInit() ? namedVariable(*D->getInit()) : nullptr)
      Escaped.insert(Other->getCanonicalDecl());
    return true;
  }
  GuardInits.insert(Init);
  HeldLock &Lock = *R.Locks.back();
  bool IsCopy = Init->getConstructor()->isCopyOrMoveConstructor();
  for (const Expr *Arg : Init->arguments())
    if (!IsCopy && Models.isMutex(Arg->getType()))
      addMutex(Lock, *Arg);
  // Mutexes of a kind that is not known.
  if (Lock.Mutexes.empty() && !IsCopy && Init->getNumArgs() > 0 &&
      tagOf(Init->getArg(0)->getType()) == Tag::None)
    addMutex(Lock, *Init->getArg(0));
  return true;
}

bool LockDataflow::VisitCallExpr(CallExpr *E) {
  for (const LockCall &C : Models.calls(*E)) {
    if (!C.Path || C.Op == LockOp::Wait || C.Op == LockOp::Ask)
      continue;
    if (std::optional<unsigned> Slot = slotOf(C)) {
      HeldLock &Known = *R.Locks[*Slot];
      if (!Known.Guard && C.Op == LockOp::Acquire)
        Known.Acquired.push_back(E->getExprLoc());
      continue;
    }
    auto Lock = std::make_unique<HeldLock>();
    if (C.Lock)
      Lock->Mutexes.push_back(C.Lock);
    Lock->Paths.push_back(*C.Path);
    Lock->Acquired = {E->getExprLoc()};
    Lock->Mode = C.Mode;
    R.Locks.push_back(std::move(Lock));
    OnEntry.push_back(State::Entry);
  }
  return true;
}

bool LockDataflow::VisitUnaryOperator(UnaryOperator *E) {
  if (E->getOpcode() == UO_AddrOf)
    if (const VarDecl *Var = namedVariable(*E->getSubExpr()))
      Escaped.insert(Var->getCanonicalDecl());
  return true;
}

void LockDataflow::addCallersLocks() {
  for (const auto *Attr : F.specific_attrs<RequiresCapabilityAttr>())
    for (const Expr *Arg : Attr->args()) {
      std::optional<AccessPath> Path = mutexPath(*Arg);
      if (!Path)
        continue;
      auto Lock = std::make_unique<HeldLock>();
      Lock->Paths.push_back(std::move(*Path));
      Lock->Acquired = {F.getLocation()};
      Lock->Mode = Attr->isShared() ? LockMode::Shared : LockMode::Exclusive;
      Lock->IsCallers = true;
      R.Locks.push_back(std::move(Lock));
      OnEntry.push_back(State::Entry);
    }
}

std::optional<unsigned> LockDataflow::slotOf(const VarDecl *D) const {
  if (!D)
    return std::nullopt;
  auto It = R.Guards.find(D->getCanonicalDecl());
  return It == R.Guards.end() ? std::nullopt : std::optional(It->second);
}

std::optional<unsigned> LockDataflow::slotOf(const AccessPath &Path) const {
  for (unsigned I = 0; I < R.Locks.size(); ++I)
    if (!R.Locks[I]->Guard && R.Locks[I]->Paths.front() == Path)
      return I;
  return std::nullopt;
}

std::optional<unsigned> LockDataflow::slotOf(const LockCall &C) const {
  if (!C.Path)
    return std::nullopt;
  const auto *Root = dyn_cast_or_null<VarDecl>(C.Path->root());
  if (Root && C.Path->steps().empty())
    if (std::optional<unsigned> Slot = slotOf(Root))
      return Slot;
  return slotOf(*C.Path);
}

void LockDataflow::set(unsigned Slot, State To, States &Now) const {
  const VarDecl *Guard = R.Locks[Slot]->Guard;
  bool IsEscaped = Guard && Escaped.contains(Guard->getCanonicalDecl());
  Now[Slot] = IsEscaped ? State::Maybe : To;
}

// A mutex that is unlocked by hand is so under its guard, too.
bool LockDataflow::applyToGuards(const LockCall &C, States &Now) const {
  bool IsAny = false;
  for (unsigned I = 0; I < R.Locks.size(); ++I) {
    if (!R.Locks[I]->Guard || !llvm::is_contained(R.Locks[I]->Paths, *C.Path))
      continue;
    bool Unlocks = C.Op == LockOp::Release && Now[I] == State::Held;
    bool Locks = C.Op == LockOp::Acquire && Now[I] == State::Released;
    if (Unlocks || Locks)
      set(I, Unlocks ? State::Released : State::Held, Now);
    IsAny |= Unlocks || Locks;
  }
  return IsAny;
}

void LockDataflow::apply(const LockCall &C, States &Now) const {
  // Whichever that is.
  if (!C.Path && C.Op == LockOp::Release)
    llvm::replace(Now, State::Held, State::Maybe);
  std::optional<unsigned> Slot = slotOf(C);
  if (!Slot || (!R.Locks[*Slot]->Guard && applyToGuards(C, Now)))
    return;
  State Was = Now[*Slot];
  bool IsLocal =
      R.Locks[*Slot]->Guard && !isa<ParmVarDecl>(R.Locks[*Slot]->Guard);
  switch (C.Op) {
  case LockOp::Acquire:
    return set(*Slot,
               Was == State::Released && !IsLocal ? State::Entry : State::Held,
               Now);
  case LockOp::Release:
    if (Was == State::Held || (IsLocal && Was != State::Entry))
      return set(*Slot, State::Free, Now);
    return set(*Slot, Was == State::Free ? State::Free : State::Released, Now);
  case LockOp::Try:
  case LockOp::Forget:
    return set(*Slot, State::Maybe, Now);
  case LockOp::Wait:
  case LockOp::Ask:
    return;
  }
}

void LockDataflow::construct(unsigned Slot, const CXXConstructExpr &Init,
                             States &Now) const {
  if (Init.getConstructor()->isCopyOrMoveConstructor()) {
    std::optional<unsigned> From = slotOf(namedVariable(*Init.getArg(0)));
    if (!From)
      return set(Slot, State::Maybe, Now);
    // The same mutex by another name.
    HeldLock &To = *R.Locks[Slot];
    To.Mutexes = R.Locks[*From]->Mutexes;
    To.Paths = R.Locks[*From]->Paths;
    set(Slot, Now[*From], Now);
    return set(*From, State::Free, Now);
  }
  bool HasMutex = !R.Locks[Slot]->Mutexes.empty();
  State To = HasMutex ? State::Held : State::Free;
  for (const Expr *Arg : Init.arguments()) {
    switch (tagOf(Arg->getType())) {
    case Tag::Free:
      return set(Slot, State::Free, Now);
    case Tag::Maybe:
      return set(Slot, State::Maybe, Now);
    case Tag::Adopted: {
      // Who unlocks is the guard from here on.
      for (const AccessPath &Path : R.Locks[Slot]->Paths)
        if (std::optional<unsigned> Raw = slotOf(Path)) {
          To = Now[*Raw] == State::Held ? State::Held : State::Entry;
          set(*Raw, State::Entry, Now);
        } else {
          To = State::Entry;
        }
      return set(Slot, To, Now);
    }
    case Tag::None:
      break;
    }
    // There may be no mutex.
    if (isa<AbstractConditionalOperator>(Arg->IgnoreParenImpCasts()))
      To = State::Maybe;
    bool IsMutex = llvm::is_contained(R.Locks[Slot]->Mutexes, Arg);
    bool IsOfLibrary = Init.getConstructor()->getParent()->isInStdNamespace();
    // A timeout, or a flag that says whether to lock.
    if (!IsMutex && !isa<CXXDefaultArgExpr>(Arg) &&
        (IsOfLibrary || Arg->getType()->isBooleanType()))
      To = State::Maybe;
  }
  set(Slot, To, Now);
}

void LockDataflow::declare(const VarDecl &D, States &Now) const {
  std::optional<unsigned> Slot = slotOf(&D);
  if (!Slot)
    return;
  if (const CXXConstructExpr *Init = constructionOf(D))
    return construct(*Slot, *Init, Now);
  set(*Slot, D.getInit() ? State::Maybe : State::Free, Now);
}

// Whoever is handed a guard may unlock it.
void LockDataflow::lend(llvm::ArrayRef<const Expr *> Args, States &Now) const {
  for (const Expr *Arg : Args)
    if (!Arg->getType().isConstQualified())
      if (std::optional<unsigned> Slot = slotOf(namedVariable(*Arg)))
        set(*Slot, State::Maybe, Now);
}

void LockDataflow::before(const Stmt &S, States &Now) const {
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&S)) {
    if (!GuardInits.contains(Construct))
      lend({Construct->getArgs(), Construct->getNumArgs()}, Now);
    return;
  }
  const auto *Call = dyn_cast<CallExpr>(&S);
  if (!Call || isStdMove(*Call) || !Models.calls(*Call).empty())
    return;
  if (isa<CXXOperatorCallExpr>(Call) && Call->getDirectCallee() &&
      isa<CXXMethodDecl>(Call->getDirectCallee()) &&
      !Models.guardMode(Call->getArg(0)->getType()))
    return lend(llvm::ArrayRef(Call->getArgs() + 1, Call->getNumArgs() - 1),
                Now);
  lend({Call->getArgs(), Call->getNumArgs()}, Now);
}

void LockDataflow::after(const Stmt &S, States &Now) const {
  if (const auto *Declaration = dyn_cast<DeclStmt>(&S)) {
    for (const Decl *D : Declaration->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D))
        declare(*Var, Now);
    return;
  }
  if (const auto *Call = dyn_cast<CallExpr>(&S))
    for (const LockCall &C : Models.calls(*Call))
      apply(C, Now);
}

template <typename NoteT>
void LockDataflow::walk(const CFGBlock &Block, States &Now, NoteT Note) const {
  for (const CFGElement &Element : Block) {
    if (std::optional<CFGStmt> S = Element.getAs<CFGStmt>()) {
      before(*S->getStmt(), Now);
      Note(*S->getStmt(), Now);
      after(*S->getStmt(), Now);
    } else if (std::optional<CFGAutomaticObjDtor> Dtor =
                   Element.getAs<CFGAutomaticObjDtor>()) {
      if (std::optional<unsigned> Slot = slotOf(Dtor->getVarDecl()))
        Now[*Slot] = State::Free;
    }
  }
}

// What a branch on a lock's own answer says of it.
void LockDataflow::refine(const CFGBlock &Block, bool IsTrue,
                          States &Now) const {
  const Expr *Condition = Block.getLastCondition();
  if (!Condition)
    return;
  while (true) {
    Condition = Condition->IgnoreParenImpCasts();
    if (const auto *Not = dyn_cast<UnaryOperator>(Condition);
        Not && Not->getOpcode() == UO_LNot) {
      IsTrue = !IsTrue;
      Condition = Not->getSubExpr();
      continue;
    }
    const auto *Compare = dyn_cast<BinaryOperator>(Condition);
    if (!Compare || !Compare->isEqualityOp())
      break;
    Expr::EvalResult Right;
    if (!Compare->getRHS()->EvaluateAsInt(Right, F.getASTContext()) ||
        Right.Val.getInt() != 0)
      return;
    if (Compare->getOpcode() == BO_EQ)
      IsTrue = !IsTrue;
    Condition = Compare->getLHS();
  }
  const auto *Call = dyn_cast<CallExpr>(Condition);
  if (!Call)
    return;
  for (const LockCall &C : Models.calls(*Call)) {
    if (C.Op != LockOp::Try && C.Op != LockOp::Ask)
      continue;
    std::optional<unsigned> Slot = slotOf(C);
    if (Slot && Now[*Slot] == State::Maybe)
      set(*Slot, IsTrue != C.ZeroIsHeld ? State::Held : State::Free, Now);
  }
}

bool LockDataflow::mergeInto(std::optional<States> &To,
                             const States &From) const {
  if (!To) {
    To = From;
    return true;
  }
  bool IsChanged = false;
  for (unsigned I = 0; I < From.size(); ++I)
    if ((*To)[I] != From[I] && (*To)[I] != State::Maybe) {
      (*To)[I] = State::Maybe;
      IsChanged = true;
    }
  return IsChanged;
}

void LockDataflow::findHandlers(const CFG &Graph) {
  for (const CFGBlock *Block : Graph)
    if (const auto *Try = Block->getTerminatorStmt()
                              ? dyn_cast<CXXTryStmt>(Block->getTerminatorStmt())
                              : nullptr)
      for (const CFGBlock *Handler : Block->succs())
        if (Handler && isa_and_nonnull<CXXCatchStmt>(Handler->getLabel()))
          Handlers[Try].push_back(Handler);
}

// That S throws: guards that are declared in the `try` give back what they
// hold, what is locked by hand stays so.
bool LockDataflow::mergeIntoHandlers(const Stmt &S, const States &Now) {
  auto It = TryOf.find(&S);
  if (It == TryOf.end())
    return false;
  bool IsChanged = false;
  States Then = Now;
  for (; It != TryOf.end(); It = TryOf.find(It->second)) {
    for (unsigned Guard : GuardsIn.lookup(It->second))
      Then[Guard] = State::Free;
    for (const CFGBlock *Handler : Handlers.lookup(It->second))
      IsChanged |= mergeInto(AtStart[Handler->getBlockID()], Then);
  }
  return IsChanged;
}

void LockDataflow::record(const Stmt &S, const States &Now) {
  auto [It, IsNew] = Indices.try_emplace(Now, R.Known.size());
  if (IsNew)
    R.Known.push_back(Now);
  R.StatesOf[&S] = It->second;
}

namespace {
/// Whether a body suspends.
class SuspensionFinder : public OwnStatements {
public:
  bool VisitCoroutineBodyStmt(CoroutineBodyStmt * /*S*/) override {
    Found = true;
    return false;
  }
  bool Found = false;
};
} // namespace

void LockDataflow::run() {
  auto *Body = const_cast<Stmt *>(F.getBody());
  SuspensionFinder Suspensions;
  Suspensions.TraverseStmt(Body);
  if (Suspensions.Found)
    return;
  addCallersLocks();
  for (const ParmVarDecl *P : F.parameters())
    addGuard(*P, P->getType()->isReferenceType() ? State::Entry : State::Maybe);
  TraverseStmt(Body);
  if (R.Locks.empty())
    return;
  CFG::BuildOptions Options;
  Options.AddImplicitDtors = true;
  Options.setAllAlwaysAdd();
  std::unique_ptr<CFG> Graph =
      CFG::buildCFG(&F, Body, &F.getASTContext(), Options);
  if (!Graph)
    return;
  AtStart.resize(Graph->getNumBlockIDs());
  AtStart[Graph->getEntry().getBlockID()] = OnEntry;
  findHandlers(*Graph);
  PostOrderCFGView View(Graph.get());
  std::vector<const CFGBlock *> Order(View.begin(), View.end());
  // Nothing leads to handlers but what throws.
  if (!Handlers.empty())
    llvm::copy_if(*Graph, std::back_inserter(Order),
                  [Seen = llvm::SmallPtrSet<const CFGBlock *, 32>(
                       View.begin(), View.end())](const CFGBlock *Block) {
                    return !Seen.contains(Block);
                  });
  bool IsChanged = true;
  while (IsChanged) {
    IsChanged = false;
    for (const CFGBlock *Block : Order) {
      if (!AtStart[Block->getBlockID()])
        continue;
      States Now = *AtStart[Block->getBlockID()];
      walk(*Block, Now, [&](const Stmt &S, const States &At) {
        IsChanged |= mergeIntoHandlers(S, At);
      });
      for (unsigned I = 0; I < Block->succ_size(); ++I) {
        const CFGBlock *Next = (Block->succ_begin() + I)->getReachableBlock();
        if (!Next)
          continue;
        States Then = Now;
        if (Block->succ_size() == 2)
          refine(*Block, I == 0, Then);
        IsChanged |= mergeInto(AtStart[Next->getBlockID()], Then);
      }
    }
  }
  for (const CFGBlock *Block : Order)
    if (std::optional<States> Now = AtStart[Block->getBlockID()])
      walk(*Block, *Now,
           [this](const Stmt &S, const States &At) { record(S, At); });
}

// --- Queries
// ---------------------------------------------------------------------

LockRegions::LockRegions(const FunctionDecl &F, LockModels &Models) {
  LockDataflow(*this, F, Models).run();
}

LockRegions::~LockRegions() = default;

const LockRegions::States *LockRegions::statesAt(const Stmt &S) const {
  auto It = StatesOf.find(&S);
  return It == StatesOf.end() ? nullptr : &Known[It->second];
}

llvm::SmallVector<const HeldLock *, 2>
LockRegions::heldAt(const Stmt &S) const {
  llvm::SmallVector<const HeldLock *, 2> Result;
  if (const States *Now = statesAt(S))
    for (unsigned I = 0; I < Now->size(); ++I)
      if ((*Now)[I] == State::Held ||
          ((*Now)[I] == State::Entry && Locks[I]->IsCallers))
        Result.push_back(Locks[I].get());
  return Result;
}

bool LockRegions::mayBeReleasedAt(const Stmt &S) const {
  const States *Now = statesAt(S);
  return Now && llvm::any_of(*Now, [](State At) {
           return At == State::Released || At == State::Maybe;
         });
}

const HeldLock *LockRegions::lockOf(const VarDecl &Guard) const {
  auto It = Guards.find(Guard.getCanonicalDecl());
  return It == Guards.end() ? nullptr : Locks[It->second].get();
}

const HeldLock *LockRegions::find(const LockCall &C) const {
  if (!C.Path)
    return nullptr;
  const auto *Root = dyn_cast_or_null<VarDecl>(C.Path->root());
  if (Root && C.Path->steps().empty())
    if (const HeldLock *Guard = lockOf(*Root))
      return Guard;
  auto It = llvm::find_if(Locks, [&](const auto &L) {
    return llvm::is_contained(L->Paths, *C.Path);
  });
  return It == Locks.end() ? nullptr : It->get();
}
