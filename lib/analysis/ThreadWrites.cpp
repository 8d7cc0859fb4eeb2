#include "whet/analysis/ThreadWrites.h"
#include "whet/analysis/ThreadLibrary.h"
#include "whet/facts/FindingSet.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include <map>
#include <set>

using namespace whet;
using namespace clang;

// --- Facts -----------------------------------------------------------------

namespace {
/// What is done with a field.
enum class Access {
  /// A constant or what a caller gave is stored: it is set, not advanced.
  Store,
  /// The new value comes of the old one, or is computed.
  Advance,
  /// Taken, of a lock.
  Lock,
  /// Its value leads to an element or a node.
  Lead
};
constexpr unsigned NumAccesses = 4;

/// One function's way with one field.
struct AccessKey {
  std::string Function;
  Access Kind = Access::Store;
  bool InLoop = false;
  /// Keys of the locks that are held for sure.
  std::set<std::string> Locks;

  auto operator<=>(const AccessKey &) const = default;
};

struct ThreadWrites {
  static constexpr llvm::StringLiteral Kind = "thread-writes";

  void join(const ThreadWrites &Other) {
    if (!Other.Name.empty())
      Name = Name.empty() ? Other.Name : std::min(Name, Other.Name);
    if (!Other.Value.empty())
      Value = Value.empty() ? Other.Value : std::min(Value, Other.Value);
    for (const auto &[Key, Where] : Other.Accesses)
      note(Key, Where);
  }

  void note(const AccessKey &Key, const SourcePosition &Where) {
    auto [It, IsNew] = Accesses.try_emplace(Key, Where);
    if (!IsNew)
      It->second = std::min(It->second, Where);
  }

  /// Of the field.
  std::string Name;
  /// The type of the value, of an atomic; empty for others.
  std::string Value;
  /// The first place of each.
  std::map<AccessKey, SourcePosition> Accesses;
};

struct ThreadCalls {
  static constexpr llvm::StringLiteral Kind = "thread-calls";

  void join(const ThreadCalls &Other) {
    if (!Other.Name.empty())
      Name = Name.empty() ? Other.Name : std::min(Name, Other.Name);
    if (Other.Started)
      Started = Started ? std::min(*Started, *Other.Started) : *Other.Started;
    MayRunAnywhere |= Other.MayRunAnywhere;
    for (const auto &[Caller, InLoop] : Other.Callers)
      Callers[Caller] |= InLoop;
    Callees.insert(Other.Callees.begin(), Other.Callees.end());
  }

  std::string Name;
  /// Where a thread is started that runs it.
  std::optional<SourcePosition> Started;
  /// Whether who runs it is not known: it is virtual, or handed on.
  bool MayRunAnywhere = false;
  /// Whether some call is in a loop.
  std::map<std::string, bool> Callers;
  std::set<std::string> Callees;
};

llvm::json::Value toJSON(const ThreadWrites &W) {
  llvm::json::Array Result;
  for (const auto &[Key, Where] : W.Accesses)
    Result.push_back(llvm::json::Array{
        Key.Function, static_cast<unsigned>(Key.Kind), Key.InLoop,
        llvm::json::Array(Key.Locks), whet::toJSON(Where)});
  return llvm::json::Object{
      {"name", W.Name}, {"value", W.Value}, {"accesses", std::move(Result)}};
}

bool fromJSON(const llvm::json::Value &V, ThreadWrites &W, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  if (!O || !O.map("name", W.Name) || !O.map("value", W.Value))
    return false;
  const llvm::json::Array *All = V.getAsObject()->getArray("accesses");
  if (!All) {
    P.report("expected an array of accesses");
    return false;
  }
  for (const llvm::json::Value &One : *All) {
    const llvm::json::Array *A = One.getAsArray();
    AccessKey Key;
    unsigned Kind = 0;
    std::vector<std::string> Locks;
    SourcePosition Where;
    if (!A || A->size() != 5 || !fromJSON((*A)[0], Key.Function, P.index(0)) ||
        !fromJSON((*A)[1], Kind, P.index(1)) || Kind >= NumAccesses ||
        !fromJSON((*A)[2], Key.InLoop, P.index(2)) ||
        !fromJSON((*A)[3], Locks, P.index(3)) ||
        !whet::fromJSON((*A)[4], Where, P.index(4))) {
      P.report("expected [function, kind, in loop, locks, position]");
      return false;
    }
    Key.Kind = static_cast<Access>(Kind);
    Key.Locks = {Locks.begin(), Locks.end()};
    W.note(Key, Where);
  }
  return true;
}

llvm::json::Value toJSON(const ThreadCalls &C) {
  llvm::json::Object Callers;
  for (const auto &[Caller, InLoop] : C.Callers)
    Callers[Caller] = InLoop;
  llvm::json::Object O{{"name", C.Name},
                       {"anywhere", C.MayRunAnywhere},
                       {"callers", std::move(Callers)},
                       {"callees", llvm::json::Array(C.Callees)}};
  if (C.Started)
    O["started"] = whet::toJSON(*C.Started);
  return O;
}

bool fromJSON(const llvm::json::Value &V, ThreadCalls &C, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<std::string> Callees;
  if (!O || !O.map("name", C.Name) || !O.map("anywhere", C.MayRunAnywhere) ||
      !O.map("callers", C.Callers) || !O.map("callees", Callees))
    return false;
  C.Callees = {Callees.begin(), Callees.end()};
  if (const llvm::json::Value *Started = V.getAsObject()->get("started"))
    return whet::fromJSON(*Started, C.Started.emplace(), P.field("started"));
  return true;
}
} // namespace

