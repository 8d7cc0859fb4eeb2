#include "whet/analysis/LockModels.h"
#include "whet/analysis/ContainerModels.h"
#include "whet/analysis/ProjectLocks.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace whet;
using namespace clang;

namespace {
enum class Row { None, Mutex, Guard, SharedGuard, ConditionVariable };

struct MethodRow {
  Row Class;
  llvm::StringLiteral Name;
  LockOp Op;
  LockMode Mode;
};

constexpr unsigned EachArgument = ~0U;

struct FunctionRow {
  llvm::StringLiteral Name;
  unsigned Argument;
  LockOp Op;
  LockMode Mode;
};
} // namespace

static constexpr MethodRow Methods[] = {
#define LOCK_METHOD(CLASS, NAME, OP, MODE)                                     \
  {Row::CLASS, NAME, LockOp::OP, LockMode::MODE},
#include "LockModels.inc"
};

static constexpr FunctionRow Functions[] = {
#define LOCK_FUNCTION(NAME, ARGUMENT, OP, MODE)                                \
  {NAME, ARGUMENT, LockOp::OP, LockMode::MODE},
#include "LockModels.inc"
};

using RowsByName = llvm::StringMap<llvm::SmallVector<const FunctionRow *, 1>>;

// By the last part of the name: most calls are of none.
static const RowsByName &functionRows() {
  static const RowsByName Rows = [] {
    RowsByName Result;
    for (const FunctionRow &R : Functions) {
      llvm::StringRef Name = R.Name;
      Result[Name.substr(Name.rfind(':') + 1)].push_back(&R);
    }
    return Result;
  }();
  return Rows;
}

static const FunctionRow *findFunction(const FunctionDecl &F) {
  if (!F.getIdentifier())
    return nullptr;
  auto It = functionRows().find(F.getName());
  if (It == functionRows().end())
    return nullptr;
  std::string Name = stableName(F);
  const auto *Row = llvm::find_if(
      It->second, [&](const FunctionRow *R) { return R->Name == Name; });
  return Row == It->second.end() ? nullptr : *Row;
}

static const MethodRow *findMethod(Row Class, llvm::StringRef Name) {
  const auto *It = llvm::find_if(Methods, [&](const MethodRow &M) {
    return M.Class == Class && M.Name == Name;
  });
  return It == std::end(Methods) ? nullptr : It;
}

LockModels::LockModels() = default;

// What the user says goes before what the name or the members say.
static std::optional<LockRole> saidOf(llvm::StringRef Name) {
  for (const LockType &T : ProjectLocks::current().Types)
    if (T.Name == Name)
      return T.Role;
  return std::nullopt;
}

std::optional<AccessPath> whet::mutexPath(const Expr &E) {
  const Expr *Inner = E.IgnoreParenImpCasts();
  if (const auto *Unary = dyn_cast<UnaryOperator>(Inner);
      Unary && Unary->getOpcode() == UO_AddrOf)
    return AccessPath::of(Unary->getSubExpr());
  std::optional<AccessPath> Path = AccessPath::of(Inner);
  bool IsThis = isa<CXXThisExpr>(Inner);
  if (Path && Inner->getType()->isPointerType() && !IsThis)
    return Path->pointee();
  return Path;
}

// --- Classes
// ---------------------------------------------------------------------

static QualType withoutIndirection(QualType T) {
  T = T.getNonReferenceType();
  if (T->isPointerType())
    T = T->getPointeeType();
  return T;
}

// A member of Record, or of its bases, that has one of Names and a body or not.
static bool hasMethod(const CXXRecordDecl &Record, LockOp Op) {
  bool Has = llvm::any_of(Record.methods(), [&](const CXXMethodDecl *M) {
    if (!M->getIdentifier() || M->getNumParams() != 0)
      return false;
    const MethodRow *R = findMethod(Row::Mutex, M->getName());
    return R && R->Op == Op;
  });
  return Has || llvm::any_of(Record.bases(), [&](const CXXBaseSpecifier &B) {
           const CXXRecordDecl *Base = B.getType()->getAsCXXRecordDecl();
           return Base && Base->hasDefinition() &&
                  hasMethod(*Base->getDefinition(), Op);
         });
}

