#include "whet/analysis/GuardedState.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/ThreadWrites.h"
#include "whet/facts/FindingSet.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "whet/support/OwnCode.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include <map>
#include <set>

using namespace whet;
using namespace clang;

// --- Facts
// -----------------------------------------------------------------------

namespace {
/// One function's way with one member.
struct UseKey {
  /// Where the function is, the same for all instantiations of a template.
  SourcePosition Function;
  /// Its key; empty if it has none, as a lambda.
  std::string Name;
  /// Keys of the mutexes of the same object that are held for sure.
  std::set<std::string> Held;
  bool IsWrite = false;
  /// The function's name says that its caller holds something.
  bool IsUnclear = false;

  auto operator<=>(const UseKey &) const = default;
};

struct StateFact {
  static constexpr llvm::StringLiteral Kind = "guarded-state";

  std::string Name;
  /// Keys of mutexes that an attribute names.
  std::set<std::string> Declared;
  std::map<UseKey, std::set<SourcePosition>> Uses;

  void join(const StateFact &Other) {
    if (!Other.Name.empty())
      Name = Name.empty() ? Other.Name : std::min(Name, Other.Name);
    Declared.insert(Other.Declared.begin(), Other.Declared.end());
    for (const auto &[Key, Places] : Other.Uses)
      Uses[Key].insert(Places.begin(), Places.end());
  }
};

/// What callers of a function hold.
struct CallerFact {
  static constexpr llvm::StringLiteral Kind = "lock-callers";

  /// The caller's key, and the mutexes of the callee's object.
  std::set<std::pair<std::string, std::set<std::string>>> Callers;

  void join(const CallerFact &Other) {
    Callers.insert(Other.Callers.begin(), Other.Callers.end());
  }
};

std::vector<std::string> listOf(const std::set<std::string> &Strings) {
  return {Strings.begin(), Strings.end()};
}

llvm::json::Value toJSON(const StateFact &F) {
  llvm::json::Array Uses;
  for (const auto &[Key, Places] : F.Uses) {
    llvm::json::Array Where;
    for (const SourcePosition &P : Places)
      Where.push_back(whet::toJSON(P));
    Uses.push_back(
        llvm::json::Object{{"function", whet::toJSON(Key.Function)},
                           {"name", Key.Name},
                           {"held", llvm::json::Array(listOf(Key.Held))},
                           {"write", Key.IsWrite},
                           {"unclear", Key.IsUnclear},
                           {"where", std::move(Where)}});
  }
  return llvm::json::Object{{"name", F.Name},
                            {"declared", llvm::json::Array(listOf(F.Declared))},
                            {"uses", std::move(Uses)}};
}

struct EncodedUse {
  UseKey Key;
  std::vector<SourcePosition> Where;
};

bool fromJSON(const llvm::json::Value &V, EncodedUse &U, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<std::string> Held;
  if (!O || !O.map("function", U.Key.Function) || !O.map("name", U.Key.Name) ||
      !O.map("held", Held) || !O.map("write", U.Key.IsWrite) ||
      !O.map("unclear", U.Key.IsUnclear) || !O.map("where", U.Where))
    return false;
  U.Key.Held.insert(Held.begin(), Held.end());
  return true;
}

bool fromJSON(const llvm::json::Value &V, StateFact &F, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<std::string> Declared;
  std::vector<EncodedUse> Uses;
  if (!O || !O.map("name", F.Name) || !O.map("declared", Declared) ||
      !O.map("uses", Uses))
    return false;
  F.Declared.insert(Declared.begin(), Declared.end());
  for (const EncodedUse &U : Uses)
    F.Uses[U.Key].insert(U.Where.begin(), U.Where.end());
  return true;
}

struct EncodedCaller {
  std::string Name;
  std::vector<std::string> Held;
};

bool fromJSON(const llvm::json::Value &V, EncodedCaller &C,
              llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  return O && O.map("name", C.Name) && O.map("held", C.Held);
}

llvm::json::Value toJSON(const CallerFact &F) {
  llvm::json::Array Callers;
  for (const auto &[Name, Held] : F.Callers)
    Callers.push_back(llvm::json::Object{
        {"name", Name}, {"held", llvm::json::Array(listOf(Held))}});
  return llvm::json::Object{{"callers", std::move(Callers)}};
}

bool fromJSON(const llvm::json::Value &V, CallerFact &F, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<EncodedCaller> Callers;
  if (!O || !O.map("callers", Callers))
    return false;
  for (EncodedCaller &C : Callers)
    F.Callers.emplace(std::move(C.Name),
                      std::set<std::string>(C.Held.begin(), C.Held.end()));
  return true;
}

const RegisterFact<StateFact> RegisteredState;
const RegisterFact<CallerFact> RegisteredCallers;
} // namespace