static const RegisterFact<ThreadWrites> RegisteredWrites;
static const RegisterFact<ThreadCalls> RegisteredCalls;

// --- Who runs a function -----------------------------------------------------

namespace {
/// Threads by the functions that they start in; the empty name is whatever
/// thread calls what no started one does.
struct Runners {
  /// Whether, on some way there, it is run again and again.
  std::map<std::string, bool> Threads;
  bool IsKnown = true;
};

class RunnerSearch {
public:
  explicit RunnerSearch(const FactBase &Facts) : Facts(Facts) {}

  /// Adds who runs \p Function; \p InLoop if from there on it is in a loop.
  void visit(const std::string &Function, bool InLoop) {
    if (!Seen.insert({Function, InLoop}).second)
      return;
    const auto *Calls = Facts.find<ThreadCalls>(Function);
    if (!Calls) {
      Result.Threads[""] |= InLoop;
      return;
    }
    Result.IsKnown &= !Calls->MayRunAnywhere;
    if (Calls->Started)
      Result.Threads[Function] |= InLoop;
    else if (Calls->Callers.empty())
      Result.Threads[""] |= InLoop;
    for (const auto &[Caller, CallInLoop] : Calls->Callers)
      visit(Caller, InLoop || CallInLoop);
  }

  Runners Result;

private:
  const FactBase &Facts;
  std::set<std::pair<std::string, bool>> Seen;
};

/// A function's writes, and the place of the first that counts.
using Writers = std::map<std::string, SourcePosition>;
} // namespace

static bool isWrite(Access Kind) { return Kind != Access::Lead; }

static Writers writers(const ThreadWrites &W, Access Kind) {
  Writers Result;
  for (const auto &[Key, Where] : W.Accesses)
    if (Key.Kind == Kind) {
      auto [It, IsNew] = Result.try_emplace(Key.Function, Where);
      if (!IsNew)
        It->second = std::min(It->second, Where);
    }
  return Result;
}

static std::set<std::string> allWriters(const ThreadWrites &W) {
  std::set<std::string> Result;
  for (const auto &[Key, Where] : W.Accesses)
    if (isWrite(Key.Kind))
      Result.insert(Key.Function);
  return Result;
}

/// A queue's ends call few functions; a chain that is longer tells nothing.
static constexpr unsigned MaxDepth = 8;

// Whether Function, or what it calls, is in Others.
static bool reaches(const std::string &Function,
                    const std::set<std::string> &Others, const FactBase &Facts,
                    unsigned Depth = 0) {
  if (Others.contains(Function) || Depth > MaxDepth)
    return true;
  const auto *Calls = Facts.find<ThreadCalls>(Function);
  return Calls && llvm::any_of(Calls->Callees, [&](const std::string &Callee) {
           return Callee != Function &&
                  reaches(Callee, Others, Facts, Depth + 1);
         });
}

static bool anyReaches(const std::set<std::string> &From,
                       const std::set<std::string> &To, const FactBase &Facts) {
  return llvm::any_of(
      From, [&](const std::string &F) { return reaches(F, To, Facts); });
}

// --- The three kinds of evidence ---------------------------------------------

/// Why two fields are written apart, in the order of the two.
using Evidence = std::vector<ReportedNote>;

namespace {
struct Side {
  const ThreadWrites *Writes;
};
} // namespace

static std::string nameOf(const std::string &Function, const FactBase &Facts) {
  const auto *Calls = Facts.find<ThreadCalls>(Function);
  return Calls && !Calls->Name.empty() ? Calls->Name : "a function";
}

static ReportedNote noteOf(const Side &S, const std::string &Function,
                           const SourcePosition &Where, llvm::StringRef Verb,
                           const FactBase &Facts) {
  return {Where, nameOf(Function, Facts) + " " + Verb.str() + " '" +
                     S.Writes->Name + "' here"};
}

namespace {
struct ThreadSide {
  Runners By;
  /// A write that is repeated, and the thread that does; null if none is.
  const AccessKey *Repeated = nullptr;
  SourcePosition Where;
  std::string Thread;
};
} // namespace

