#include "whet/analysis/FlowGraphBuilder.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"

using namespace whet;
using namespace clang;

FlowUnit::~FlowUnit() = default;

// Storage that may hold anything.
static bool isByteType(QualType T) {
  if (T->isSpecificBuiltinType(BuiltinType::UChar) || T->isStdByteType())
    return true;
  return T->isCharType();
}

bool FlowUnit::hasPointers(QualType T) {
  T = T.getCanonicalType().getUnqualifiedType();
  if (const auto *Array = T->getAsArrayTypeUnsafe())
    return isByteType(Array->getElementType()) ||
           hasPointers(Array->getElementType());
  if (const auto *Atomic = T->getAs<AtomicType>())
    return hasPointers(Atomic->getValueType());
  if (const auto *Complex = T->getAs<ComplexType>())
    return hasPointers(Complex->getElementType());
  if (T->isVoidType() || T->isArithmeticType() || T->isEnumeralType() ||
      T->isNullPtrType() || T->isVectorType())
    return false;
  if (const auto *R = T->getAsRecordDecl())
    return recordHasPointers(*R);
  return true;
}

bool FlowUnit::recordHasPointers(const RecordDecl &R) {
  const RecordDecl *Definition = R.getDefinition();
  if (!Definition || Definition->isInvalidDecl())
    return true;
  auto [It, IsNew] = RecordPointers.try_emplace(Definition, false);
  if (!IsNew || holdsCharacters(*Definition))
    return It->second;
  bool Result = false;
  if (const auto *CXX = dyn_cast<CXXRecordDecl>(Definition))
    for (const CXXBaseSpecifier &Base : CXX->bases())
      Result |= hasPointers(Base.getType());
  for (const FieldDecl *Field : Definition->fields())
    Result |= hasPointers(Field->getType());
  RecordPointers[Definition] = Result;
  return Result;
}

int FlowUnit::pointerDepth(QualType T) {
  if (T->isReferenceType() || T->isPointerType()) {
    QualType Pointee = T->getPointeeType();
    if (Pointee->isCharType() &&
        !Pointee->isSpecificBuiltinType(BuiltinType::UChar))
      return 0;
    if (Pointee->isVoidType() || isByteType(Pointee))
      return MaxDerefs;
    // What derives from it may have more.
    if (Pointee->isRecordType()) {
      const CXXRecordDecl *R = Pointee->getAsCXXRecordDecl();
      bool IsFinal =
          R && R->hasDefinition() && R->isEffectivelyFinal() && !R->isEmpty();
      return IsFinal && !hasPointers(Pointee) ? 0 : MaxDerefs;
    }
    return std::min(MaxDerefs, 1 + pointerDepth(Pointee));
  }
  return hasPointers(T) ? MaxDerefs : -1;
}

// --- What libraries may call
// -----------------------------------------------------------

static bool isUsers(const Decl &D) {
  return !D.getASTContext().getSourceManager().isInSystemHeader(
      D.getLocation());
}

static bool mayBeCalled(const CXXMethodDecl &M) {
  if (M.isDeleted() || M.isImplicit() || !M.isUserProvided())
    return false;
  return isa<CXXConstructorDecl, CXXDestructorDecl, CXXConversionDecl>(M) ||
         M.isOverloadedOperator() ||
         (M.getIdentifier() &&
          llvm::is_contained(customisations(), M.getName()));
}

static void collectMethods(const CXXRecordDecl &R,
                           llvm::SmallPtrSetImpl<const FunctionDecl *> &Found) {
  for (const Decl *D : R.decls()) {
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D)) {
      for (const FunctionDecl *Specialisation : Template->specializations())
        if (const auto *M = dyn_cast<CXXMethodDecl>(Specialisation))
          if (mayBeCalled(*M))
            Found.insert(M->getCanonicalDecl());
      continue;
    }
    if (const auto *M = dyn_cast<CXXMethodDecl>(D); M && mayBeCalled(*M))
      Found.insert(M->getCanonicalDecl());
    if (const auto *Friend = dyn_cast<FriendDecl>(D))
      if (const auto *F =
              dyn_cast_or_null<FunctionDecl>(Friend->getFriendDecl());
          F && F->isOverloadedOperator())
        Found.insert(F->getCanonicalDecl());
  }
}

static bool takes(const FunctionDecl &F, const CXXRecordDecl &R) {
  return llvm::any_of(F.parameters(), [&](const ParmVarDecl *P) {
    QualType T = P->getType().getNonReferenceType();
    const CXXRecordDecl *Taken = T->getAsCXXRecordDecl();
    return Taken && Taken->getCanonicalDecl() == R.getCanonicalDecl();
  });
}

// Operators beside the class, which are found by its name.
static void
collectOperators(const CXXRecordDecl &R,
                 llvm::SmallPtrSetImpl<const FunctionDecl *> &Found) {
  const DeclContext *Scope = R.getDeclContext()->getRedeclContext();
  if (!Scope->isFileContext())
    return;
  ASTContext &Ctx = R.getASTContext();
  for (OverloadedOperatorKind Op :
       {OO_EqualEqual, OO_ExclaimEqual, OO_Less, OO_Greater, OO_LessEqual,
        OO_GreaterEqual, OO_Spaceship, OO_Plus, OO_LessLess, OO_GreaterGreater})
    for (const NamedDecl *D :
         Scope->lookup(Ctx.DeclarationNames.getCXXOperatorName(Op)))
      if (const auto *F = dyn_cast<FunctionDecl>(D); F && takes(*F, R))
        Found.insert(F->getCanonicalDecl());
  for (llvm::StringRef Name : customisations())
    for (const NamedDecl *D : Scope->lookup(&Ctx.Idents.get(Name)))
      if (const auto *F = dyn_cast<FunctionDecl>(D); F && takes(*F, R))
        Found.insert(F->getCanonicalDecl());
}

