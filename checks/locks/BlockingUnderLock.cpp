//===- BlockingUnderLock.cpp - whet-blocking-under-lock -------------------===//
//
// While a thread that holds a lock sleeps, waits for another thread or does
// I/O, all others that want the lock wait for as long.
//
// Some locks are there for just that: the one in a logger makes lines whole,
// the one beside a socket keeps messages apart. What is read or written under a
// lock is only reported if it cannot be what the lock guards: it is opened
// there, or belongs to somebody else. So is the end of a thread: a lock that is
// only taken where that thread is started and joined is there for just that.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/CallEffects.h"
#include "whet/analysis/GuardedState.h"
#include "whet/analysis/LockRegions.h"
#include "whet/facts/Settled.h"
#include "whet/facts/UnitScope.h"
#include "whet/support/Check.h"
#include "whet/support/OwnCode.h"
#include "whet/support/Registry.h"
#include "whet/support/TemplateFindings.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include <map>
#include <set>

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr OptionInfo Opts[] = {
    {"BlockingFunctions", OptionKind::String, "",
     "more functions that block, by qualified name, separated by ';'"},
    {"Callbacks", OptionKind::Bool, "false",
     "also report calls of std::function, pointers to functions and virtual "
     "functions, which may do anything"}};

constexpr CheckInfo Info{.Id = "whet-blocking-under-lock",
                         .Topic = Topic::Locks,
                         .Summary =
                             "a lock is held while its thread sleeps, waits "
                             "for another one or does I/O",
                         .Fix = FixKind::None,
                         .Since = "0.1",
                         .Options = Opts};

class BlockingUnderLock : public Check {
public:
  BlockingUnderLock(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info), Callbacks(boolOption("Callbacks")),
        Effects(Locks, stringOption("BlockingFunctions")) {}

  void registerMatchers(MatchFinder *Finder) override;
  void check(const MatchFinder::MatchResult &Result) override;
  void onEndOfTranslationUnit() override;

private:
  struct Site {
    const FunctionDecl &F;
    const Expr &E;
    llvm::ArrayRef<const HeldLock *> Held;
    /// Whether it is done at first use only.
    bool IsOnce = false;
    /// Whether the function asks futures whether they are ready.
    bool Polls = false;
  };

  void examine(const FunctionDecl &F);
  bool examineWait(const Site &S, const LockRegions &Regions);
  bool examineOperation(const Site &S);
  void examineCall(const Site &S);
  void examineCallback(const Site &S);
  bool isForLifeOf(const HeldLock &Lock, const Expr &Waiting);
  void noteLocks(const FunctionDecl &F);
  void add(const Site &S, const HeldLock &Lock, const std::string &What,
           std::vector<Condition> Conditions = {});

  const bool Callbacks;
  LockModels Locks;
  CallEffects Effects;
  TemplateFindings Findings;
  ASTContext *Context = nullptr;
  std::vector<const FunctionDecl *> Functions;
  /// Those that take a mutex, by its key.
  std::map<std::string, llvm::SmallPtrSet<const FunctionDecl *, 4>> Takers;
  std::map<const FunctionDecl *, std::unique_ptr<LockRegions>> RegionsOf;
  /// What has been said of a lock, in the function at hand.
  std::set<std::pair<const HeldLock *, std::string>> Said;
};

} // namespace

static const RegisterCheck<BlockingUnderLock> X(Info);

// Also of units that lock nothing: they may block for others.
void BlockingUnderLock::registerMatchers(MatchFinder *Finder) {
  matchBodies(*Finder, *this);
}

void BlockingUnderLock::check(const MatchFinder::MatchResult &Result) {
  Context = Result.Context;
  if (const FunctionDecl *F = matchedBody(Result))
    Functions.push_back(F);
}

// --- What a lock is for
// ----------------------------------------------------------

