#include "whet/analysis/ContainerModels.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/StringExtras.h"

using namespace whet;
using namespace clang;

namespace {
struct ContainerRow {
  const char *Name;
  ContainerFamily Family;
  const char *Reserve;
  unsigned GrowthPercent;
  unsigned InlineBytes;
};

struct MethodRow {
  llvm::StringLiteral Name;
  ContainerFamily Family;
  ContainerEffect Effect;
};
} // namespace

static constexpr ContainerRow Containers[] = {
#define CONTAINER(NAME, FAMILY, RESERVE, GROWTH_PERCENT, INLINE_BYTES)         \
  {NAME, ContainerFamily::FAMILY, RESERVE, GROWTH_PERCENT, INLINE_BYTES},
#include "ContainerModels.inc"
};

static constexpr MethodRow Methods[] = {
#define METHOD(FAMILY, NAME, EFFECT)                                           \
  {NAME, ContainerFamily::FAMILY, ContainerEffect::EFFECT},
#include "ContainerModels.inc"
};

namespace {
struct AliasRow {
  llvm::StringLiteral Name;
  llvm::StringLiteral Class;
};
} // namespace

static constexpr AliasRow Aliases[] = {
#define CONTAINER_ALIAS(NAME, CLASS) {NAME, CLASS},
#include "ContainerModels.inc"
};

static constexpr llvm::StringLiteral SlowSizes[] = {
#define SLOW_SIZE(NAME) NAME,
#include "ContainerModels.inc"
};

static constexpr llvm::StringLiteral CharacterClasses[] = {
#define CHARACTER(NAME) NAME,
#include "ContainerModels.inc"
};

// --- Models
// ----------------------------------------------------------------------

static ContainerModel modelOf(const ContainerRow &Row) {
  return {Row.Name, Row.Family, Row.Reserve, Row.GrowthPercent,
          Row.InlineBytes};
}

static constexpr std::pair<llvm::StringLiteral, ContainerFamily> Families[] = {
    {"sequence", ContainerFamily::Sequence},
    {"string", ContainerFamily::String},
    {"hash", ContainerFamily::Hash}};

std::optional<ContainerFamily> whet::containerFamily(llvm::StringRef Name) {
  for (const auto &[FamilyName, Family] : Families)
    if (FamilyName == Name)
      return Family;
  return std::nullopt;
}

std::optional<ContainerModel> whet::knownContainer(llvm::StringRef Name) {
  for (const AliasRow &Alias : Aliases)
    if (Alias.Name == Name)
      Name = Alias.Class;
  for (const ContainerRow &Row : Containers)
    if (Row.Name == Name)
      return modelOf(Row);
  return std::nullopt;
}

std::vector<llvm::StringRef> whet::knownContainerNames() {
  std::vector<llvm::StringRef> Names;
  Names.reserve(std::size(Containers) + std::size(Aliases));
  for (const ContainerRow &Row : Containers)
    Names.push_back(Row.Name);
  for (const AliasRow &Alias : Aliases)
    Names.push_back(Alias.Name);
  return Names;
}

std::string whet::containerText(llvm::ArrayRef<ContainerModel> Models) {
  std::string Text;
  for (const ContainerModel &M : Models)
    for (const auto &[FamilyName, Family] : Families)
      if (Family == M.Family)
        Text += M.Name + " " + FamilyName.str() + " " + M.Reserve + " " +
                llvm::utostr(M.GrowthPercent) + " " +
                llvm::utostr(M.InlineBytes) + "\n";
  return Text;
}

static thread_local llvm::ArrayRef<ContainerModel> CurrentModels;

ProjectContainers::ProjectContainers(llvm::ArrayRef<ContainerModel> Models)
    : Outer(CurrentModels) {
  CurrentModels = Models;
}

ProjectContainers::~ProjectContainers() { CurrentModels = Outer; }

llvm::ArrayRef<ContainerModel> ProjectContainers::current() {
  return CurrentModels;
}

// --- Types
// -----------------------------------------------------------------------

std::string whet::stableName(const NamedDecl &D) {
  llvm::SmallVector<llvm::StringRef, 6> Parts;
  if (D.getIdentifier())
    Parts.push_back(D.getName());
  for (const DeclContext *DC = D.getDeclContext();
       DC && !DC->isTranslationUnit(); DC = DC->getParent()) {
    if (const auto *NS = dyn_cast<NamespaceDecl>(DC)) {
      if (!NS->isInline() && !NS->isAnonymousNamespace())
        Parts.push_back(NS->getName());
    } else if (const auto *Record = dyn_cast<CXXRecordDecl>(DC)) {
      if (Record->getIdentifier())
        Parts.push_back(Record->getName());
    }
  }
  return llvm::join(llvm::reverse(Parts), "::");
}

ContainerModels::ContainerModels() {
  Models.reserve(std::size(Containers) + ProjectContainers::current().size());
  for (const ContainerRow &Row : Containers)
    insert(modelOf(Row));
  for (const ContainerModel &Model : ProjectContainers::current())
    insert(Model);
}

