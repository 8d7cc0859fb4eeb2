//===- LockInLoop.cpp - whet-lock-in-loop ---------------------------------===//
//
// A lock that is taken and given back in each iteration of a loop, for little
// work and with nothing between: once, around the loop, does the same.
//
// A loop may also give the lock back to let others in. So a finding needs a
// loop that counts, a body that is under the lock from its start to its end,
// and nothing in it that takes long.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/BodyIndex.h"
#include "whet/analysis/CallEffects.h"
#include "whet/analysis/LockRegions.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/TripCount.h"
#include "whet/support/Check.h"
#include "whet/support/OwnCode.h"
#include "whet/support/Registry.h"
#include "whet/support/TemplateFindings.h"
#include "clang/AST/ASTContext.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr OptionInfo Opts[] = {
    {"MinTripCount", OptionKind::Unsigned, "5",
     "loops known to run fewer times are not reported"}};

constexpr CheckInfo Info{.Id = "whet-lock-in-loop",
                         .Topic = Topic::Locks,
                         .Summary = "a lock is taken and given back in each "
                                    "iteration, where once would do",
                         .Fix = FixKind::None,
                         .Since = "0.1",
                         .Options = Opts};

class LockInLoop : public Check {
public:
  LockInLoop(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info),
        MinTripCount(unsignedOption("MinTripCount")), Effects(Locks, "") {}

  void registerMatchers(MatchFinder *Finder) override;
  void check(const MatchFinder::MatchResult &Result) override;
  void onEndOfTranslationUnit() override;

private:
  void examine(const FunctionDecl &F);
  void examineLoop(const Loop &L, const BodyIndex &Index,
                   const LockRegions &Regions);
  bool isShortWork(const Expr &E, const FunctionDecl &F);

  const unsigned MinTripCount;
  LockModels Locks;
  ContainerModels Models;
  CallEffects Effects;
  TemplateFindings Findings;
  ASTContext *Context = nullptr;
  std::vector<const FunctionDecl *> Functions;
};

} // namespace

static const RegisterCheck<LockInLoop> X(Info);

void LockInLoop::registerMatchers(MatchFinder *Finder) {
  matchBodies(*Finder, *this);
}

static bool hasLoop(const FunctionDecl &F) {
  llvm::SmallVector<const Stmt *, 32> Work{F.getBody()};
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next)
      continue;
    if (isa<ForStmt, CXXForRangeStmt, WhileStmt>(Next))
      return true;
    Work.append(Next->child_begin(), Next->child_end());
  }
  return false;
}

void LockInLoop::check(const MatchFinder::MatchResult &Result) {
  Context = Result.Context;
  const FunctionDecl *F = matchedBody(Result);
  if (F && hasLoop(*F) && LockRegions::mentionsLocks(*F, Locks))
    Functions.push_back(F);
}

// The guard that the body of L begins with; null if it begins otherwise.
static const VarDecl *guardOf(const Loop &L) {
  const auto *Body = dyn_cast_or_null<CompoundStmt>(L.Body);
  if (!Body || Body->size() < 2)
    return nullptr;
  const auto *First = dyn_cast<DeclStmt>(Body->body_front());
  return First && First->isSingleDecl()
             ? dyn_cast<VarDecl>(First->getSingleDecl())
             : nullptr;
}

// Whether each iteration locks the same.
static bool isSameInEach(const HeldLock &Lock, const Loop &L,
                         const BodyIndex &Index) {
  return Lock.Paths.size() == Lock.Mutexes.size() &&
         llvm::all_of(Lock.Paths, [&](const AccessPath &Path) {
           const ValueDecl *Root = Path.root();
           const DeclStmt *Declared = Root ? Index.declaration(*Root) : nullptr;
           if (Declared && Index.contains(*L.Statement, *Declared))
             return false;
           return llvm::none_of(Index.uses(Path), [&](const Use &U) {
             return U.Kind == Use::Write && U.Path.isPrefixOf(Path) &&
                    Index.contains(*L.Statement, *U.Where);
           });
         });
}

// What the standard library does with one element is short.
bool LockInLoop::isShortWork(const Expr &E, const FunctionDecl &F) {
  const auto *Call = dyn_cast<CallExpr>(&E);
  if (Effects.blocking(E, F) || (Call && !Locks.calls(*Call).empty()))
    return false;
  const FunctionDecl *Callee = nullptr;
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&E))
    Callee = Construct->getConstructor();
  else
    Callee = Call->getDirectCallee();
  if (!Callee)
    return false;
  if (Callee->isImplicit() || Callee->isDefaulted())
    return true;
  // Gives others a turn.
  if (Callee->getIdentifier() && Callee->getName() == "yield")
    return false;
  if (isOfStandardLibrary(*Callee)) {
    const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&E);
    bool CallsBack = (Operator && Operator->getOperator() == OO_Call) ||
                     (callsWithElements(*Callee) && Callee->getNumParams() > 2);
    return !CallsBack;
  }
  return Effects.isKnownHarmless(*Callee) && !Effects.hasLoop(*Callee);
}

/// With more calls than that, an iteration is no short work.
static constexpr unsigned MaxCalls = 12;

void LockInLoop::examineLoop(const Loop &L, const BodyIndex &Index,
                             const LockRegions &Regions) {
  const VarDecl *Guard = guardOf(L);
  const HeldLock *Lock = Guard ? Regions.lockOf(*Guard) : nullptr;
  if (!Lock || !isSameInEach(*Lock, L, Index))
    return;
  bool HasLoopInside = llvm::any_of(Index.loops(), [&](const Loop &Inner) {
    return Inner.Statement != L.Statement &&
           Index.contains(*L.Body, *Inner.Statement);
  });
  if (HasLoopInside || Index.hasGoto())
    return;
  std::optional<Quantity> Trips = tripCount(L, Index);
  if (!Trips || (Trips->Constant && *Trips->Constant < MinTripCount))
    return;
  const Stmt *First = cast<CompoundStmt>(L.Body)->body_front();
  unsigned Calls = 0;
  for (const Expr *E : ownCalls(Index.function())) {
    if (!Index.contains(*L.Body, *E) || Index.contains(*First, *E))
      continue;
    bool IsHeld = llvm::is_contained(Regions.heldAt(*E), Lock);
    if (!IsHeld || ++Calls > MaxCalls || !isShortWork(*E, Index.function()))
      return;
  }
  Finding Report;
  Report.Loc = Guard->getLocation();
  Report.Message = Lock->name() + (Lock->Mutexes.size() > 1 ? " are" : " is") +
                   " locked and unlocked " + Trips->Text +
                   " times in this loop, for little work each time; once "
                   "around it would do";
  Report.Notes = {{L.Statement->getBeginLoc(), "the loop is here"}};
  Report.In = &Index.function();
  Findings.add(Index.function(), std::move(Report));
}

void LockInLoop::examine(const FunctionDecl &F) {
  Findings.noteBody(F);
  BodyIndex Index(F, Models);
  LockRegions Regions(F, Locks);
  for (const Loop &L : Index.loops())
    examineLoop(L, Index, Regions);
}

void LockInLoop::onEndOfTranslationUnit() {
  if (Functions.empty())
    return;
  Effects.collect(*Context);
  for (const FunctionDecl *F : Functions)
    examine(*F);
  for (Finding &F : Findings.take())
    report(std::move(F));
}
