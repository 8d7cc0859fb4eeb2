#include "whet/analysis/ThreadLibrary.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace whet;
using namespace clang;

// --- Names -----------------------------------------------------------------

static const llvm::StringSet<> &atomics() {
  static const llvm::StringSet<> Names = {
#define ATOMIC(NAME) NAME,
#include "ThreadLibrary.inc"
  };
  return Names;
}

static const llvm::StringSet<> &threads() {
  static const llvm::StringSet<> Names = {
#define THREAD(NAME) NAME,
#include "ThreadLibrary.inc"
  };
  return Names;
}

static const llvm::StringMap<unsigned> &starters() {
  static const llvm::StringMap<unsigned> Names = {
#define STARTS(NAME, ARGUMENT) {NAME, ARGUMENT},
#include "ThreadLibrary.inc"
  };
  return Names;
}

static const llvm::StringSet<> &lockingFunctions() {
  static const llvm::StringSet<> Names = {
#define TAKES_LOCK(NAME) NAME,
#include "ThreadLibrary.inc"
  };
  return Names;
}

// "std::atomic", whatever inline namespaces it is in.
static std::string libraryName(const NamedDecl &D) {
  llvm::SmallVector<std::string, 4> Scopes = {D.getNameAsString()};
  for (const DeclContext *C = D.getDeclContext(); C; C = C->getParent())
    if (const auto *Namespace = dyn_cast<NamespaceDecl>(C);
        Namespace && !Namespace->isInline())
      Scopes.push_back(Namespace->getNameAsString());
  return llvm::join(llvm::reverse(Scopes), "::");
}

// --- Types -----------------------------------------------------------------

std::optional<QualType> whet::atomicValue(QualType T) {
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T.getNonReferenceType()->getAsCXXRecordDecl());
  if (!Spec || !atomics().contains(libraryName(*Spec)))
    return std::nullopt;
  const TemplateArgument &Value = Spec->getTemplateArgs().get(0);
  if (Value.getKind() != TemplateArgument::Type)
    return std::nullopt;
  return Value.getAsType();
}

// By name, since walking all methods of a class in a precompiled header reads
// each of them.
static bool hasMethod(const CXXRecordDecl &Record,
                      std::initializer_list<llvm::StringRef> Names) {
  IdentifierTable &Identifiers = Record.getASTContext().Idents;
  return llvm::any_of(Names, [&](llvm::StringRef Name) {
    return llvm::any_of(Record.lookup(&Identifiers.get(Name)),
                        [](const NamedDecl *D) {
                          const auto *Method = dyn_cast<CXXMethodDecl>(D);
                          return Method && Method->getNumParams() == 0;
                        });
  });
}

static bool isGuardName(llvm::StringRef Name) {
  return Name.ends_with_insensitive("lock") ||
         Name.ends_with_insensitive("locker") ||
         Name.contains_insensitive("guard") ||
         Name.contains_insensitive("holder");
}

static bool canBeLocked(const CXXRecordDecl &Record) {
  if (hasMethod(Record, {"lock", "Lock"}) &&
      hasMethod(Record, {"unlock", "Unlock"}))
    return true;
  return llvm::any_of(Record.bases(), [](const CXXBaseSpecifier &Base) {
    const CXXRecordDecl *B = Base.getType()->getAsCXXRecordDecl();
    return B && B->hasDefinition() && canBeLocked(*B->getDefinition());
  });
}

// Whether some constructor is given another lock: it owns that one.
static bool isMadeOfALock(const CXXRecordDecl &Record) {
  return llvm::any_of(Record.ctors(), [&](const CXXConstructorDecl *C) {
    if (C->isCopyOrMoveConstructor() || C->getNumParams() == 0)
      return false;
    QualType T = C->getParamDecl(0)->getType().getNonReferenceType();
    if (T->isPointerType())
      T = T->getPointeeType();
    const CXXRecordDecl *Given = T->getAsCXXRecordDecl();
    return Given && Given != &Record && Given->hasDefinition() &&
           canBeLocked(*Given->getDefinition());
  });
}

bool whet::isLock(QualType T) {
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record || !Record->hasDefinition())
    return false;
  if (const TypedefNameDecl *Name = Record->getTypedefNameForAnonDecl())
    return Name->getName() == "pthread_mutex_t" ||
           Name->getName() == "pthread_rwlock_t";
  Record = Record->getDefinition();
  return canBeLocked(*Record) && !isMadeOfALock(*Record);
}

// glibc's pthread_mutex_t has its lock word, count, owner and number of users
// in front; who takes it writes nothing behind them (sysdeps/nptl/bits/
// struct_mutex.h).
uint64_t whet::bytesWrittenByLocking(uint64_t Size) {
  constexpr uint64_t Front = 16;
  return std::min(Size, Front);
}

// --- Taking locks ----------------------------------------------------------

static const Expr *lockOf(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Address = dyn_cast<UnaryOperator>(E);
      Address && Address->getOpcode() == UO_AddrOf)
    E = Address->getSubExpr()->IgnoreParenImpCasts();
  return isLock(E->getType()) ? E : nullptr;
}

static const CXXConstructExpr *constructionOf(const VarDecl &Var) {
  const Expr *Init = Var.getInit();
  return Init ? dyn_cast<CXXConstructExpr>(Init->IgnoreUnlessSpelledInSource())
              : nullptr;
}

