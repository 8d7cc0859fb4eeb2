#include "whet/analysis/HiddenAllocations.h"
#include "whet/analysis/ContainerModels.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/StandardStrings.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace whet;
using namespace clang;

std::string whet::shortName(QualType T, const ASTContext &Ctx) {
  PrintingPolicy Policy = Ctx.getPrintingPolicy();
  Policy.SuppressTagKeyword = true;
  Policy.SuppressScope = true;
  return T.getAsString(Policy);
}

static uint64_t bytesOf(QualType T, const ASTContext &Ctx) {
  if (T->isIncompleteType() || T->isDependentType())
    return 0;
  return Ctx.getTypeSizeInChars(T).getQuantity();
}

static bool isStd(const CXXRecordDecl &R, llvm::StringRef Name) {
  return R.getIdentifier() && R.getName() == Name && R.isInStdNamespace();
}

// --- Control blocks
// ----------------------------------------------------------------------

namespace {
struct ControlBlock {
  bool MakesObject;
  llvm::StringLiteral Class;
};
} // namespace

static constexpr ControlBlock ControlBlocks[] = {
#define CONTROL_BLOCK(MAKES_OBJECT, CLASS) {MAKES_OBJECT, CLASS},
#include "HiddenAllocations.inc"
};

// The size of the instance of a class template of std called Name whose first
// argument is T; 0 if there is none.
static uint64_t instanceSize(llvm::StringRef Name, QualType T,
                             const ASTContext &Ctx) {
  const TranslationUnitDecl *Unit = Ctx.getTranslationUnitDecl();
  for (const NamedDecl *Std : Unit->lookup(&Ctx.Idents.get("std"))) {
    const auto *Namespace = dyn_cast<NamespaceDecl>(Std);
    if (!Namespace)
      continue;
    for (const NamedDecl *D : Namespace->lookup(&Ctx.Idents.get(Name))) {
      const auto *Template = dyn_cast<ClassTemplateDecl>(D);
      if (!Template)
        continue;
      for (const auto *Instance : Template->specializations()) {
        const TemplateArgument &First = Instance->getTemplateArgs()[0];
        if (First.getKind() == TemplateArgument::Type &&
            Ctx.hasSameUnqualifiedType(First.getAsType(), T) &&
            Instance->isCompleteDefinition())
          return bytesOf(Ctx.getCanonicalTagType(Instance), Ctx);
      }
    }
  }
  return 0;
}

static uint64_t controlBlockSize(bool MakesObject, QualType T,
                                 const ASTContext &Ctx) {
  for (const ControlBlock &Block : ControlBlocks)
    if (Block.MakesObject == MakesObject)
      if (uint64_t Size = instanceSize(Block.Class, T, Ctx))
        return Size;
  return 0;
}

uint64_t whet::sharedObjectSize(QualType T, const ASTContext &Ctx) {
  return controlBlockSize(/*MakesObject=*/true, T, Ctx);
}

// --- One function
// ------------------------------------------------------------------------

namespace {
class Finder : public ConstDynamicRecursiveASTVisitor {
public:
  Finder(const FunctionDecl &F, std::vector<HiddenAllocation> &Found)
      : Ctx(F.getASTContext()), Found(Found) {}

  bool TraverseLambdaExpr(const LambdaExpr *Lambda) override {
    for (const Expr *Init : Lambda->capture_inits())
      if (Init && !TraverseStmt(Init))
        return false;
    return true;
  }
  bool VisitCXXConstructExpr(const CXXConstructExpr *E) override;
  bool VisitCXXThrowExpr(const CXXThrowExpr *E) override;
  bool VisitCXXMemberCallExpr(const CXXMemberCallExpr *Call) override;
  bool VisitCXXOperatorCallExpr(const CXXOperatorCallExpr *Call) override;

private:
  void add(const Expr &E, std::string Text) {
    Found.push_back({E.getBeginLoc(), E.getEndLoc(), std::move(Text)});
  }
  void string(const CXXConstructExpr &E);
  void sharedPointer(const CXXConstructExpr &E);
  void callable(const Expr &E, const CXXRecordDecl &Function, QualType Target);
  void copiedList(const CXXConstructExpr &E);