// --- Predicates
// ------------------------------------------------------------------

/// Chains of helpers that are longer are not followed.
static constexpr unsigned MaxHelpers = 4;

// Whether all that call Function hold Mutex.
static bool isUnderLock(const std::string &Function, const std::string &Mutex,
                        const FactBase &Facts, unsigned Depth = 0) {
  const auto *F = Function.empty() || Depth == MaxHelpers
                      ? nullptr
                      : Facts.find<CallerFact>(Function);
  return F && llvm::all_of(F->Callers, [&](const auto &Caller) {
           return Caller.second.contains(Mutex) ||
                  isUnderLock(Caller.first, Mutex, Facts, Depth + 1);
         });
}

namespace {
/// How a member is used.
struct Practice {
  unsigned Uses = 0;
  unsigned Held = 0;
  std::set<SourcePosition> Functions;
  /// A write under the lock.
  std::optional<SourcePosition> Write;

  /// In per cent.
  static constexpr unsigned LeastHeld = 80;

  bool isGuarded() const {
    return Write && Functions.size() >= 2 && Held * 100 >= Uses * LeastHeld;
  }
};
} // namespace

static Practice practiceOf(const StateFact &F, const std::string &Mutex,
                           const FactBase &Facts) {
  Practice Result;
  for (const auto &[Key, Places] : F.Uses) {
    if (Key.IsUnclear)
      continue;
    Result.Uses += Places.size();
    if (!Key.Held.contains(Mutex) && !isUnderLock(Key.Name, Mutex, Facts))
      continue;
    Result.Held += Places.size();
    Result.Functions.insert(Key.Function);
    if (Key.IsWrite && (!Result.Write || *Places.begin() < *Result.Write))
      Result.Write = *Places.begin();
  }
  return Result;
}

// The first of the states that the mutex guards, and how; the subject is the
// mutex and the states.
static std::optional<std::pair<const StateFact *, Practice>>
guardedOne(const FactBase &Facts, const Condition &C) {
  llvm::SmallVector<llvm::StringRef, 4> Keys;
  llvm::StringRef(C.Subject).split(Keys, '\n');
  std::string Mutex = Keys.front().str();
  for (llvm::StringRef Key : llvm::drop_begin(Keys)) {
    const auto *F = Facts.find<StateFact>(Key);
    if (!F)
      continue;
    Practice P = practiceOf(*F, Mutex, Facts);
    if (P.isGuarded() || F->Declared.contains(Mutex))
      return std::pair(F, std::move(P));
  }
  return std::nullopt;
}

static constexpr llvm::StringLiteral GuardedName = "state-is-guarded";
static const RegisterPredicate Guarded(
    GuardedName,
    [](const FactBase &Facts, const Condition &C) {
      return guardedOne(Facts, C) ? Answer::Yes : Answer::Unknown;
    },
    "nothing says that the lock guards it",
    [](const FactBase &Facts, const Condition &C) {
      Supplement Result;
      auto Found = guardedOne(Facts, C);
      if (!Found || !Found->second.Write)
        return Result;
      const auto &[F, P] = *Found;
      Result.Notes.push_back(
          {*P.Write, "'" + F->Name +
                         "' is written here under the lock, as in " +
                         std::to_string(P.Held) + " of " +
                         std::to_string(P.Uses) + " uses"});
      return Result;
    });