// A write that is repeated: on a thread of its own, in a loop; on others, one
// that advances.
static ThreadSide threadSide(const Side &S, const FactBase &Facts) {
  ThreadSide Result;
  for (const auto &[Key, Where] : S.Writes->Accesses) {
    if (!isWrite(Key.Kind))
      continue;
    RunnerSearch Search(Facts);
    Search.visit(Key.Function, Key.InLoop);
    Result.By.IsKnown &= Search.Result.IsKnown;
    for (const auto &[Thread, InLoop] : Search.Result.Threads) {
      Result.By.Threads[Thread] |= InLoop;
      bool IsRepeated = Thread.empty() ? Key.Kind == Access::Advance
                                       : InLoop && Key.Kind != Access::Store;
      if (IsRepeated && (!Result.Repeated || Where < Result.Where)) {
        Result.Repeated = &Key;
        Result.Where = Where;
        Result.Thread = Thread;
      }
    }
  }
  return Result;
}

static std::optional<Evidence> byThreads(const Side &A, const Side &B,
                                         const FactBase &Facts) {
  ThreadSide SA = threadSide(A, Facts);
  ThreadSide SB = threadSide(B, Facts);
  if (!SA.By.IsKnown || !SB.By.IsKnown || !SA.Repeated || !SB.Repeated)
    return std::nullopt;
  for (const auto &[Thread, InLoop] : SA.By.Threads)
    if (SB.By.Threads.contains(Thread))
      return std::nullopt;
  Evidence Result;
  for (auto [S, T] : {std::pair(&A, &SA), std::pair(&B, &SB)}) {
    bool IsLock = T->Repeated->Kind == Access::Lock;
    Result.push_back(noteOf(*S, T->Repeated->Function, T->Where,
                            IsLock ? "takes" : "writes", Facts));
    if (!T->Thread.empty())
      Result.push_back(
          {*Facts.find<ThreadCalls>(T->Thread)->Started,
           nameOf(T->Thread, Facts) + " runs on a thread started here"});
  }
  return Result;
}

// Whether all that write A and B are run by one thread that is known.
static bool isOneThread(const Side &A, const Side &B, const FactBase &Facts) {
  ThreadSide SA = threadSide(A, Facts);
  ThreadSide SB = threadSide(B, Facts);
  return SA.By.Threads.size() == 1 && SB.By.Threads.size() == 1 &&
         SA.By.Threads.begin()->first == SB.By.Threads.begin()->first &&
         !SA.By.Threads.begin()->first.empty();
}

// The first function that advances S and is lead by it somewhere.
static std::optional<std::pair<std::string, SourcePosition>>
leadingEnd(const Side &S) {
  Writers Leads = writers(*S.Writes, Access::Lead);
  for (const auto &[Function, Where] : writers(*S.Writes, Access::Advance))
    if (Leads.contains(Function))
      return std::pair(Function, Where);
  return std::nullopt;
}

static std::optional<Evidence> byIndices(const Side &A, const Side &B,
                                         const FactBase &Facts) {
  // The two ends of one thing are of one type.
  if (A.Writes->Value.empty() || A.Writes->Value != B.Writes->Value)
    return std::nullopt;
  auto EndA = leadingEnd(A);
  auto EndB = leadingEnd(B);
  if (!EndA || !EndB)
    return std::nullopt;
  std::set<std::string> AllA = allWriters(*A.Writes);
  std::set<std::string> AllB = allWriters(*B.Writes);
  if (anyReaches(AllA, AllB, Facts) || anyReaches(AllB, AllA, Facts) ||
      isOneThread(A, B, Facts))
    return std::nullopt;
  return Evidence{noteOf(A, EndA->first, EndA->second, "advances", Facts),
                  noteOf(B, EndB->first, EndB->second, "advances", Facts)};
}

namespace {
struct LockSide {
  /// Held for every write; of a lock, itself.
  std::set<std::string> Locks;
  std::string Function;
  SourcePosition Where;
};
} // namespace

// What Key guards, and who writes that, if it is a lock of which that is known.
static std::optional<LockSide> lockSide(const Side &S) {
  LockSide Result;
  bool IsFirst = true;
  bool Advances = false;
  for (const auto &[Key, Where] : S.Writes->Accesses) {
    if (!isWrite(Key.Kind) || Key.Kind == Access::Lock)
      continue;
    std::set<std::string> Both;
    std::set_intersection(Result.Locks.begin(), Result.Locks.end(),
                          Key.Locks.begin(), Key.Locks.end(),
                          std::inserter(Both, Both.end()));
    Result.Locks = IsFirst ? Key.Locks : Both;
    IsFirst = false;
    if (Key.Kind == Access::Advance && (!Advances || Where < Result.Where)) {
      Advances = true;
      Result.Function = Key.Function;
      Result.Where = Where;
    }
  }
  if (!Advances || Result.Locks.size() != 1)
    return std::nullopt;
  return Result;
}

