#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace whet;
using namespace clang;

bool whet::isOfStandardLibrary(const Decl &D) {
  const NamespaceDecl *Outermost = nullptr;
  for (const DeclContext *C = D.getDeclContext(); C; C = C->getParent())
    if (const auto *Namespace = dyn_cast<NamespaceDecl>(C))
      Outermost = Namespace;
  return Outermost && Outermost->getIdentifier() &&
         (Outermost->getName() == "std" || Outermost->getName() == "__gnu_cxx");
}

bool whet::isCLibrary(const Decl &D) {
  const auto *F = dyn_cast<FunctionDecl>(&D);
  return F && F->isExternC() &&
         D.getASTContext().getSourceManager().isInSystemHeader(D.getLocation());
}

bool whet::callsWithElements(const FunctionDecl &Callee) {
  if (!isOfStandardLibrary(Callee) || isa<CXXMethodDecl>(Callee) ||
      !Callee.getIdentifier())
    return false;
  static constexpr llvm::StringLiteral Others[] = {
#define NO_ALGORITHM(NAME) NAME,
#include "StandardLibrary.inc"
  };
  return !llvm::is_contained(Others, Callee.getName());
}

bool whet::returnsTwice(const FunctionDecl &F) {
  static constexpr llvm::StringLiteral Names[] = {
#define RETURNS_TWICE(NAME) NAME,
#include "StandardLibrary.inc"
  };
  return F.hasAttr<ReturnsTwiceAttr>() ||
         (F.getIdentifier() && llvm::is_contained(Names, F.getName()));
}

const ObjectMaker *whet::findObjectMaker(const FunctionDecl &F) {
  static constexpr ObjectMaker Makers[] = {
#define OBJECT_MAKER(NAME, HAS_COUNT, IS_GIVEN) {NAME, HAS_COUNT, IS_GIVEN},
#include "StandardLibrary.inc"
  };
  if (!F.getIdentifier() || !F.isInStdNamespace())
    return nullptr;
  const auto *It = llvm::find_if(
      Makers, [&](const ObjectMaker &M) { return M.Name == F.getName(); });
  return It == std::end(Makers) ? nullptr : It;
}

bool whet::holdsCharacters(const RecordDecl &R) {
  static constexpr llvm::StringLiteral Names[] = {
#define CHARACTERS(NAME) NAME,
#include "StandardLibrary.inc"
  };
  return R.getIdentifier() && R.isInStdNamespace() &&
         llvm::is_contained(Names, R.getName());
}

bool whet::isPosition(const RecordDecl &R) {
  static constexpr llvm::StringLiteral Parts[] = {
#define POSITION(PART) PART,
#include "StandardLibrary.inc"
  };
  return R.getIdentifier() && isOfStandardLibrary(R) &&
         llvm::any_of(Parts, [&](llvm::StringRef Part) {
           return R.getName().contains(Part);
         });
}

bool whet::isCallable(const RecordDecl &R) {
  static constexpr llvm::StringLiteral Names[] = {
#define CALLABLE(NAME) NAME,
#include "StandardLibrary.inc"
  };
  return R.getIdentifier() && R.isInStdNamespace() &&
         llvm::is_contained(Names, R.getName());
}

bool whet::takesOver(const FunctionDecl &Member) {
  static constexpr llvm::StringLiteral Names[] = {
#define TAKES_OVER(NAME) NAME,
#include "StandardLibrary.inc"
  };
  return Member.getIdentifier() && isOfStandardLibrary(Member) &&
         llvm::is_contained(Names, Member.getName());
}

llvm::ArrayRef<llvm::StringLiteral> whet::customisations() {
  static constexpr llvm::StringLiteral Names[] = {
#define CUSTOMISATION(NAME) NAME,
#include "StandardLibrary.inc"
  };
  return Names;
}