Condition whet::anyIsGuarded(llvm::StringRef Mutex,
                             llvm::ArrayRef<std::string> States) {
  return {.Predicate = GuardedName.str(),
          .Subject = (Mutex + "\n" + llvm::join(States, "\n")).str()};
}

bool whet::isNeverWritten(llvm::StringRef State, const FactBase &Facts) {
  const auto *F = Facts.find<StateFact>(State);
  return F && Facts.isComplete() && llvm::none_of(F->Uses, [](const auto &Use) {
           return Use.first.IsWrite;
         });
}

static constexpr llvm::StringLiteral NeverWrittenName = "state-never-written";
static const RegisterPredicate NeverWritten(
    NeverWrittenName, [](const FactBase &Facts, const Condition &C) {
      return isNeverWritten(C.Subject, Facts) ? Answer::Yes : Answer::No;
    });

Condition whet::isNeverWritten(std::string State) {
  return {.Predicate = NeverWrittenName.str(), .Subject = std::move(State)};
}

// --- Keys
// ------------------------------------------------------------------------

std::optional<std::string> whet::stateKey(const ValueDecl &V) {
  return writtenKey(V);
}

std::optional<std::string> whet::mutexKey(const AccessPath &Path) {
  if (!Path.steps().empty())
    return Path.steps().back() ? stateKey(*Path.steps().back()) : std::nullopt;
  const auto *Var = dyn_cast_or_null<VarDecl>(Path.root());
  return Var && Var->hasGlobalStorage() ? stateKey(*Var) : std::nullopt;
}

bool whet::mayGuard(const AccessPath &Mutex, const StateUse &U) {
  if (!isa<FieldDecl>(U.State)) {
    const auto *Var = dyn_cast_or_null<VarDecl>(Mutex.root());
    return Var && Var->hasGlobalStorage() && Mutex.steps().empty();
  }
  return U.Path && !Mutex.steps().empty() && Mutex.root() == U.Path->root() &&
         Mutex.steps().drop_back() == U.Path->steps().drop_back();
}

// --- Uses
// ------------------------------------------------------------------------

namespace {
class UseFinder {
public:
  UseFinder(LockModels &Models) : Models(Models) {}

  void walk(const Stmt *S);

  /// \p Under is the call that runs the lambda that it is in; null if none.
  struct Found {
    StateUse Use;
    const Stmt *Under;
  };
  std::vector<Found> Uses;
  /// Lambdas that are run where they are written.
  llvm::SmallPtrSet<const FunctionDecl *, 4> Inlined;
  bool WithInlined = false;

private:
  bool isState(const ValueDecl &D);
  bool hasMutex(const RecordDecl &Record);
  bool isWritten(const Expr &E) const;
  void note(const ValueDecl &State, const Expr &E);
  bool runsHere() const;

  LockModels &Models;
  llvm::SmallVector<const Stmt *, 32> Parents;
  const Stmt *Under = nullptr;
  llvm::DenseMap<const RecordDecl *, bool> Mutexes;
};
} // namespace

bool whet::hasMutex(const RecordDecl &Record, LockModels &Models) {
  if (llvm::any_of(Record.fields(), [&](const FieldDecl *F) {
        return Models.isMutex(F->getType());
      }))
    return true;
  const auto *Class = dyn_cast<CXXRecordDecl>(&Record);
  return Class && Class->hasDefinition() &&
         llvm::any_of(Class->bases(), [&](const CXXBaseSpecifier &B) {
           const CXXRecordDecl *Base = B.getType()->getAsCXXRecordDecl();
           return Base && Base->hasDefinition() &&
                  hasMutex(*Base->getDefinition(), Models);
         });
}

bool UseFinder::hasMutex(const RecordDecl &Record) {
  auto [It, IsNew] = Mutexes.try_emplace(&Record, false);
  if (IsNew)
    It->second = whet::hasMutex(Record, Models);
  return It->second;
}

static bool isAtomic(QualType T) {
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  return T->isAtomicType() || (Record && Record->getIdentifier() &&
                               Record->getName().starts_with("atomic") &&
                               isOfStandardLibrary(*Record));
}