  const ASTContext &Ctx;
  std::vector<HiddenAllocation> &Found;
  ContainerModels Containers;
};
} // namespace

// std::string(const char *) of a literal, or (count, character).
void Finder::string(const CXXConstructExpr &E) {
  const CXXRecordDecl *String = stringRecord(E.getType());
  if (!String || E.getNumArgs() == 0)
    return;
  std::optional<unsigned> Capacity = inlineCapacity(*String);
  QualType First = E.getConstructor()->getParamDecl(0)->getType();
  std::optional<uint64_t> Length;
  const Expr *Argument = E.getArg(0)->IgnoreParenImpCasts();
  bool IsWhole = E.getNumArgs() == 1 || isa<CXXDefaultArgExpr>(E.getArg(1));
  if (const auto *Literal = dyn_cast<StringLiteral>(Argument);
      Literal && First->isPointerType() && IsWhole &&
      Literal->getCharByteWidth() == 1)
    Length =
        std::min(Literal->getString().size(), Literal->getString().find('\0'));
  else if (First->isIntegerType() && !IsWhole)
    if (std::optional<int64_t> Count = integerConstant(*E.getArg(0), Ctx);
        Count && *Count > 0)
      Length = static_cast<uint64_t>(*Count);
  if (Capacity && Length && *Length > *Capacity)
    add(E, shortName(E.getType().getUnqualifiedType(), Ctx) +
               ": 1 allocation, " + std::to_string(*Length) +
               " characters do not fit in the " + std::to_string(*Capacity) +
               " it holds itself");
}

void Finder::sharedPointer(const CXXConstructExpr &E) {
  if (!isStd(*E.getConstructor()->getParent(), "shared_ptr") ||
      E.getNumArgs() == 0)
    return;
  QualType Pointer = E.getArg(0)->getType();
  if (!Pointer->isPointerType())
    return;
  std::string Text =
      shortName(E.getType().getUnqualifiedType(), Ctx) + ": 1 allocation";
  bool IsPlain = E.getNumArgs() == 1 || isa<CXXDefaultArgExpr>(E.getArg(1));
  uint64_t Size =
      IsPlain ? controlBlockSize(/*MakesObject=*/false, Pointer, Ctx) : 0;
  if (Size > 0)
    Text += ", " + std::to_string(Size) + " bytes";
  add(E, Text + " (control block)");
}

// --- std::function

namespace {
struct CallableBuffer {
  llvm::StringLiteral Field;
  unsigned Overhead;
  bool IsTrivial;
};
} // namespace

static constexpr CallableBuffer CallableBuffers[] = {
#define CALLABLE_BUFFER(FIELD, OVERHEAD, IS_TRIVIAL)                           \
  {FIELD, OVERHEAD, IS_TRIVIAL},
#include "HiddenAllocations.inc"
};

// The buffer in R or in what R is made of, and its size in bytes.
static std::pair<const CallableBuffer *, uint64_t>
bufferOf(const CXXRecordDecl &R, const ASTContext &Ctx) {
  if (!R.hasDefinition())
    return {};
  for (const FieldDecl *Field : R.fields()) {
    for (const CallableBuffer &Buffer : CallableBuffers)
      if (Field->getName() == Buffer.Field)
        return {&Buffer, bytesOf(Field->getType(), Ctx)};
    if (const CXXRecordDecl *Inner = Field->getType()->getAsCXXRecordDecl())
      if (auto Found = bufferOf(*Inner, Ctx); Found.first)
        return Found;
  }
  for (const CXXBaseSpecifier &Base : R.bases())
    if (const CXXRecordDecl *B = Base.getType()->getAsCXXRecordDecl())
      if (auto Found = bufferOf(*B, Ctx); Found.first)
        return Found;
  return {};
}