static bool isNamedLikeMutex(const CXXRecordDecl &Record) {
  if (!Record.getIdentifier())
    return false;
  llvm::StringRef Name = Record.getName();
  return Name.contains_insensitive("mutex") ||
         Name.contains_insensitive("criticalsection") ||
         Name.contains_insensitive("critical_section") ||
         Name.contains_insensitive("spinlock") ||
         Name.contains_insensitive("spin_lock") || Name.ends_with("Lock");
}

namespace {
/// Whether a body does Op to some lock.
class OpFinder : public DynamicRecursiveASTVisitor {
public:
  OpFinder(LockModels &Models, LockOp Op) : Models(Models), Op(Op) {}

  bool VisitCallExpr(CallExpr *E) override {
    Found |= llvm::any_of(Models.calls(*E),
                          [this](const LockCall &C) { return C.Op == Op; });
    return !Found;
  }

  bool Found = false;

private:
  LockModels &Models;
  LockOp Op;
};
} // namespace

static bool does(const FunctionDecl &F, LockOp Op, LockModels &Models) {
  const Stmt *Body = F.getBody();
  if (!Body)
    return false;
  OpFinder Finder(Models, Op);
  Finder.TraverseStmt(const_cast<Stmt *>(Body));
  return Finder.Found;
}

// A guard of the project: it locks what it is given, and unlocks at its end.
bool LockModels::locksInConstructor(const CXXRecordDecl &Record) {
  const CXXDestructorDecl *Destructor = Record.getDestructor();
  if (!Destructor || !does(*Destructor, LockOp::Release, *this))
    return false;
  return llvm::any_of(Record.ctors(), [this](const CXXConstructorDecl *C) {
    return C->getNumParams() == 1 && isMutex(C->getParamDecl(0)->getType()) &&
           does(*C, LockOp::Acquire, *this);
  });
}

LockModels::LockClass LockModels::lookUp(const CXXRecordDecl &Record) {
  static const llvm::StringMap<LockClass> ByName = {
#define LOCK_CLASS(NAME, CLASS) {NAME, LockClass::CLASS},
#include "LockModels.inc"
  };
  const TypedefNameDecl *Alias = Record.getTypedefNameForAnonDecl();
  if (!Record.getIdentifier() && !Alias)
    return LockClass::None;
  std::string Name = Alias ? Alias->getNameAsString() : stableName(Record);
  if (auto It = ByName.find(Name); It != ByName.end())
    return It->second;
  if (std::optional<LockRole> Role = saidOf(Name))
    switch (*Role) {
    case LockRole::Mutex:
      return LockClass::Mutex;
    case LockRole::Guard:
      return LockClass::Guard;
    case LockRole::SharedGuard:
      return LockClass::SharedGuard;
    case LockRole::ConditionVariable:
      return LockClass::ConditionVariable;
    }
  if (Alias)
    return LockClass::None;
  const CXXRecordDecl *Definition = Record.getDefinition();
  if (!Definition || Definition->isDependentContext())
    return LockClass::None;
  if (Definition->hasAttr<ScopedLockableAttr>())
    return LockClass::Guard;
  if (Definition->hasAttr<CapabilityAttr>())
    return LockClass::Mutex;
  for (const CXXBaseSpecifier &Base : Definition->bases())
    if (const CXXRecordDecl *B = Base.getType()->getAsCXXRecordDecl())
      if (LockClass C = classOf(*B); C != LockClass::None)
        return C;
  if (isNamedLikeMutex(*Definition) &&
      hasMethod(*Definition, LockOp::Acquire) &&
      hasMethod(*Definition, LockOp::Release))
    return LockClass::Mutex;
  return locksInConstructor(*Definition) ? LockClass::Guard : LockClass::None;
}