void ContainerModels::insert(ContainerModel Model) {
  Models.push_back(std::make_unique<ContainerModel>(std::move(Model)));
  ReserveNames.insert(Models.back()->Reserve);
  ByName[Models.back()->Name] = Models.back().get();
}

ContainerModels::~ContainerModels() = default;

llvm::Error ContainerModels::add(llvm::StringRef Extra) {
  llvm::Error Errors = llvm::Error::success();
  llvm::SmallVector<llvm::StringRef, 8> Entries;
  Extra.split(Entries, ';', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Entry : Entries) {
    auto [Name, FamilyName] = Entry.split('=');
    Name = Name.trim();
    Name.consume_front("::");
    FamilyName = FamilyName.trim();
    std::optional<ContainerFamily> Family =
        containerFamily(FamilyName.empty() ? "sequence" : FamilyName);
    if (Name.empty() || !Family) {
      Errors = llvm::joinErrors(
          std::move(Errors),
          llvm::createStringError("'" + Entry.trim() +
                                  "' is not of the form "
                                  "name[=sequence|string|hash]"));
      continue;
    }
    insert({.Name = Name.str(), .Family = *Family});
  }
  return Errors;
}

const ContainerModel *ContainerModels::find(QualType T) {
  if (T.isNull())
    return nullptr;
  T = T.getNonReferenceType();
  if (const auto *Pointer = T->getAs<PointerType>())
    T = Pointer->getPointeeType();
  return find(T->getAsCXXRecordDecl());
}

const ContainerModel *ContainerModels::find(const CXXRecordDecl *Record) {
  if (!Record)
    return nullptr;
  const Decl *Key = Record->getCanonicalDecl();
  if (auto It = Cache.find(Key); It != Cache.end())
    return It->second;
  const ContainerModel *Found = lookUp(Record);
  Cache[Key] = Found;
  return Found;
}

const ContainerModel *ContainerModels::lookUp(const CXXRecordDecl *Record) {
  // Most classes are no container and share no container's name.
  if (Record->getIdentifier())
    if (auto It = ByName.find(stableName(*Record)); It != ByName.end())
      return It->second;
  Record = Record->getDefinition();
  if (!Record || Record->isDependentContext())
    return nullptr;
  for (const CXXBaseSpecifier &Base : Record->bases())
    if (Base.getAccessSpecifier() == AS_public)
      if (const ContainerModel *M = find(Base.getType()->getAsCXXRecordDecl()))
        return M;
  return nullptr;
}

bool ContainerModels::hasCheapSize(QualType T) {
  const CXXRecordDecl *Record = T.getNonReferenceType()->getAsCXXRecordDecl();
  if (!Record || !Record->hasDefinition())
    return false;
  std::string Name = stableName(*Record);
  if (llvm::is_contained(SlowSizes, Name))
    return false;
  bool HasSize = false;
  bool IsRange = false;
  auto Look = [&](const CXXRecordDecl *R) {
    for (const CXXMethodDecl *M : R->methods()) {
      if (!M->getIdentifier())
        continue;
      if (M->getName() == "size" && M->isConst() && M->param_empty() &&
          M->getReturnType()->isIntegerType() && M->getAccess() == AS_public)
        HasSize = true;
      if (M->getName() == "begin")
        IsRange = true;
    }
    return true;
  };
  Look(Record->getDefinition());
  if (!HasSize || !IsRange)
    Record->getDefinition()->forallBases([&](const CXXRecordDecl *Base) {
      if (llvm::is_contained(SlowSizes, stableName(*Base)))
        return false;
      return Look(Base);
    });
  return HasSize && IsRange;
}

static const Expr *strip(const Expr *E) { return E->IgnoreParenImpCasts(); }

// The first template argument of the container: its element or character.
static QualType elementType(const CXXMethodDecl &Method) {
  const CXXRecordDecl *Class = Method.getParent();
  const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Class);
  if (!Spec || Spec->getTemplateArgs().size() == 0)
    return QualType();
  const TemplateArgument &First = Spec->getTemplateArgs()[0];
  return First.getKind() == TemplateArgument::Type ? First.getAsType()
                                                   : QualType();
}

static bool isCallTo(const Expr *E, llvm::ArrayRef<llvm::StringRef> Names) {
  E = strip(E);
  // An iterator that is converted to a const_iterator.
  while (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
    if (Construct->getNumArgs() != 1)
      return false;
    E = Construct->getArg(0)->IgnoreImplicit();
  }
  if (const auto *Temp = dyn_cast<MaterializeTemporaryExpr>(E))
    return isCallTo(Temp->getSubExpr(), Names);
  const auto *Call = dyn_cast<CallExpr>(E);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  return Callee && Callee->getIdentifier() &&
         llvm::is_contained(Names, Callee->getName());
}