static void collectArguments(const TemplateArgument &A,
                             llvm::function_ref<void(QualType)> Collect) {
  if (A.getKind() == TemplateArgument::Type)
    Collect(A.getAsType());
  else if (A.getKind() == TemplateArgument::Pack)
    for (const TemplateArgument &Element : A.pack_elements())
      collectArguments(Element, Collect);
}

void FlowUnit::collectUserFunctions(
    QualType T, llvm::SmallPtrSetImpl<const FunctionDecl *> &Found,
    llvm::SmallPtrSetImpl<const Type *> &Visited) {
  T = T.getNonReferenceType();
  while (T->isPointerType() || T->isArrayType())
    T = T->isPointerType() ? T->getPointeeType()
                           : QualType(T->getPointeeOrArrayElementType(), 0);
  T = T.getCanonicalType().getUnqualifiedType();
  if (!Visited.insert(T.getTypePtr()).second)
    return;
  const CXXRecordDecl *R = T->getAsCXXRecordDecl();
  if (!R || !R->hasDefinition())
    return;
  R = R->getDefinition();
  auto Collect = [&](QualType Inner) {
    collectUserFunctions(Inner, Found, Visited);
  };
  if (const auto *Instance = dyn_cast<ClassTemplateSpecializationDecl>(R))
    for (const TemplateArgument &A : Instance->getTemplateArgs().asArray())
      collectArguments(A, Collect);
  if (!isUsers(*R))
    return;
  collectMethods(*R, Found);
  collectOperators(*R, Found);
  for (const CXXBaseSpecifier &Base : R->bases())
    Collect(Base.getType());
  for (const FieldDecl *Field : R->fields())
    if (Field->getType()->isRecordType() || Field->getType()->isArrayType())
      Collect(Field->getType());
}

void FlowUnit::sortByDeclaration(std::vector<const FunctionDecl *> &Functions) {
  std::vector<std::tuple<std::string, int64_t, const FunctionDecl *>> Order;
  Order.reserve(Functions.size());
  for (const FunctionDecl *F : Functions) {
    auto [It, IsNew] = Ids.try_emplace(F);
    if (IsNew)
      It->second = F->getID();
    Order.emplace_back(keyOf(*F), It->second, F);
  }
  llvm::sort(Order);
  Order.erase(llvm::unique(Order), Order.end());
  Functions.resize(Order.size());
  llvm::transform(Order, Functions.begin(),
                  [](const auto &Entry) { return std::get<2>(Entry); });
}

llvm::ArrayRef<const FunctionDecl *> FlowUnit::userFunctions(QualType T) {
  T = T.getNonReferenceType().getCanonicalType().getUnqualifiedType();
  auto It = UserFunctions.find(T.getTypePtr());
  if (It != UserFunctions.end())
    return It->second;
  llvm::SmallPtrSet<const FunctionDecl *, 8> Found;
  llvm::SmallPtrSet<const Type *, 8> Visited;
  collectUserFunctions(T, Found, Visited);
  std::vector<const FunctionDecl *> Result(Found.begin(), Found.end());
  sortByDeclaration(Result);
  return UserFunctions[T.getTypePtr()] = std::move(Result);
}

// --- Closed hierarchies
// -----------------------------------------------------------------

static bool isClosed(const CXXRecordDecl &R) {
  return !R.isExternallyVisible();
}

namespace {
/// Finds the virtual functions of the unit's classes that no other unit knows.
class ClosedMethods : public ConstDynamicRecursiveASTVisitor {
public:
  using Found =
      llvm::DenseMap<const CXXMethodDecl *, std::vector<const CXXMethodDecl *>>;
  explicit ClosedMethods(Found &All) : All(All) {
    ShouldVisitTemplateInstantiations = true;
    ShouldVisitImplicitCode = true;
  }

  bool VisitCXXMethodDecl(const CXXMethodDecl *M) override {
    if (!M->isVirtual() || M != M->getCanonicalDecl() ||
        M->isDependentContext())
      return true;
    if (!M->isPureVirtual() || M->hasBody())
      addTo(*M, *M);
    return true;
  }

private:
  void addTo(const CXXMethodDecl &Base, const CXXMethodDecl &M) {
    if (isClosed(*Base.getParent()))
      All[Base.getCanonicalDecl()].push_back(&M);
    for (const CXXMethodDecl *Overridden : Base.overridden_methods())
      addTo(*Overridden, M);
  }

  Found &All;
};
} // namespace

std::optional<llvm::ArrayRef<const CXXMethodDecl *>>
FlowUnit::allOverriders(const CXXMethodDecl &M) {
  if (!isClosed(*M.getParent()))
    return std::nullopt;
  if (!Overriders) {
    Overriders.emplace();
    ClosedMethods(*Overriders).TraverseAST(M.getASTContext());
  }
  auto It = Overriders->find(M.getCanonicalDecl());
  if (It == Overriders->end())
    return llvm::ArrayRef<const CXXMethodDecl *>();
  return It->second;
}