static std::optional<Evidence> byLocks(const Side &A, const Side &B,
                                       const FactBase &Facts) {
  std::optional<LockSide> SA = lockSide(A);
  std::optional<LockSide> SB = lockSide(B);
  if (!SA || !SB || SA->Locks == SB->Locks)
    return std::nullopt;
  const auto *LockA = Facts.find<ThreadWrites>(*SA->Locks.begin());
  const auto *LockB = Facts.find<ThreadWrites>(*SB->Locks.begin());
  if (!LockA || !LockB)
    return std::nullopt;
  std::set<std::string> TakeA = allWriters(*LockA);
  std::set<std::string> TakeB = allWriters(*LockB);
  if (anyReaches(TakeA, TakeB, Facts) || anyReaches(TakeB, TakeA, Facts) ||
      isOneThread(A, B, Facts))
    return std::nullopt;
  Evidence Result;
  for (auto [S, L, Name] :
       {std::tuple(&A, &*SA, LockA), std::tuple(&B, &*SB, LockB)})
    Result.push_back(noteOf(*S, L->Function, L->Where,
                            "holds '" + Name->Name + "' and writes", Facts));
  return Result;
}

// Whether one lock is held for all writes of both: they take turns.
static bool takeTurns(const ThreadWrites &A, const ThreadWrites &B) {
  std::optional<std::set<std::string>> Common;
  for (const ThreadWrites *W : {&A, &B})
    for (const auto &[Key, Where] : W->Accesses) {
      if (!isWrite(Key.Kind))
        continue;
      std::set<std::string> Locks;
      for (const std::string &Lock : Key.Locks)
        if (!Common || Common->contains(Lock))
          Locks.insert(Lock);
      Common = std::move(Locks);
    }
  return Common && !Common->empty();
}

static std::optional<Evidence>
evidenceFor(const std::string &A, const std::string &B, const FactBase &Facts) {
  const auto *WA = Facts.find<ThreadWrites>(A);
  const auto *WB = Facts.find<ThreadWrites>(B);
  if (!WA || !WB || takeTurns(*WA, *WB))
    return std::nullopt;
  Side SA{WA};
  Side SB{WB};
  if (auto E = byThreads(SA, SB, Facts))
    return E;
  if (auto E = byIndices(SA, SB, Facts))
    return E;
  return byLocks(SA, SB, Facts);
}

static llvm::SmallVector<llvm::StringRef, 4> keysOf(const Condition &C) {
  llvm::SmallVector<llvm::StringRef, 4> Keys;
  llvm::StringRef(C.Subject).split(Keys, '\n');
  return Keys;
}

static constexpr llvm::StringLiteral WrittenApartName = "fields-written-apart";
static const RegisterPredicate WrittenApart(
    WrittenApartName,
    [](const FactBase &Facts, const Condition &C) {
      auto Keys = keysOf(C);
      std::string First = Keys.front().str();
      std::string Last = Keys.back().str();
      if (!evidenceFor(First, Last, Facts))
        return Answer::No;
      for (llvm::StringRef Between :
           llvm::ArrayRef(Keys).drop_front().drop_back())
        if (evidenceFor(First, Between.str(), Facts) ||
            evidenceFor(Between.str(), Last, Facts))
          return Answer::No;
      return Facts.isComplete() ? Answer::Yes : Answer::Unknown;
    },
    "nothing says that different threads write them",
    [](const FactBase &Facts, const Condition &C) -> Supplement {
      auto Keys = keysOf(C);
      auto E = evidenceFor(Keys.front().str(), Keys.back().str(), Facts);
      return E ? Supplement{std::move(*E), {}} : Supplement{};
    });

Condition whet::areWrittenApart(llvm::ArrayRef<std::string> Keys) {
  return {.Predicate = WrittenApartName.str(),
          .Subject = llvm::join(Keys, "\n")};
}

// --- What is looked at -------------------------------------------------------

static const CXXRecordDecl *patternOf(const CXXRecordDecl &Record) {
  const CXXRecordDecl *Pattern = Record.getTemplateInstantiationPattern();
  return Pattern ? Pattern : &Record;
}

static const FieldDecl *patternOf(const FieldDecl &Field) {
  const auto *Record = dyn_cast<CXXRecordDecl>(Field.getParent());
  if (!Record || patternOf(*Record) == Record)
    return &Field;
  unsigned Index = Field.getFieldIndex();
  for (const FieldDecl *F : patternOf(*Record)->fields())
    if (F->getFieldIndex() == Index)
      return F;
  return nullptr;
}

std::optional<std::string> whet::writtenKey(const ValueDecl &V) {
  const auto *Field = dyn_cast<FieldDecl>(&V);
  const ValueDecl *Named = Field ? patternOf(*Field) : &V;
  return Named ? entityKey(*Named) : std::nullopt;
}

static bool hasOwnLock(const FieldDecl &Field) {
  return llvm::any_of(Field.getParent()->fields(),
                      [](const FieldDecl *F) { return isLock(F->getType()); });
}