// Characters that one argument of `+=` or `append` adds, if the source says.
static std::optional<uint64_t> charactersOf(const Expr *Arg) {
  const Expr *E = strip(Arg);
  if (const auto *Literal = dyn_cast<StringLiteral>(E))
    return Literal->getLength();
  if (E->getType()->isAnyCharacterType())
    return 1;
  const CXXRecordDecl *Record = E->getType()->getAsCXXRecordDecl();
  if (Record && llvm::is_contained(CharacterClasses, stableName(*Record)))
    return 1;
  return std::nullopt;
}

static bool isElementParameter(const CXXMethodDecl &Method, unsigned Index) {
  if (Index >= Method.getNumParams())
    return false;
  QualType Parameter =
      Method.getParamDecl(Index)->getType().getNonReferenceType();
  QualType Element = elementType(Method);
  if (Element.isNull())
    return false;
  return Method.getASTContext().hasSameUnqualifiedType(Parameter, Element);
}

static std::optional<GrowthAmount>
sequenceGrowth(const CXXMethodDecl &Method, llvm::ArrayRef<const Expr *> Args) {
  llvm::StringRef Name = Method.getIdentifier() ? Method.getName() : "";
  if (Name == "push_back" || Name == "emplace_back")
    return GrowthAmount{};
  if (Name == "insert" || Name == "emplace") {
    if (Args.size() < 2 || !isCallTo(Args[0], {"end", "cend"}))
      return std::nullopt;
    if (Name == "insert" &&
        (Args.size() != 2 || !isElementParameter(Method, 1)))
      return std::nullopt;
    return GrowthAmount{};
  }
  // append, += and << take an element or a whole container.
  if (Args.size() == 1 && isElementParameter(Method, 0))
    return GrowthAmount{};
  return std::nullopt;
}

static std::optional<GrowthAmount>
stringGrowth(const CXXMethodDecl &Method, llvm::ArrayRef<const Expr *> Args) {
  if (Args.size() == 2 && Method.getIdentifier() &&
      Method.getName() == "append") {
    Expr::EvalResult Count;
    if (!strip(Args[1])->getType()->isAnyCharacterType() ||
        !Args[0]->EvaluateAsInt(Count, Method.getASTContext()) ||
        Count.Val.getInt().isNegative())
      return std::nullopt;
    return GrowthAmount{Count.Val.getInt().getLimitedValue()};
  }
  if (Args.size() != 1)
    return std::nullopt;
  if (std::optional<uint64_t> Characters = charactersOf(Args[0]))
    return GrowthAmount{*Characters};
  return std::nullopt;
}

static std::optional<GrowthAmount>
hashGrowth(const CXXMethodDecl &Method, llvm::ArrayRef<const Expr *> Args) {
  llvm::StringRef Name = Method.getIdentifier() ? Method.getName() : "";
  GrowthAmount AtMostOne{1, /*IsUpperBound=*/true};
  if (Name != "insert")
    return AtMostOne;
  // insert(first, last) and insert({...}) add any number.
  bool IsQt = Args.size() == 2 && Method.getNumParams() == 2 &&
              elementType(Method).isNull() == false &&
              isElementParameter(Method, 0);
  if (IsQt)
    return AtMostOne;
  if (Args.size() != 1)
    return std::nullopt;
  QualType Parameter = Method.getParamDecl(0)->getType().getNonReferenceType();
  const CXXRecordDecl *Record = Parameter->getAsCXXRecordDecl();
  if (Record && stableName(*Record) == "std::initializer_list")
    return std::nullopt;
  return AtMostOne;
}

static std::string methodName(const CXXMethodDecl &Method) {
  return Method.getNameAsString();
}

ContainerEffect ContainerModels::effect(const ContainerModel &M,
                                        const CXXMethodDecl &Method,
                                        llvm::ArrayRef<const Expr *> Args,
                                        GrowthAmount &Amount) {
  // A default argument is what the callee writes, not the caller.
  while (!Args.empty() && isa<CXXDefaultArgExpr>(Args.back()))
    Args = Args.drop_back();
  std::string Name = methodName(Method);
  if (Name == M.Reserve)
    return ContainerEffect::Sizes;
  const auto *Row = llvm::find_if(Methods, [&](const MethodRow &R) {
    return R.Family == M.Family && R.Name == Name;
  });
  if (Row == std::end(Methods))
    return Method.isConst() ? ContainerEffect::None : ContainerEffect::Unknown;
  if (Row->Effect != ContainerEffect::Grows)
    return Row->Effect;
  if (Method.isConst())
    return ContainerEffect::None;
  std::optional<GrowthAmount> Growth;
  switch (M.Family) {
  case ContainerFamily::Sequence:
    Growth = sequenceGrowth(Method, Args);
    break;
  case ContainerFamily::String:
    Growth = stringGrowth(Method, Args);
    break;
  case ContainerFamily::Hash:
    Growth = hashGrowth(Method, Args);
    break;
  }
  if (!Growth)
    return ContainerEffect::GrowsUnknown;
  Amount = *Growth;
  return ContainerEffect::Grows;
}
