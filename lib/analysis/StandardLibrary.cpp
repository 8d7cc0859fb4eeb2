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
      "thread",      "async",     "bind",       "bind_front", "bind_back",
      "invoke",      "apply",     "visit",      "call_once",  "make_unique",
      "make_shared", "make_pair", "make_tuple", "ref",        "cref",
      "move",        "forward",   "accumulate", "reduce",     "generate",
      "generate_n",  "not_fn"};
  return !llvm::is_contained(Others, Callee.getName());
}

bool whet::returnsTwice(const FunctionDecl &F) {
  return F.hasAttr<ReturnsTwiceAttr>() ||
         (F.getIdentifier() &&
          (F.getName() == "setjmp" || F.getName() == "_setjmp" ||
           F.getName() == "sigsetjmp" || F.getName() == "__sigsetjmp" ||
           F.getName() == "vfork"));
}