bool UseFinder::isState(const ValueDecl &D) {
  QualType T = D.getType();
  if (Models.isMutex(T) || Models.isConditionVariable(T) || isAtomic(T))
    return false;
  if (const auto *Field = dyn_cast<FieldDecl>(&D))
    return hasMutex(*Field->getParent());
  const auto *Var = dyn_cast<VarDecl>(&D);
  return Var && Var->hasGlobalStorage() && !T.isConstQualified() &&
         !Var->isConstexpr() && Var->getTLSKind() == VarDecl::TLS_None &&
         !Var->getASTContext().getSourceManager().isInSystemHeader(
             Var->getLocation());
}

// Whether what E denotes, in Parents, may be changed there or later.
bool UseFinder::isWritten(const Expr &E) const {
  const Expr *Now = &E;
  for (const Stmt *Parent : llvm::reverse(Parents)) {
    if (Now->getType().isConstQualified())
      return false;
    if (isa<ParenExpr, ArraySubscriptExpr>(Parent)) {
      Now = cast<Expr>(Parent);
      continue;
    }
    if (const auto *Cast = dyn_cast<ImplicitCastExpr>(Parent)) {
      if (Cast->getCastKind() == CK_LValueToRValue)
        return false;
      QualType To = Cast->getType();
      if (To.isConstQualified() ||
          (To->isPointerType() && To->getPointeeType().isConstQualified()))
        return false;
      Now = Cast;
      continue;
    }
    if (const auto *Member = dyn_cast<MemberExpr>(Parent)) {
      if (const auto *Method = dyn_cast<CXXMethodDecl>(Member->getMemberDecl()))
        return !Method->isConst() && !Method->isStatic();
      Now = Member;
      continue;
    }
    // A value that nobody uses.
    return !isa<CompoundStmt, ExprWithCleanups>(Parent);
  }
  return false;
}

void UseFinder::note(const ValueDecl &State, const Expr &E) {
  if (!isState(State))
    return;
  StateUse U;
  U.State = &State;
  U.Where = &E;
  U.Path = AccessPath::of(&E);
  U.IsWrite = isWritten(E);
  Uses.push_back({std::move(U), Under});
}

// `Condition.wait(Lock, [&] {...})`, and what algorithms call.
bool UseFinder::runsHere() const {
  for (const Stmt *Parent : llvm::reverse(Parents)) {
    const auto *Call = dyn_cast<CallExpr>(Parent);
    if (!Call)
      continue;
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!Callee)
      return false;
    return callsWithElements(*Callee) ||
           llvm::any_of(Models.calls(*Call),
                        [](const LockCall &C) { return C.Op == LockOp::Wait; });
  }
  return false;
}

void UseFinder::walk(const Stmt *S) {
  if (!S || isa<UnaryExprOrTypeTraitExpr, CXXNoexceptExpr>(S))
    return;
  if (const auto *Member = dyn_cast<MemberExpr>(S))
    note(*Member->getMemberDecl(), *Member);
  else if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
    note(*Ref->getDecl(), *Ref);
  Parents.push_back(S);
  if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
    for (const Expr *Init : Lambda->capture_inits())
      walk(Init);
    if (WithInlined && runsHere()) {
      Inlined.insert(Lambda->getCallOperator());
      const Stmt *Outer = Under;
      for (const Stmt *Parent : llvm::reverse(Parents))
        if (!Outer && isa<CallExpr>(Parent)) {
          Under = Parent;
          break;
        }
      walk(Lambda->getBody());
      Under = Outer;
    }
  } else {
    for (const Stmt *Child : S->children())
      walk(Child);
  }
  Parents.pop_back();
}

std::vector<StateUse> whet::stateUses(const Stmt &S, LockModels &Models) {
  UseFinder Finder(Models);
  Finder.walk(&S);
  std::vector<StateUse> Result;
  Result.reserve(Finder.Uses.size());
  for (UseFinder::Found &Found : Finder.Uses)
    Result.push_back(std::move(Found.Use));
  return Result;
}

// --- The walk
// --------------------------------------------------------------------