bool whet::mayBeWrittenApart(const ValueDecl &V) {
  QualType T = V.getType();
  if (T->isDependentType() || T->isReferenceType())
    return false;
  if (const auto *Var = dyn_cast<VarDecl>(&V))
    return Var->hasGlobalStorage() && !Var->isStaticLocal() &&
           Var->getTLSKind() == VarDecl::TLS_None &&
           (atomicValue(T) || isLock(T));
  const auto *Field = dyn_cast<FieldDecl>(&V);
  if (!Field || Field->isBitField() || !Field->getIdentifier())
    return false;
  if (atomicValue(T) || isLock(T))
    return true;
  bool IsPlain =
      T->isPointerType() || (T->isIntegerType() && !T->isBooleanType());
  return IsPlain && !T.isConstQualified() && hasOwnLock(*Field);
}

// --- The walk ----------------------------------------------------------------

namespace {
struct Function {
  std::string Key;
  /// The class whose members it builds or destroys; null for others.
  const CXXRecordDecl *Owned = nullptr;
  unsigned LoopDepth = 0;
  /// Keys of the locks that guards hold at this place.
  std::vector<std::string> Held;
  /// Variables, and the field that their value came from.
  llvm::DenseMap<const VarDecl *, const ValueDecl *> Loaded;
};

class WriteCollector : public DynamicRecursiveASTVisitor {
public:
  WriteCollector(ASTContext &Ctx, FactBase &Facts)
      : Ctx(Ctx), SM(Ctx.getSourceManager()), Facts(Facts) {
    ShouldVisitTemplateInstantiations = true;
    ShouldWalkTypesOfTypeLocs = false;
    ShouldVisitImplicitCode = false;
  }

  void publish();

  bool TraverseDecl(Decl *D) override;
  bool TraverseLambdaExpr(LambdaExpr *E) override;
  bool TraverseCompoundStmt(CompoundStmt *S) override;
  bool TraverseForStmt(ForStmt *S) override;
  bool TraverseWhileStmt(WhileStmt *S) override;
  bool TraverseDoStmt(DoStmt *S) override;
  bool TraverseCXXForRangeStmt(CXXForRangeStmt *S) override;

  bool VisitVarDecl(VarDecl *D) override;
  bool VisitCallExpr(CallExpr *E) override;
  bool VisitCXXConstructExpr(CXXConstructExpr *E) override;
  bool VisitDeclRefExpr(DeclRefExpr *E) override;
  bool VisitUnaryOperator(UnaryOperator *E) override;
  bool VisitBinaryOperator(BinaryOperator *E) override;
  bool VisitArraySubscriptExpr(ArraySubscriptExpr *E) override;
  bool VisitMemberExpr(MemberExpr *E) override;

private:
  std::string keyOf(const FunctionDecl &F);
  void enter(const FunctionDecl &F);
  void noteStart(const Expr &E);
  void noteCall(const FunctionDecl &Callee);
  void note(const ValueDecl &Field, Access Kind, const Expr &Where);
  void noteLead(const Expr &Index);
  void noteAtomicCall(const CallExpr &Call, const Expr &Object,
                      const FunctionDecl &Callee);
  void noteLock(const Expr &Lock, const Expr &Where);
  bool isTracked(const ValueDecl &V);
  const ValueDecl *trackedValue(const Expr *E);
  const ValueDecl *trackedIn(const Expr *E);
  bool isOfTrackedRecord(const FunctionDecl &F);
  Access kindOfStore(const Expr &Value) const;

  ASTContext &Ctx;
  const SourceManager &SM;
  FactBase &Facts;
  std::vector<Function> Stack;
  std::map<std::string, ThreadCalls> Calls;
  llvm::DenseMap<const FunctionDecl *, std::string> Keys;
  llvm::DenseMap<const ValueDecl *, bool> Tracked;
  llvm::DenseMap<const CXXRecordDecl *, bool> TrackedRecords;
  /// Functions that do something with a field.
  std::set<std::string> Relevant;
  /// Lambdas and names of functions that are called, or whose use is known.
  llvm::SmallPtrSet<const Expr *, 32> Known;
};
} // namespace

static std::string shownName(const FunctionDecl &F) {
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&F);
      Method && Method->getParent()->isLambda())
    return "a lambda";
  return "'" + F.getNameAsString() + "'";
}

// Lambdas have no name that units share; their place is one.
std::string WriteCollector::keyOf(const FunctionDecl &F) {
  auto [It, IsNew] = Keys.try_emplace(F.getCanonicalDecl());
  if (!IsNew)
    return It->second;
  const FunctionDecl *Pattern = F.getTemplateInstantiationPattern();
  const FunctionDecl &Named =
      Pattern ? *Pattern->getCanonicalDecl() : *F.getCanonicalDecl();
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  std::string Key;
  if (Method && Method->getParent()->isLambda()) {
    SourcePosition At = sharedPosition(Method->getParent()->getLocation(), SM);
    Key = "lambda@" + At.File + ":" + std::to_string(At.Offset);
  } else if (std::optional<std::string> Entity = entityKey(Named)) {
    Key = *Entity;
  }
  ThreadCalls &C = Calls[Key];
  C.Name = shownName(F);
  C.MayRunAnywhere |= Method && Method->isVirtual();
  Keys[F.getCanonicalDecl()] = Key;
  return Key;
}