LockModels::LockClass LockModels::classOf(const CXXRecordDecl &Record) {
  const auto *Key = Record.getCanonicalDecl();
  auto [It, IsNew] = Classes.try_emplace(Key, LockClass::None);
  if (!IsNew)
    return It->second;
  LockClass Class = lookUp(Record);
  Classes[Key] = Class;
  return Class;
}

std::optional<LockMode> LockModels::guardMode(const CXXRecordDecl &Record) {
  switch (classOf(Record)) {
  case LockClass::Guard:
    return LockMode::Exclusive;
  case LockClass::SharedGuard:
    return LockMode::Shared;
  default:
    return std::nullopt;
  }
}

std::optional<LockMode> LockModels::guardMode(QualType T) {
  const CXXRecordDecl *Record = T.getNonReferenceType()->getAsCXXRecordDecl();
  return Record ? guardMode(*Record) : std::nullopt;
}

bool LockModels::isMutex(QualType T) {
  T = withoutIndirection(T);
  if (const CXXRecordDecl *Record = T->getAsCXXRecordDecl())
    return classOf(*Record) == LockClass::Mutex;
  return false;
}

bool LockModels::isConditionVariable(QualType T) {
  const CXXRecordDecl *Record = withoutIndirection(T)->getAsCXXRecordDecl();
  return Record && classOf(*Record) == LockClass::ConditionVariable;
}

// --- Calls
// -----------------------------------------------------------------------

static LockCall lockCall(LockOp Op, LockMode Mode, const Expr &Lock) {
  return {.Op = Op, .Mode = Mode, .Lock = &Lock, .Path = mutexPath(Lock)};
}

void LockModels::memberCalls(const CXXMemberCallExpr &Call,
                             llvm::SmallVectorImpl<LockCall> &Result) {
  const CXXMethodDecl *Method = Call.getMethodDecl();
  const Expr *Object = Call.getImplicitObjectArgument();
  const CXXRecordDecl *Record =
      Object ? withoutIndirection(Object->getType())->getAsCXXRecordDecl()
             : nullptr;
  if (!Method || !Record)
    return;
  LockClass Class = classOf(*Record);
  if (Class == LockClass::None)
    return;
  bool IsGuard = Class == LockClass::Guard || Class == LockClass::SharedGuard;
  if (isa<CXXConversionDecl>(Method)) {
    if (IsGuard)
      Result.push_back(lockCall(LockOp::Ask, LockMode::Exclusive, *Object));
    return;
  }
  if (!Method->getIdentifier())
    return;
  Row R = Class == LockClass::ConditionVariable ? Row::ConditionVariable
          : IsGuard                             ? Row::Guard
                                                : Row::Mutex;
  const MethodRow *M = findMethod(R, Method->getName());
  if (!M)
    return;
  if (Class != LockClass::ConditionVariable) {
    Result.push_back(lockCall(
        M->Op, Class == LockClass::SharedGuard ? LockMode::Shared : M->Mode,
        *Object));
    return;
  }
  // A condition variable that knows its mutex itself names none.
  if (Call.getNumArgs() == 0)
    Result.push_back({.Op = LockOp::Wait});
  else
    Result.push_back(lockCall(M->Op, M->Mode, *Call.getArg(0)));
}

void LockModels::functionCalls(const CallExpr &Call, const FunctionDecl &Callee,
                               llvm::SmallVectorImpl<LockCall> &Result) {
  const FunctionRow *Row = findFunction(Callee);
  if (!Row)
    return;
  const FunctionRow &R = *Row;
  for (unsigned I = 0; I < Call.getNumArgs(); ++I) {
    if (R.Argument != EachArgument && R.Argument != I)
      continue;
    const Expr &Arg = *Call.getArg(I);
    if (R.Argument == EachArgument && !isMutex(Arg.getType()) &&
        !guardMode(Arg.getType()))
      continue;
    LockCall C = lockCall(R.Op, R.Mode, Arg);
    C.ZeroIsHeld = R.Op == LockOp::Try;
    Result.push_back(C);
  }
}