// "outputMutex_" and "output_mutex" as "output" and "mutex".
static llvm::SmallVector<std::string, 4> wordsOf(llvm::StringRef Name) {
  llvm::SmallVector<std::string, 4> Words;
  std::string Word;
  char Previous = 0;
  auto Finish = [&] {
    if (!Word.empty())
      Words.push_back(std::move(Word));
    Word.clear();
  };
  for (char C : Name) {
    if (!llvm::isAlpha(C) || (llvm::isUpper(C) && llvm::isLower(Previous)))
      Finish();
    if (llvm::isAlpha(C))
      Word += llvm::toLower(C);
    Previous = C;
  }
  Finish();
  return Words;
}

static bool saysOutput(llvm::StringRef Name) {
  static constexpr llvm::StringLiteral Words[] = {
      "io",        "log",      "logger", "logging", "file",       "print",
      "printer",   "cout",     "cerr",   "stdout",  "stderr",     "stdin",
      "console",   "output",   "out",    "write",   "writer",     "stream",
      "send",      "sender",   "socket", "sock",    "disk",       "fd",
      "tty",       "terminal", "dump",   "trace",   "sink",       "appender",
      "read",      "reader",   "serial", "channel", "connection", "pipe",
      "transport", "save",     "load",   "init"};
  return llvm::any_of(wordsOf(Name), [](const std::string &Word) {
    return llvm::is_contained(Words, Word);
  });
}

static bool saysProcesses(llvm::StringRef Name) {
  static constexpr llvm::StringLiteral Words[] = {
      "fork", "forkblock", "spawn", "exec", "process", "child", "popen"};
  return llvm::any_of(wordsOf(Name), [](const std::string &Word) {
    return llvm::is_contained(Words, Word);
  });
}

// Whether Says is true of the name of the mutex that Lock holds.
static bool isNamed(const HeldLock &Lock, bool (*Says)(llvm::StringRef)) {
  return Says(Lock.name()) ||
         llvm::any_of(Lock.Paths, [Says](const AccessPath &Path) {
           const ValueDecl *Last = Path.steps().empty() || !Path.steps().back()
                                       ? Path.root()
                                       : Path.steps().back();
           return Last && Says(Last->getNameAsString());
         });
}

static bool isForOutput(const HeldLock &Lock, const FunctionDecl &F) {
  if (isNamed(Lock, saysOutput))
    return true;
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  return Method && Method->getParent()->getIdentifier() &&
         saysOutput(Method->getParent()->getName());
}

static bool isMemberOfThis(const HeldLock &Lock) {
  return !Lock.Paths.empty() &&
         llvm::all_of(Lock.Paths, [](const AccessPath &Path) {
           return Path.startsAtThis() && !Path.hasDereference();
         });
}

// Whether Lock cannot be there to keep users of Object apart.
static bool isNotAbout(const HeldLock &Lock, BlockingObject Object,
                       const FunctionDecl &F) {
  if (isForOutput(Lock, F))
    return false;
  if (Object.isFresh())
    return true;
  return Object.parameterIndex() && isMemberOfThis(Lock);
}

// The member that E waits for: what `t.join()` and `pthread_join(t, ...)` name.
static const MemberExpr *waitedFor(const Expr &E) {
  const auto *Call = dyn_cast<CallExpr>(&E);
  const auto *Member = dyn_cast_or_null<CXXMemberCallExpr>(Call);
  const Expr *Object = Member ? Member->getImplicitObjectArgument()
                       : Call && Call->getNumArgs() > 0 ? Call->getArg(0)
                                                        : nullptr;
  return Object ? dyn_cast<MemberExpr>(Object->IgnoreParenImpCasts()) : nullptr;
}

static bool mentions(const FunctionDecl &F, const ValueDecl &D) {
  llvm::SmallVector<const Stmt *, 32> Work{F.getBody()};
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next)
      continue;
    const auto *Member = dyn_cast<MemberExpr>(Next);
    if (Member && Member->getMemberDecl() == &D)
      return true;
    Work.append(Next->child_begin(), Next->child_end());
  }
  return false;
}

