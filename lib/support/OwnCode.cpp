#include "whet/support/OwnCode.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "clang/Basic/SourceManager.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

void whet::matchBodies(MatchFinder &Finder,
                       MatchFinder::MatchCallback &Callback) {
  auto IsWritten = unless(anyOf(isImplicit(), isExpansionInSystemHeader()));
  Finder.addMatcher(functionDecl(isDefinition(), IsWritten).bind("function"),
                    &Callback);
  Finder.addMatcher(
      lambdaExpr(unless(isExpansionInSystemHeader())).bind("lambda"),
      &Callback);
}

const FunctionDecl *whet::matchedBody(const MatchFinder::MatchResult &Result) {
  const auto *F = Result.Nodes.getNodeAs<FunctionDecl>("function");
  if (const auto *Lambda = Result.Nodes.getNodeAs<LambdaExpr>("lambda"))
    F = Lambda->getCallOperator();
  bool IsBody =
      F && F->hasBody() && !F->isDependentContext() && !F->isDefaulted();
  return IsBody ? F : nullptr;
}

void whet::traverseOwnCode(ASTContext &Ctx,
                           DynamicRecursiveASTVisitor &Visitor) {
  const SourceManager &SM = Ctx.getSourceManager();
  for (Decl *D : Ctx.getTraversalScope()) {
    auto *Unit = dyn_cast<TranslationUnitDecl>(D);
    if (!Unit) {
      Visitor.TraverseDecl(D);
      continue;
    }
    for (Decl *Top : Unit->decls())
      if (!SM.isInSystemHeader(SM.getExpansionLoc(Top->getLocation())))
        Visitor.TraverseDecl(Top);
  }
}

BodyVisitor::BodyVisitor() {
  ShouldVisitTemplateInstantiations = true;
  ShouldVisitLambdaBody = true;
}

bool BodyVisitor::VisitFunctionDecl(FunctionDecl *D) {
  if (D->doesThisDeclarationHaveABody() && !D->isDependentContext() &&
      !D->isDefaulted())
    Bodies.push_back(D);
  return true;
}

bool BodyVisitor::VisitLambdaExpr(LambdaExpr *E) {
  if (!E->getCallOperator()->isDependentContext())
    Bodies.push_back(E->getCallOperator());
  return true;
}

void whet::forEachBlock(
    const FunctionDecl &F,
    llvm::function_ref<void(const CompoundStmt &)> Callback) {
  llvm::SmallVector<const Stmt *, 32> Work{F.getBody()};
  while (!Work.empty()) {
    const Stmt *Next = Work.pop_back_val();
    if (!Next || isa<LambdaExpr>(Next))
      continue;
    if (const auto *Block = dyn_cast<CompoundStmt>(Next))
      Callback(*Block);
    Work.append(Next->child_begin(), Next->child_end());
  }
}
