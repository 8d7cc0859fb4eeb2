#include "whet/analysis/StandardLibrary.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/Basic/SourceManager.h"

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