// Whether all functions that take Lock have to do with the member of the same
// object that is waited for: it keeps them from starting and ending it at once.
bool BlockingUnderLock::isForLifeOf(const HeldLock &Lock, const Expr &Waiting) {
  const MemberExpr *Member = waitedFor(Waiting);
  if (!Member)
    return false;
  StateUse Use{Member->getMemberDecl(), Member, AccessPath::of(Member)};
  return llvm::any_of(Lock.Paths, [&](const AccessPath &Path) {
    std::optional<std::string> Key =
        mayGuard(Path, Use) ? mutexKey(Path) : std::nullopt;
    if (!Key)
      return false;
    const auto &Functions = Takers[*Key];
    return Functions.size() > 1 &&
           llvm::all_of(Functions, [&](const FunctionDecl *F) {
             return mentions(*F, *Use.State);
           });
  });
}

// --- What happens once
// ------------------------------------------------------------

namespace {
/// Finds what is done behind a question that it answers for good: what is
/// loaded or opened at first use has to be waited for anyway.
class OnceFinder : public DynamicRecursiveASTVisitor {
public:
  bool VisitIfStmt(IfStmt *S) override {
    if (answers(asked(*S->getCond()), S->getThen()))
      mark(S->getThen());
    return true;
  }

  // `if (IsLoaded) return; ... IsLoaded = true;`
  bool VisitCompoundStmt(CompoundStmt *S) override {
    llvm::ArrayRef<Stmt *> Rest(S->body_begin(), S->size());
    while (!Rest.empty()) {
      const auto *If = dyn_cast<IfStmt>(Rest.front());
      Rest = Rest.drop_front();
      if (!If || !returns(If->getThen()))
        continue;
      Decls Asked = asked(*If->getCond());
      if (llvm::any_of(Rest,
                       [&](const Stmt *Next) { return answers(Asked, Next); }))
        for (const Stmt *Next : Rest)
          mark(Next);
    }
    return true;
  }

  llvm::DenseSet<const Stmt *> Once;

private:
  using Decls = llvm::SmallPtrSet<const ValueDecl *, 4>;

  template <typename VisitT> static void walk(const Stmt *S, VisitT Visit) {
    llvm::SmallVector<const Stmt *, 16> Work{S};
    while (!Work.empty()) {
      const Stmt *Next = Work.pop_back_val();
      if (!Next)
        continue;
      Visit(*Next);
      Work.append(Next->child_begin(), Next->child_end());
    }
  }

  // The member or global that E names; null if it is anything else.
  static const ValueDecl *stateOf(const Stmt &S) {
    if (const auto *Member = dyn_cast<MemberExpr>(&S))
      return dyn_cast<FieldDecl>(Member->getMemberDecl());
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    return Var && Var->hasGlobalStorage() ? Var : nullptr;
  }

  static Decls asked(const Expr &Condition) {
    Decls Result;
    walk(&Condition, [&](const Stmt &S) {
      if (const ValueDecl *D = stateOf(S))
        Result.insert(D);
    });
    return Result;
  }

  // What S, an assignment or a call that changes its object, changes.
  static const Expr *changedBy(const Stmt &S) {
    if (const auto *Assign = dyn_cast<BinaryOperator>(&S))
      return Assign->isAssignmentOp() ? Assign->getLHS() : nullptr;
    if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&S))
      return Operator->isAssignmentOp() ? Operator->getArg(0) : nullptr;
    const auto *Call = dyn_cast<CXXMemberCallExpr>(&S);
    const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
    return Method && !Method->isConst() ? Call->getImplicitObjectArgument()
                                        : nullptr;
  }

  static bool answers(const Decls &Asked, const Stmt *Branch) {
    bool Does = false;
    walk(Branch, [&](const Stmt &S) {
      const Expr *Changed = changedBy(S);
      const ValueDecl *D =
          Changed ? stateOf(*Changed->IgnoreParenImpCasts()) : nullptr;
      Does |= D && Asked.contains(D);
    });
    return Does;
  }

  static bool returns(const Stmt *Branch) {
    const auto *Block = dyn_cast_or_null<CompoundStmt>(Branch);
    const Stmt *Last = !Block                ? Branch
                       : Block->body_empty() ? nullptr
                                             : Block->body_back();
    return isa_and_nonnull<ReturnStmt>(Last);
  }

  void mark(const Stmt *S) {
    walk(S, [this](const Stmt &Inner) { Once.insert(&Inner); });
  }
};
} // namespace