namespace {
class BodyFinder : public BodyVisitor {
public:
  bool VisitFieldDecl(FieldDecl *D) override {
    if (D->hasAttr<GuardedByAttr>() || D->hasAttr<PtGuardedByAttr>())
      Annotated.push_back(D);
    return true;
  }

  bool VisitVarDecl(VarDecl *D) override {
    if (D->hasAttr<GuardedByAttr>() || D->hasAttr<PtGuardedByAttr>())
      Annotated.push_back(D);
    return true;
  }

  std::vector<const ValueDecl *> Annotated;
};

class StateCollector {
public:
  StateCollector(LockModels &Models, FactBase &Facts)
      : Models(Models), Facts(Facts) {}

  void collect(ASTContext &Ctx);

private:
  void collectBody(const FunctionDecl &F);
  void collectCalls(const FunctionDecl &F, const LockRegions *Regions);
  void collectAnnotated(const ValueDecl &D);
  const std::optional<std::string> &keyOf(const ValueDecl &D);

  LockModels &Models;
  FactBase &Facts;
  // Keys are referred to while others are added.
  std::map<const ValueDecl *, std::optional<std::string>> Keys;
  std::map<const FunctionDecl *, std::optional<std::string>> Functions;
  llvm::SmallPtrSet<const FunctionDecl *, 16> Inlined;
  /// Facts of globals, which count once one of them is used under a lock.
  std::map<std::string, StateFact> Globals;
};
} // namespace

const std::optional<std::string> &StateCollector::keyOf(const ValueDecl &D) {
  auto [It, IsNew] = Keys.try_emplace(&D);
  if (IsNew)
    It->second = stateKey(D);
  return It->second;
}

// `flushLocked`, `flush_locked`, `flushUnlocked`, `flush_nolock`.
static bool saysCallerHolds(const FunctionDecl &F) {
  if (!F.getIdentifier())
    return false;
  llvm::StringRef Name = F.getName().rtrim('_');
  return Name.ends_with("Locked") || Name.ends_with("_locked") ||
         Name.ends_with("Unlocked") || Name.ends_with("_unlocked") ||
         Name.ends_with("NoLock") || Name.ends_with("_nolock") ||
         Name.ends_with("LockHeld") || Name.ends_with("_lock_held") ||
         Name.ends_with("WithLock") || Name.ends_with("UnderLock");
}

static bool isOfConstruction(const FunctionDecl &F, const StateUse &U) {
  return isa<CXXConstructorDecl, CXXDestructorDecl>(F) && U.Path &&
         U.Path->startsAtThis();
}

static std::set<std::string> heldFor(const StateUse &U, const Stmt &At,
                                     const LockRegions &Regions) {
  std::set<std::string> Held;
  for (const HeldLock *L : Regions.heldAt(At))
    for (const AccessPath &Path : L->Paths)
      if (mayGuard(Path, U))
        if (std::optional<std::string> Key = mutexKey(Path))
          Held.insert(std::move(*Key));
  return Held;
}

void StateCollector::collectBody(const FunctionDecl &F) {
  UseFinder Finder(Models);
  Finder.WithInlined = true;
  Finder.walk(F.getBody());
  Inlined.insert(Finder.Inlined.begin(), Finder.Inlined.end());
  std::unique_ptr<LockRegions> Regions;
  if (LockRegions::mentionsLocks(F, Models))
    Regions = std::make_unique<LockRegions>(F, Models);
  collectCalls(F, Regions.get());
  if (Finder.Uses.empty())
    return;
  const SourceManager &SM = F.getASTContext().getSourceManager();
  UseKey Key;
  Key.Function = sharedPosition(F.getLocation(), SM);
  auto [Name, IsNew] = Functions.try_emplace(F.getCanonicalDecl());
  if (IsNew)
    Name->second = entityKey(F);
  Key.Name = Name->second.value_or("");
  Key.IsUnclear = saysCallerHolds(F);
  for (const UseFinder::Found &Found : Finder.Uses) {
    const StateUse &U = Found.Use;
    const std::optional<std::string> &State = keyOf(*U.State);
    if (!State || isOfConstruction(F, U))
      continue;
    Key.Held.clear();
    if (Regions)
      Key.Held = heldFor(U, Found.Under ? *Found.Under : *U.Where, *Regions);
    Key.IsWrite = U.IsWrite;
    StateFact Fact;
    Fact.Name = U.State->getNameAsString();
    Fact.Uses[Key].insert(sharedPosition(U.Where->getExprLoc(), SM));
    if (isa<FieldDecl>(U.State))
      Facts.add(*State, Fact);
    else
      Globals[*State].join(Fact);
  }
}