void Finder::callable(const Expr &E, const CXXRecordDecl &Function,
                      QualType Target) {
  Target = Target.getNonReferenceType();
  if (!isStd(Function, "function") || Target->isNullPtrType() ||
      !Target->isRecordType())
    return;
  const CXXRecordDecl *R = Target->getAsCXXRecordDecl();
  if (R->getCanonicalDecl() == Function.getCanonicalDecl())
    return;
  auto [Buffer, Size] = bufferOf(Function, Ctx);
  uint64_t Needed = bytesOf(Target, Ctx);
  if (!Buffer || Needed == 0)
    return;
  uint64_t Room = Size - Buffer->Overhead;
  std::string Text = "function: 1 allocation, its target is " +
                     std::to_string(Needed) + " bytes ";
  if (Needed > Room)
    add(E, Text + "and " + std::to_string(Room) + " fit in the function");
  else if (Buffer->IsTrivial && !Target.isTriviallyCopyableType(Ctx))
    add(E, Text + "and not trivially copyable");
}

// --- Others

void Finder::copiedList(const CXXConstructExpr &E) {
  if (!isOfStandardLibrary(*E.getConstructor()->getParent()))
    return;
  for (const Expr *Argument : E.arguments()) {
    const auto *List = dyn_cast<CXXStdInitializerListExpr>(
        Argument->IgnoreImplicit()->IgnoreParens());
    if (!List)
      continue;
    const auto *Elements =
        dyn_cast<InitListExpr>(List->getSubExpr()->IgnoreImplicit());
    if (!Elements || Elements->getNumInits() == 0)
      continue;
    QualType Type = Elements->getInit(0)->getType().getUnqualifiedType();
    if (Type->isRecordType() && !Type.isTriviallyCopyableType(Ctx))
      add(*Elements,
          "initializer_list: " + std::to_string(Elements->getNumInits()) +
              " elements are made, and copied to " +
              shortName(E.getType().getUnqualifiedType(), Ctx));
  }
}

bool Finder::VisitCXXConstructExpr(const CXXConstructExpr *E) {
  string(*E);
  sharedPointer(*E);
  copiedList(*E);
  if (E->getNumArgs() > 0 && E->getConstructor()->getPrimaryTemplate())
    callable(*E, *E->getConstructor()->getParent(), E->getArg(0)->getType());
  return true;
}

bool Finder::VisitCXXThrowExpr(const CXXThrowExpr *E) {
  if (!E->getSubExpr())
    return true;
  QualType Type = E->getSubExpr()->getType().getUnqualifiedType();
  add(*E, "throw " + shortName(Type, Ctx) + ": 1 allocation, " +
              std::to_string(bytesOf(Type, Ctx)) + " bytes (exception object)");
  return true;
}

bool Finder::VisitCXXMemberCallExpr(const CXXMemberCallExpr *Call) {
  const CXXMethodDecl *Method = Call->getMethodDecl();
  if (!Method || !Method->getIdentifier())
    return true;
  QualType Object = Call->getObjectType();
  const ContainerModel *Model = Containers.find(Object);
  if (!Model)
    return true;
  GrowthAmount Amount;
  llvm::SmallVector<const Expr *, 4> Arguments(Call->arguments());
  ContainerEffect Effect =
      Containers.effect(*Model, *Method, Arguments, Amount);
  if (Effect == ContainerEffect::Grows ||
      Effect == ContainerEffect::GrowsUnknown)
    add(*Call, Method->getName().str() + ": " +
                   shortName(Object.getUnqualifiedType(), Ctx) +
                   " allocates when it is full");
  return true;
}

bool Finder::VisitCXXOperatorCallExpr(const CXXOperatorCallExpr *Call) {
  if (Call->getOperator() != OO_Equal || Call->getNumArgs() != 2)
    return true;
  if (const auto *Method =
          dyn_cast_or_null<CXXMethodDecl>(Call->getDirectCallee());
      Method && Method->getPrimaryTemplate())
    callable(*Call, *Method->getParent(), Call->getArg(1)->getType());
  return true;
}

std::vector<HiddenAllocation> whet::hiddenAllocations(const FunctionDecl &F) {
  std::vector<HiddenAllocation> Found;
  if (isa<CoroutineBodyStmt>(F.getBody()))
    Found.push_back({F.getLocation(), F.getLocation(),
                     "coroutine frame: 1 allocation, unless the compiler "
                     "finds that the caller can hold it"});
  Finder Find(F, Found);
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
    for (const CXXCtorInitializer *Init : Constructor->inits())
      Find.TraverseStmt(Init->getInit());
  Find.TraverseStmt(F.getBody());
  return Found;
}