static const CXXRecordDecl *ownedBy(const FunctionDecl &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  bool Owns = Method && (isa<CXXConstructorDecl, CXXDestructorDecl>(Method) ||
                         Method->isCopyAssignmentOperator() ||
                         Method->isMoveAssignmentOperator() ||
                         (Method->getIdentifier() &&
                          Method->getName().starts_with_insensitive("swap")));
  return Owns ? Method->getParent() : nullptr;
}

void WriteCollector::enter(const FunctionDecl &F) {
  Function Entered;
  Entered.Key = keyOf(F);
  Entered.Owned = ownedBy(F);
  Stack.push_back(std::move(Entered));
}

bool WriteCollector::TraverseDecl(Decl *D) {
  if (!D || isa<TranslationUnitDecl>(D))
    return DynamicRecursiveASTVisitor::TraverseDecl(D);
  if (SM.isInSystemHeader(SM.getExpansionLoc(D->getLocation())))
    return true;
  const auto *F = dyn_cast<FunctionDecl>(D);
  if (!F || !F->doesThisDeclarationHaveABody())
    return DynamicRecursiveASTVisitor::TraverseDecl(D);
  if (F->isDependentContext() || F->isImplicit())
    return true;
  enter(*F);
  bool Continues = DynamicRecursiveASTVisitor::TraverseDecl(D);
  Stack.pop_back();
  return Continues;
}

bool WriteCollector::TraverseLambdaExpr(LambdaExpr *E) {
  if (E->isTypeDependent() || E->isGenericLambda())
    return true;
  const FunctionDecl &Operator = *E->getCallOperator();
  if (!Known.contains(E))
    Calls[keyOf(Operator)].MayRunAnywhere = true;
  llvm::DenseMap<const VarDecl *, const ValueDecl *> Loaded;
  if (!Stack.empty())
    Loaded = Stack.back().Loaded;
  enter(Operator);
  Stack.back().Loaded = std::move(Loaded);
  bool Continues = TraverseStmt(E->getBody());
  Stack.pop_back();
  return Continues;
}

// Guards hold to the end of their scope.
bool WriteCollector::TraverseCompoundStmt(CompoundStmt *S) {
  if (Stack.empty())
    return true;
  size_t Depth = Stack.back().Held.size();
  bool Continues = DynamicRecursiveASTVisitor::TraverseCompoundStmt(S);
  Stack.back().Held.resize(Depth);
  return Continues;
}

bool WriteCollector::TraverseForStmt(ForStmt *S) {
  if (Stack.empty())
    return true;
  ++Stack.back().LoopDepth;
  bool Continues = DynamicRecursiveASTVisitor::TraverseForStmt(S);
  --Stack.back().LoopDepth;
  return Continues;
}

bool WriteCollector::TraverseWhileStmt(WhileStmt *S) {
  if (Stack.empty())
    return true;
  ++Stack.back().LoopDepth;
  bool Continues = DynamicRecursiveASTVisitor::TraverseWhileStmt(S);
  --Stack.back().LoopDepth;
  return Continues;
}

// `do ... while (0)` is a block.
bool WriteCollector::TraverseDoStmt(DoStmt *S) {
  if (Stack.empty())
    return true;
  Expr::EvalResult Value;
  bool IsBlock =
      S->getCond()->EvaluateAsInt(Value, Ctx) && Value.Val.getInt().isZero();
  Stack.back().LoopDepth += !IsBlock;
  bool Continues = DynamicRecursiveASTVisitor::TraverseDoStmt(S);
  Stack.back().LoopDepth -= !IsBlock;
  return Continues;
}

bool WriteCollector::TraverseCXXForRangeStmt(CXXForRangeStmt *S) {
  if (Stack.empty())
    return true;
  ++Stack.back().LoopDepth;
  bool Continues = DynamicRecursiveASTVisitor::TraverseCXXForRangeStmt(S);
  --Stack.back().LoopDepth;
  return Continues;
}

// --- Accesses ----------------------------------------------------------------

bool WriteCollector::isTracked(const ValueDecl &V) {
  if (!isa<FieldDecl, VarDecl>(V))
    return false;
  auto [It, IsNew] = Tracked.try_emplace(&V, false);
  if (!IsNew)
    return It->second;
  bool Result = mayBeWrittenApart(V);
  Tracked[&V] = Result;
  return Result;
}

// The field or variable that E denotes, if it is one that is looked at.
const ValueDecl *WriteCollector::trackedValue(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  const ValueDecl *V = nullptr;
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    V = Member->getMemberDecl();
  else if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    V = Ref->getDecl();
  return V && isTracked(*V) ? V : nullptr;
}

