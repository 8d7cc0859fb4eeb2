#include "whet/analysis/EscapeModels.h"
#include "whet/analysis/ContainerModels.h"
#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/StringMap.h"

using namespace whet;
using namespace clang;

namespace {
struct Row {
  llvm::StringLiteral Name;
  llvm::StringLiteral Flows;
};
} // namespace

static constexpr Row Rows[] = {
#define FLOWS(NAME, FLOWS) {NAME, FLOWS},
#include "EscapeModels.inc"
};

static constexpr llvm::StringLiteral Holders[] = {
#define HOLDS(NAME) NAME,
#include "EscapeModels.inc"
};

static bool isReference(const TemplateArgument &A) {
  if (A.getKind() == TemplateArgument::Pack)
    return llvm::any_of(A.pack_elements(), isReference);
  return A.getKind() == TemplateArgument::Type &&
         A.getAsType()->isReferenceType();
}

bool whet::ownsWhatItHolds(const CXXRecordDecl &R) {
  if (!R.getIdentifier() || !isOfStandardLibrary(R) ||
      !llvm::is_contained(Holders, R.getName()))
    return false;
  const auto *Instance = dyn_cast<ClassTemplateSpecializationDecl>(&R);
  return !Instance ||
         llvm::none_of(Instance->getTemplateArgs().asArray(), isReference);
}

static int placeOf(llvm::StringRef Text) {
  int Number = 0;
  if (!Text.getAsInteger(10, Number))
    return Number;
  switch (Text.front()) {
  case 't':
    return ModelFlow::This;
  case 'r':
    return ModelFlow::Result;
  case 'h':
    return ModelFlow::Heap;
  case '.':
    return ModelFlow::All;
  default:
    return ModelFlow::Unknown;
  }
}

static EscapeModel parse(llvm::StringRef Text) {
  EscapeModel Model;
  llvm::SmallVector<llvm::StringRef, 4> Words;
  Text.split(Words, ' ', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Word : Words) {
    if (Word == "!") {
      Model.CallsBack = true;
      continue;
    }
    auto [From, To] = Word.split('>');
    ModelFlow Flow;
    Flow.IsNotOwners = From.consume_front("o");
    Flow.IsByValue = From.consume_front("b");
    Flow.IsValue = From.consume_front("v");
    while (From.consume_back("*"))
      ++Flow.Derefs;
    Flow.From = placeOf(From);
    Flow.To = placeOf(To);
    Model.Flows.push_back(Flow);
  }
  return Model;
}

static llvm::StringMap<EscapeModel> readModels() {
  llvm::StringMap<EscapeModel> Models;
  for (const Row &R : Rows)
    Models[R.Name] = parse(R.Flows);
  return Models;
}

// Whether F is what the standards call by its name, and not somebody's own.
static bool isLibraryFunction(const FunctionDecl &F) {
  return F.getBuiltinID() != 0 ||
         F.getASTContext().getSourceManager().isInSystemHeader(F.getLocation());
}

// With what constructors, destructors and operators are called.
static std::string nameOf(const FunctionDecl &F) {
  std::string Name = stableName(F);
  if (F.getIdentifier())
    return Name;
  llvm::StringRef Class = llvm::StringRef(Name).rsplit("::").second;
  if (isa<CXXConstructorDecl>(F))
    return (llvm::Twine(Name) + "::" + Class).str();
  if (isa<CXXDestructorDecl>(F))
    return (llvm::Twine(Name) + "::~" + Class).str();
  if (Name.empty())
    return F.getNameAsString();
  return Name + "::" + F.getNameAsString();
}

const EscapeModel *whet::escapeModel(const FunctionDecl &F) {
  static const llvm::StringMap<EscapeModel> Models = readModels();
  std::string Name = nameOf(F);
  bool IsC = F.isExternC();
  bool IsQualified = llvm::StringRef(Name).contains("::");
  if ((IsC || !IsQualified) && !isLibraryFunction(F))
    return nullptr;
  auto It = Models.find(Name);
  if (It == Models.end() && IsC) {
    // The C library's functions are in std, too.
    llvm::StringRef Short = Name;
    It = Short.consume_front("std::") ? Models.find(Short)
                                      : Models.find("std::" + Name);
  }
  if (It == Models.end())
    if (const auto *Method = dyn_cast<CXXMethodDecl>(&F))
      It = Models.find(stableName(*Method->getParent()) + "::");
  return It == Models.end() ? nullptr : &It->second;
}