// Members that only members call, and functions that only this file does.
static bool isHelper(const FunctionDecl &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  return Method ? Method->getAccess() != AS_public && !Method->isVirtual() &&
                      !isa<CXXConstructorDecl, CXXDestructorDecl>(Method)
                : !F.isExternallyVisible();
}

void StateCollector::collectCalls(const FunctionDecl &F,
                                  const LockRegions *Regions) {
  llvm::SmallVector<const Stmt *, 32> Work{F.getBody()};
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next || isa<LambdaExpr>(Next))
      continue;
    Work.append(Next->child_begin(), Next->child_end());
    const auto *Call = dyn_cast<CallExpr>(Next);
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    if (!Callee || !isHelper(*Callee) || isOfStandardLibrary(*Callee))
      continue;
    std::optional<AccessPath> Object;
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
      Object = Member->getImplicitObjectArgument()
                   ? mutexPath(*Member->getImplicitObjectArgument())
                   : std::nullopt;
    std::set<std::string> Held;
    if (Regions)
      for (const HeldLock *L : Regions->heldAt(*Call))
        for (const AccessPath &Path : L->Paths) {
          bool IsOfObject = Object && !Path.steps().empty() &&
                            Path.root() == Object->root() &&
                            Path.steps().drop_back() == Object->steps();
          bool IsGlobal = Path.root() && Path.steps().empty();
          std::optional<std::string> Key =
              IsOfObject || IsGlobal ? mutexKey(Path) : std::nullopt;
          if (Key)
            Held.insert(std::move(*Key));
        }
    auto [Name, IsNew] = Functions.try_emplace(Callee->getCanonicalDecl());
    if (IsNew)
      Name->second = entityKey(*Callee);
    if (!Name->second)
      continue;
    CallerFact Fact;
    Fact.Callers.emplace(entityKey(F).value_or(""), std::move(Held));
    Facts.add(*Name->second, Fact);
  }
}

template <typename AttrT>
static void addDeclared(const ValueDecl &D, StateFact &Fact) {
  for (const auto *Attr : D.specific_attrs<AttrT>())
    if (std::optional<AccessPath> Path = mutexPath(*Attr->getArg()))
      if (std::optional<std::string> Key = mutexKey(*Path))
        Fact.Declared.insert(std::move(*Key));
}

void StateCollector::collectAnnotated(const ValueDecl &D) {
  StateFact Fact;
  Fact.Name = D.getNameAsString();
  addDeclared<GuardedByAttr>(D, Fact);
  addDeclared<PtGuardedByAttr>(D, Fact);
  if (const std::optional<std::string> &Key = keyOf(D))
    Facts.add(*Key, Fact);
}

void StateCollector::collect(ASTContext &Ctx) {
  BodyFinder Finder;
  traverseOwnCode(Ctx, Finder);
  for (const ValueDecl *D : Finder.Annotated)
    collectAnnotated(*D);
  // A function comes before the lambdas in it.
  for (const FunctionDecl *F : Finder.Bodies)
    if (!Inlined.contains(F))
      collectBody(*F);
  for (const auto &[Key, Fact] : Globals)
    if (llvm::any_of(Fact.Uses,
                     [](const auto &Use) { return !Use.first.Held.empty(); }))
      Facts.add(Key, Fact);
}

void whet::collectGuardedState(ASTContext &Ctx, LockModels &Models,
                               FactBase &Facts) {
  StateCollector(Models, Facts).collect(Ctx);
}