void WriteCollector::note(const ValueDecl &Field, Access Kind,
                          const Expr &Where) {
  if (Stack.empty() || Stack.back().Key.empty())
    return;
  Function &F = Stack.back();
  const auto *Member = dyn_cast<FieldDecl>(&Field);
  if (Member && F.Owned == Member->getParent())
    return;
  std::optional<std::string> Key = writtenKey(Field);
  if (!Key)
    return;
  ThreadWrites W;
  W.Name = Field.getNameAsString();
  if (std::optional<QualType> Value = atomicValue(Field.getType()))
    W.Value = Value->getCanonicalType().getAsString();
  W.note({F.Key, Kind, F.LoopDepth > 0, {F.Held.begin(), F.Held.end()}},
         sharedPosition(Where.getBeginLoc(), SM));
  Facts.add(*Key, W);
  Relevant.insert(F.Key);
}

// What E, or a variable in it, was loaded from.
const ValueDecl *WriteCollector::trackedIn(const Expr *E) {
  if (const ValueDecl *V = trackedValue(E))
    return V;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts()))
    if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
        Var && !Stack.empty())
      if (const ValueDecl *V = Stack.back().Loaded.lookup(Var))
        return V;
  for (const Stmt *Child : E->children())
    if (const auto *Operand = dyn_cast_or_null<Expr>(Child))
      if (const ValueDecl *V = trackedIn(Operand))
        return V;
  return nullptr;
}

void WriteCollector::noteLead(const Expr &Index) {
  if (const ValueDecl *V = trackedIn(&Index))
    note(*V, Access::Lead, Index);
}

// A constant, or what the caller gave, sets; all else advances.
Access WriteCollector::kindOfStore(const Expr &Value) const {
  const Expr *E = Value.IgnoreParenImpCasts();
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  if ((Ref && isa<ParmVarDecl>(Ref->getDecl())) ||
      (!E->isValueDependent() && E->isEvaluatable(Ctx)) ||
      isa<CXXNullPtrLiteralExpr, CXXBoolLiteralExpr>(E))
    return Access::Store;
  return Access::Advance;
}

static bool isCount(QualType Value) {
  return Value->isPointerType() ||
         (Value->isIntegerType() && !Value->isBooleanType());
}

void WriteCollector::noteAtomicCall(const CallExpr &Call, const Expr &Object,
                                    const FunctionDecl &Callee) {
  const ValueDecl *V = trackedValue(&Object);
  if (!V)
    return;
  std::optional<QualType> Value = atomicValue(V->getType());
  if (!Value)
    return;
  const Expr *New = nullptr;
  bool IsOperator = isa<CXXOperatorCallExpr>(Call);
  llvm::StringRef Name =
      Callee.getIdentifier() ? Callee.getName() : llvm::StringRef();
  if (Name.starts_with("compare_exchange")) {
    New = Call.getNumArgs() > 1 ? Call.getArg(1) : nullptr;
  } else if (Name == "store" || Name == "exchange") {
    New = Call.getArg(0);
  } else if (Callee.getOverloadedOperator() == OO_Equal) {
    New = Call.getArg(IsOperator ? 1 : 0);
  } else if (!Name.starts_with("fetch_") && !IsOperator) {
    return;
  }
  bool IsSet = !isCount(*Value) || (New && kindOfStore(*New) == Access::Store);
  // A constant that is stored in passing, as by stop() and reset().
  if (New && New->isEvaluatable(Ctx) && !Name.starts_with("compare"))
    return;
  note(*V, IsSet ? Access::Store : Access::Advance, Call);
}

void WriteCollector::noteLock(const Expr &Lock, const Expr &Where) {
  if (const ValueDecl *V = trackedValue(&Lock))
    note(*V, Access::Lock, Where);
}

bool WriteCollector::VisitVarDecl(VarDecl *D) {
  if (Stack.empty() || !D->getInit())
    return true;
  const Expr *Init = D->getInit()->IgnoreUnlessSpelledInSource();
  if (isa<LambdaExpr>(Init))
    Known.insert(Init);
  if (const Expr *Lock = lockTakenBy(*D)) {
    noteLock(*Lock, *Init);
    if (const ValueDecl *V = trackedValue(Lock))
      if (std::optional<std::string> Key = writtenKey(*V))
        Stack.back().Held.push_back(*Key);
    return true;
  }
  if (D->isLocalVarDecl() &&
      (D->getType()->isIntegerType() || D->getType()->isPointerType()))
    if (const ValueDecl *V = trackedIn(D->getInit()))
      Stack.back().Loaded[D] = V;
  return true;
}

bool WriteCollector::VisitUnaryOperator(UnaryOperator *E) {
  if (E->isIncrementDecrementOp())
    if (const ValueDecl *V = trackedValue(E->getSubExpr());
        V && !atomicValue(V->getType()))
      note(*V, Access::Advance, *E);
  if (E->getOpcode() == UO_Deref)
    noteLead(*E->getSubExpr());
  return true;
}

bool WriteCollector::VisitBinaryOperator(BinaryOperator *E) {
  if (E->isAssignmentOp())
    if (const ValueDecl *V = trackedValue(E->getLHS()))
      note(*V,
           E->isCompoundAssignmentOp() ? Access::Advance
                                       : kindOfStore(*E->getRHS()),
           *E);
  if (E->isAdditiveOp() && E->getType()->isPointerType())
    noteLead(E->getLHS()->getType()->isPointerType() ? *E->getRHS()
                                                     : *E->getLHS());
  return true;
}