// Whether F asks a future whether it is ready: to get its value is not to wait
// then.
static bool pollsFutures(const FunctionDecl &F, const CallEffects &Effects) {
  return llvm::any_of(ownCalls(F), [&](const Expr *E) {
    const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
    const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
    return Method && Method->getIdentifier() &&
           Method->getName() == "wait_for" && !Effects.blocking(*E, F);
  });
}

// --- Findings
// --------------------------------------------------------------------

void BlockingUnderLock::add(const Site &S, const HeldLock &Lock,
                            const std::string &What,
                            std::vector<Condition> Conditions) {
  Finding Report;
  Report.Loc = S.E.getExprLoc();
  Report.Message = What + " while " + Lock.name() +
                   (Lock.Mutexes.size() > 1 ? " are held" : " is held");
  Report.Notes = {
      {Lock.acquiredBefore(Report.Loc, Context->getSourceManager()),
       Lock.IsCallers ? "it has to be called with it held" : "locked here"}};
  Report.In = &S.F;
  Report.Conditions = std::move(Conditions);
  Findings.add(S.F, std::move(Report));
}

static std::string said(llvm::StringRef Name, BlockingKind Kind) {
  return ("'" + Name + "' " + inWords(Kind)).str();
}

// Waiting gives back one lock, and keeps all others.
bool BlockingUnderLock::examineWait(const Site &S, const LockRegions &Regions) {
  const auto *Call = dyn_cast<CallExpr>(&S.E);
  if (!Call)
    return false;
  for (const LockCall &C : Locks.calls(*Call)) {
    if (C.Op != LockOp::Wait)
      continue;
    const HeldLock *Waited = Regions.find(C);
    if (!Waited)
      return true;
    for (const HeldLock *L : S.Held) {
      bool IsTheSame =
          L == Waited || llvm::any_of(L->Paths, [&](const auto &P) {
            return llvm::is_contained(Waited->Paths, P);
          });
      if (IsTheSame || L->Paths.empty() || Waited->Paths.empty())
        continue;
      add(S, *L,
          "'" + Call->getDirectCallee()->getNameAsString() + "' gives back " +
              Waited->name() + " only, and waits for another thread");
      break;
    }
    return true;
  }
  return false;
}

bool BlockingUnderLock::examineOperation(const Site &S) {
  std::optional<BlockingOp> Op = Effects.blocking(S.E, S.F);
  if (!Op)
    return false;
  for (const HeldLock *L : llvm::reverse(S.Held)) {
    bool Matters =
        isInputOrOutput(Op->Kind)
            ? !S.IsOnce && isNotAbout(*L, Op->Object, S.F)
            : !(S.Polls && Op->Name == "get") &&
                  !(Op->Kind == BlockingKind::Wait && isForLifeOf(*L, S.E)) &&
                  !(Op->Kind == BlockingKind::Process &&
                    isNamed(*L, saysProcesses));
    if (!Matters)
      return true;
    // The next read of the same file is the same finding.
    if (!isInputOrOutput(Op->Kind) ||
        Said.emplace(L, inWords(Op->Kind).str()).second)
      add(S, *L, said(Op->Name, Op->Kind));
    return true;
  }
  return true;
}

// What the callee does is known once the facts of all units are.
void BlockingUnderLock::examineCall(const Site &S) {
  // Instantiations call different functions.
  if (S.F.getTemplateInstantiationPattern())
    return;
  // A singleton; whoever wants it has to wait until it is there.
  if (S.IsOnce && isa<CXXConstructExpr>(S.E))
    return;
  const FunctionDecl *Callee = CallEffects::projectCallee(S.E);
  if (!Callee || Effects.isKnownHarmless(*Callee))
    return;
  std::optional<std::string> Key = entityKey(*Callee);
  if (!Key)
    return;
  const HeldLock &Lock = *S.Held.back();
  if (!Said.emplace(&Lock, *Key).second)
    return;
  bool MayMatter = !S.IsOnce;
  uint64_t Objects =
      MayMatter && isNotAbout(Lock, BlockingObject::fresh(), S.F) ? 1 : 0;
  for (const auto &[Theirs, Ours] : Effects.objects(S.E, S.F))
    if (MayMatter && Theirs < 48 &&
        isNotAbout(Lock, BlockingObject::fromCode(Ours), S.F))
      Objects |= uint64_t(1) << Theirs;
  bool MayWait = !isForLifeOf(Lock, S.E);
  bool MayStart = !isNamed(Lock, saysProcesses);
  for (BlockingKind Kind : BlockingKinds)
    if ((MayWait || Kind != BlockingKind::Wait) &&
        (MayStart || Kind != BlockingKind::Process))
      add(S, Lock, said(Callee->getNameAsString(), Kind),
          {callBlocks(*Key, Kind, Objects)});
}

