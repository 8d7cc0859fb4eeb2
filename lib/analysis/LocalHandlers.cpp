#include "whet/analysis/LocalHandlers.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"

using namespace whet;
using namespace clang;

namespace {
/// Finds what may call a function, or throw the exception again.
class CallFinder : public ConstDynamicRecursiveASTVisitor {
public:
  CallFinder() { ShouldVisitImplicitCode = true; }

  bool VisitCallExpr(const CallExpr * /*E*/) override { return false; }
  bool VisitCXXConstructExpr(const CXXConstructExpr *E) override {
    return E->getConstructor()->isTrivial();
  }
  bool VisitCXXNewExpr(const CXXNewExpr * /*E*/) override { return false; }
  bool VisitCXXDeleteExpr(const CXXDeleteExpr * /*E*/) override {
    return false;
  }
  bool VisitCXXBindTemporaryExpr(const CXXBindTemporaryExpr * /*E*/) override {
    return false;
  }
  bool VisitCXXThrowExpr(const CXXThrowExpr *E) override {
    return E->getSubExpr() != nullptr;
  }
  bool VisitVarDecl(const VarDecl *V) override {
    return V->needsDestruction(V->getASTContext()) == QualType::DK_none;
  }
  bool VisitAsmStmt(const AsmStmt * /*S*/) override { return false; }
  bool VisitCoroutineSuspendExpr(const CoroutineSuspendExpr * /*E*/) override {
    return false;
  }
};
} // namespace

// A catch-all has no declaration, and no destructor of its own to run.
static bool callsNothing(const CXXCatchStmt &Handler) {
  return CallFinder().TraverseStmt(Handler.getHandlerBlock());
}

// Whether a handler for Caught knows of the exception no more than an address,
// or its value, in case that it gets it.
static bool isUnderstood(QualType Caught, QualType Thrown) {
  if (Caught.isNull() || Caught->isReferenceType())
    return true;
  return !Caught->isRecordType() || !Thrown->isRecordType();
}

bool whet::endsInHandlers(const CXXTryStmt &Try, QualType Thrown) {
  Thrown = Thrown.getCanonicalType().getUnqualifiedType();
  for (unsigned I = 0; I < Try.getNumHandlers(); ++I) {
    const CXXCatchStmt &Handler = *Try.getHandler(I);
    QualType Caught = Handler.getCaughtType();
    if (!isUnderstood(Caught, Thrown) || !callsNothing(Handler))
      return false;
    bool IsTheOne =
        Caught.isNull() ||
        Caught.getNonReferenceType().getCanonicalType().getUnqualifiedType() ==
            Thrown;
    if (IsTheOne)
      return true;
  }
  return false;
}