const Expr *whet::lockTakenBy(const VarDecl &Guard) {
  const CXXRecordDecl *Record = Guard.getType()->getAsCXXRecordDecl();
  const CXXConstructExpr *Construct = constructionOf(Guard);
  if (!Record || !Record->getIdentifier() || !Construct ||
      Construct->getNumArgs() == 0 || !isGuardName(Record->getName()))
    return nullptr;
  // More arguments are other locks, or say that it is not taken now.
  for (const Expr *Arg : llvm::drop_begin(Construct->arguments()))
    if (!isa<CXXDefaultArgExpr>(Arg))
      return nullptr;
  return lockOf(Construct->getArg(0));
}

const Expr *whet::lockTakenBy(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee || !Callee->getIdentifier())
    return nullptr;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call)) {
    const Expr *Object = Member->getImplicitObjectArgument();
    llvm::StringRef Name = Callee->getName();
    bool IsTaking = Name.equals_insensitive("lock") ||
                    Name.equals_insensitive("try_lock") ||
                    Name.equals_insensitive("trylock");
    return Object && IsTaking ? lockOf(Object) : nullptr;
  }
  if (Call.getNumArgs() > 0 && lockingFunctions().contains(Callee->getName()))
    return lockOf(Call.getArg(0));
  return nullptr;
}

// --- Starting threads ------------------------------------------------------

static bool isThread(QualType T) {
  const CXXRecordDecl *Record = T.getNonReferenceType()->getAsCXXRecordDecl();
  return Record && Record->getIdentifier() &&
         threads().contains(libraryName(*Record));
}

// Whether Callee makes a thread of its arguments: `Threads.emplace_back(...)`,
// `std::make_unique<std::thread>(...)`.
static bool buildsThread(const FunctionDecl &Callee) {
  if (!Callee.getIdentifier() || !isOfStandardLibrary(Callee))
    return false;
  const TemplateArgumentList *Arguments = nullptr;
  if (Callee.getName() == "make_unique" || Callee.getName() == "make_shared")
    Arguments = Callee.getTemplateSpecializationArgs();
  else if (Callee.getName() == "emplace_back" || Callee.getName() == "emplace")
    if (const auto *Holder =
            dyn_cast<ClassTemplateSpecializationDecl>(Callee.getDeclContext()))
      Arguments = &Holder->getTemplateArgs();
  return Arguments && Arguments->size() > 0 &&
         Arguments->get(0).getKind() == TemplateArgument::Type &&
         isThread(Arguments->get(0).getAsType());
}

static bool isLaunchPolicy(const Expr &E) {
  const auto *Enum = E.getType()->getAsEnumDecl();
  return Enum && Enum->getName() == "launch";
}

static const Expr *stripped(const Expr *E) {
  E = E->IgnoreUnlessSpelledInSource()->IgnoreParenCasts();
  if (const auto *Address = dyn_cast<UnaryOperator>(E);
      Address && Address->getOpcode() == UO_AddrOf)
    return Address->getSubExpr()->IgnoreParens();
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (Callee && Callee->getIdentifier() && isOfStandardLibrary(*Callee) &&
        Call->getNumArgs() > 0 &&
        (Callee->getName() == "bind" || Callee->getName() == "move" ||
         Callee->getName() == "ref"))
      return stripped(Call->getArg(0));
  }
  return E;
}

static const Expr *startedArgument(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee || !Callee->getIdentifier() || Call.getNumArgs() == 0)
    return nullptr;
  if (buildsThread(*Callee))
    return Call.getArg(0);
  if (Callee->getName() == "async" && isOfStandardLibrary(*Callee)) {
    unsigned I = isLaunchPolicy(*Call.getArg(0)) ? 1 : 0;
    return I < Call.getNumArgs() ? Call.getArg(I) : nullptr;
  }
  auto Starter = starters().find(Callee->getName());
  return Starter != starters().end() && Callee->isExternC() &&
                 Starter->second < Call.getNumArgs()
             ? Call.getArg(Starter->second)
             : nullptr;
}

const Expr *whet::startedCallable(const Expr &E) {
  const Expr *Argument = nullptr;
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&E)) {
    if (Construct->getNumArgs() > 0 && isThread(Construct->getType()) &&
        !Construct->getConstructor()->isCopyOrMoveConstructor())
      Argument = Construct->getArg(0);
  } else if (const auto *Call = dyn_cast<CallExpr>(&E)) {
    Argument = startedArgument(*Call);
  }
  return Argument ? stripped(Argument) : nullptr;
}

const FunctionDecl *whet::functionOf(const Expr &Callable) {
  const Expr *E = &Callable;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
      return F;
    const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
    if (!Var || !Var->getInit())
      return nullptr;
    E = Var->getInit()->IgnoreUnlessSpelledInSource();
  }
  const auto *Lambda = dyn_cast<LambdaExpr>(E);
  return Lambda ? Lambda->getCallOperator() : nullptr;
}

bool whet::callsAtOnce(const FunctionDecl &Callee) {
  if (callsWithElements(Callee))
    return true;
  if (!isOfStandardLibrary(Callee) || !Callee.getIdentifier())
    return false;
  llvm::StringRef Name = Callee.getName();
  return Name == "wait" || Name == "wait_for" || Name == "wait_until" ||
         Name == "call_once" || Name == "invoke" || Name == "apply" ||
         Name == "visit";
}