static bool isFunctionObject(const Expr &E) {
  const auto *Call = dyn_cast<CXXOperatorCallExpr>(&E);
  if (!Call || Call->getOperator() != OO_Call)
    return false;
  const CXXRecordDecl *Record =
      Call->getArg(0)->getType()->getAsCXXRecordDecl();
  if (!Record || !Record->getIdentifier())
    return false;
  static constexpr llvm::StringLiteral Names[] = {
      "function",     "move_only_function", "copyable_function", "function_ref",
      "AnyInvocable", "FunctionRef",        "Function"};
  return llvm::is_contained(Names, Record->getName());
}

void BlockingUnderLock::examineCallback(const Site &S) {
  const auto *Call = dyn_cast<CallExpr>(&S.E);
  if (!Call)
    return;
  std::string What;
  if (isFunctionObject(S.E)) {
    What = "a callback is called, which may do anything,";
  } else if (!Call->getDirectCallee() && !Call->isTypeDependent()) {
    What = "a function is called through a pointer, which may do anything,";
  } else if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call)) {
    const CXXMethodDecl *Method = Member->getMethodDecl();
    bool IsUnknown = Method && Method->isVirtual() &&
                     !isa<CXXDestructorDecl>(Method) &&
                     !CallEffects::projectCallee(S.E);
    if (IsUnknown)
      What = "'" + Method->getNameAsString() +
             "' is virtual, and may do anything,";
  }
  if (!What.empty())
    add(S, *S.Held.back(), What);
}

void BlockingUnderLock::noteLocks(const FunctionDecl &F) {
  if (!LockRegions::mentionsLocks(F, Locks))
    return;
  std::unique_ptr<LockRegions> &Regions = RegionsOf[&F];
  Regions = std::make_unique<LockRegions>(F, Locks);
  for (const std::unique_ptr<HeldLock> &L : Regions->locks())
    for (const AccessPath &Path : L->Paths)
      if (std::optional<std::string> Key = mutexKey(Path))
        Takers[*Key].insert(&F);
}

void BlockingUnderLock::examine(const FunctionDecl &F) {
  const auto Known = RegionsOf.find(&F);
  if (Known == RegionsOf.end())
    return;
  const LockRegions &Regions = *Known->second;
  Findings.noteBody(F);
  Said.clear();
  OnceFinder Finder;
  Finder.TraverseStmt(const_cast<Stmt *>(F.getBody()));
  bool Polls = pollsFutures(F, Effects);
  for (const Expr *E : ownCalls(F)) {
    auto Held = Regions.heldAt(*E);
    if (Held.empty() || Effects.isCold(*E))
      continue;
    Site S{F, *E, Held, Finder.Once.contains(E), Polls};
    if (examineWait(S, Regions) || examineOperation(S))
      continue;
    examineCall(S);
    if (Callbacks)
      examineCallback(S);
  }
}

void BlockingUnderLock::onEndOfTranslationUnit() {
  if (!Context)
    return;
  Effects.collect(*Context);
  FactBase Facts;
  Effects.publish(Facts);
  publish(Facts);
  for (const FunctionDecl *F : Functions)
    noteLocks(*F);
  for (const FunctionDecl *F : Functions)
    examine(*F);
  for (Finding &F : Findings.take())
    if (settle(F, Facts, /*IsSeenElsewhere=*/false))
      report(std::move(F));
}