bool WriteCollector::VisitArraySubscriptExpr(ArraySubscriptExpr *E) {
  noteLead(*E->getIdx());
  return true;
}

bool WriteCollector::VisitMemberExpr(MemberExpr *E) {
  if (E->isArrow() && !E->isImplicitAccess())
    noteLead(*E->getBase());
  return true;
}

// --- Calls and threads -------------------------------------------------------

void WriteCollector::noteStart(const Expr &E) {
  const Expr *Callable = startedCallable(E);
  if (!Callable)
    return;
  Known.insert(Callable);
  const FunctionDecl *Started = functionOf(*Callable);
  if (!Started)
    return;
  ThreadCalls &C = Calls[keyOf(*Started)];
  SourcePosition Where = sharedPosition(E.getBeginLoc(), SM);
  C.Started = C.Started ? std::min(*C.Started, Where) : Where;
}

// Whether what F does with its record's fields may be known elsewhere only.
bool WriteCollector::isOfTrackedRecord(const FunctionDecl &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (!Method || Method->getParent()->isLambda())
    return false;
  auto [It, IsNew] = TrackedRecords.try_emplace(Method->getParent(), false);
  if (!IsNew)
    return It->second;
  bool Result = llvm::any_of(Method->getParent()->fields(),
                             [&](const FieldDecl *F) { return isTracked(*F); });
  TrackedRecords[Method->getParent()] = Result;
  return Result;
}

void WriteCollector::noteCall(const FunctionDecl &Callee) {
  if (Stack.empty() || SM.isInSystemHeader(SM.getExpansionLoc(
                           Callee.getCanonicalDecl()->getLocation())))
    return;
  std::string Key = keyOf(Callee);
  Function &Caller = Stack.back();
  if (Key.empty() || Caller.Key.empty())
    return;
  Calls[Key].Callers[Caller.Key] |= Caller.LoopDepth > 0;
  Calls[Caller.Key].Callees.insert(Key);
  if (isOfTrackedRecord(Callee))
    Relevant.insert(Key);
}

bool WriteCollector::VisitCallExpr(CallExpr *E) {
  const FunctionDecl *Callee = E->getDirectCallee();
  if (!Callee || Stack.empty())
    return true;
  Known.insert(E->getCallee()->IgnoreParenImpCasts());
  noteStart(*E);
  if (callsAtOnce(*Callee))
    for (const Expr *Arg : E->arguments())
      if (const auto *Lambda =
              dyn_cast<LambdaExpr>(Arg->IgnoreUnlessSpelledInSource())) {
        Known.insert(Lambda);
        noteCall(*Lambda->getCallOperator());
      }
  if (const Expr *Lock = lockTakenBy(*E))
    noteLock(*Lock, *E);
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(E))
    noteAtomicCall(*E, *Member->getImplicitObjectArgument(), *Callee);
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E)) {
    // A lambda that is called where its name is.
    Known.insert(E->getArg(0)->IgnoreUnlessSpelledInSource());
    noteAtomicCall(*E, *E->getArg(0), *Callee);
    if (Operator->getOperator() == OO_Subscript)
      noteLead(*E->getArg(1));
  }
  noteCall(*Callee);
  return true;
}

bool WriteCollector::VisitCXXConstructExpr(CXXConstructExpr *E) {
  noteStart(*E);
  if (!Stack.empty())
    noteCall(*E->getConstructor());
  return true;
}

// A function whose address is taken may be run by anyone.
bool WriteCollector::VisitDeclRefExpr(DeclRefExpr *E) {
  if (Known.contains(E))
    return true;
  if (const FunctionDecl *F = functionOf(*E))
    if (!SM.isInSystemHeader(SM.getExpansionLoc(F->getLocation())))
      Calls[keyOf(*F)].MayRunAnywhere = true;
  return true;
}

// Of who calls whom, only what leads to a field matters, or is run by a thread.
void WriteCollector::publish() {
  std::vector<std::string> Work(Relevant.begin(), Relevant.end());
  for (const auto &[Key, C] : Calls)
    if (C.Started)
      Work.push_back(Key);
  std::set<std::string> Kept(Work.begin(), Work.end());
  while (!Work.empty()) {
    const ThreadCalls &C = Calls[std::move(Work.back())];
    Work.pop_back();
    for (const auto &[Caller, InLoop] : C.Callers)
      if (Kept.insert(Caller).second)
        Work.push_back(Caller);
  }
  for (const std::string &Key : Kept)
    Facts.add(Key, Calls[Key]);
}

void whet::collectThreadWrites(ASTContext &Ctx, FactBase &Facts) {
  WriteCollector Collector(Ctx, Facts);
  Collector.TraverseDecl(Ctx.getTranslationUnitDecl());
  Collector.publish();
}