// The object that a member function is called on.
static const Expr *objectOf(const CallExpr &Call) {
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call))
    return Member->getImplicitObjectArgument();
  return nullptr;
}

std::optional<AccessPath> whet::annotatedPath(const Expr &Argument,
                                              const FunctionDecl &Callee,
                                              const CallExpr &Call) {
  std::optional<AccessPath> Path = mutexPath(Argument);
  if (!Path)
    return std::nullopt;
  if (Path->startsAtThis()) {
    const Expr *Object = objectOf(Call);
    std::optional<AccessPath> Base = Object ? mutexPath(*Object) : std::nullopt;
    return Base ? std::optional(Path->within(*Base)) : std::nullopt;
  }
  // What a parameter names is known to the caller as the argument only.
  const auto *Parameter = dyn_cast<ParmVarDecl>(Path->root());
  if (!Parameter)
    return Path;
  unsigned Index = Parameter->getFunctionScopeIndex();
  if (Parameter->getDeclContext() != &Callee || Index >= Call.getNumArgs() ||
      Path->steps().size() > 1)
    return std::nullopt;
  return mutexPath(*Call.getArg(Index));
}

template <typename AttrT>
static void addAnnotated(const AttrT &Attr, LockOp Op, LockMode Mode,
                         const CallExpr &Call, const FunctionDecl &Callee,
                         llvm::SmallVectorImpl<LockCall> &Result) {
  if (Attr.args_size() == 0) {
    if (const Expr *Object = objectOf(Call))
      Result.push_back(lockCall(Op, Mode, *Object));
    return;
  }
  for (const Expr *Argument : Attr.args())
    if (std::optional<AccessPath> Path = annotatedPath(*Argument, Callee, Call))
      Result.push_back({.Op = Op, .Mode = Mode, .Path = std::move(Path)});
}

void LockModels::annotatedCalls(const CallExpr &Call,
                                const FunctionDecl &Callee,
                                llvm::SmallVectorImpl<LockCall> &Result) {
  if (!Callee.hasAttrs())
    return;
  auto Mode = [](bool IsShared) {
    return IsShared ? LockMode::Shared : LockMode::Exclusive;
  };
  for (const auto *A : Callee.specific_attrs<AcquireCapabilityAttr>())
    addAnnotated(*A, LockOp::Acquire, Mode(A->isShared()), Call, Callee,
                 Result);
  for (const auto *A : Callee.specific_attrs<TryAcquireCapabilityAttr>())
    addAnnotated(*A, LockOp::Try, Mode(A->isShared()), Call, Callee, Result);
  for (const auto *A : Callee.specific_attrs<ReleaseCapabilityAttr>())
    addAnnotated(*A, LockOp::Release, Mode(A->isShared()), Call, Callee,
                 Result);
}

llvm::SmallVector<LockCall, 1> LockModels::calls(const CallExpr &Call) {
  llvm::SmallVector<LockCall, 1> Result;
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee)
    return Result;
  annotatedCalls(Call, *Callee, Result);
  if (!Result.empty())
    return Result;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call))
    memberCalls(*Member, Result);
  else if (!isa<CXXOperatorCallExpr>(Call))
    functionCalls(Call, *Callee, Result);
  return Result;
}

bool whet::makesLock(const FunctionDecl &F) {
  static const llvm::StringSet<> Makers = {
#define LOCK_MAKER(NAME) NAME,
#include "LockModels.inc"
  };
  return F.getIdentifier() && isCLibrary(F) && Makers.contains(F.getName());
}
