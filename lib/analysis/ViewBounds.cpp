#include "whet/analysis/ViewBounds.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/StandardStrings.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/StringSwitch.h"

using namespace whet;
using namespace clang;

static bool isView(const Expr *E) {
  return E && !E->isTypeDependent() && isStringView(E->getType());
}

// Whether what a function returns is nothing that a view could be got back
// from.
static bool isOwnValue(QualType T) {
  if (T->isVoidType() || T->isArithmeticType() || T->isEnumeralType())
    return true;
  return !T->isReferenceType() && stringRecord(T);
}

// Members of a view that say how long it is, what is in it, or make a smaller
// one. Pointers and iterators into it lead anywhere.
static bool staysInView(const CXXMethodDecl &Method) {
  if (!Method.getIdentifier())
    return isa<CXXConversionDecl>(Method) ||
           Method.getOverloadedOperator() == OO_Subscript ||
           Method.getOverloadedOperator() == OO_Equal;
  return llvm::StringSwitch<bool>(Method.getName())
             .Cases({"size", "length", "max_size", "empty", "at", "front",
                     "back", "compare", "rfind", "starts_with", "ends_with",
                     "contains", "copy", "substr", "swap", "remove_prefix",
                     "remove_suffix"},
                    true)
             .Default(false) ||
         Method.getName().starts_with("find");
}

static bool isLocalView(const Expr &E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E.IgnoreParenImpCasts());
  const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return V && V->hasLocalStorage() && !V->getType()->isReferenceType();
}

static bool isOfStringOrView(const CXXMethodDecl &Method) {
  QualType T = Method.getASTContext().getCanonicalTagType(Method.getParent());
  return stringRecord(T) || isStringView(T);
}

bool ViewBounds::areKeptByCall(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  if (Method && Method->isInstance() && Call.getNumArgs() > 0 &&
      isOfStringOrView(*Method)) {
    const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
    const Expr &Object =
        Member ? *Member->getImplicitObjectArgument() : *Call.getArg(0);
    return !isView(&Object) || (staysInView(*Method) &&
                                // A view that lives on is given another value.
                                (Method->isConst() || isLocalView(Object)));
  }
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
      Member && isView(Member->getImplicitObjectArgument()))
    return Method && staysInView(*Method) &&
           (Method->isConst() ||
            isLocalView(*Member->getImplicitObjectArgument()));
  if (llvm::none_of(Call.arguments(), isView))
    return true;
  if (!Callee)
    return false;
  // Comparison, output, and what makes a string; no container that keeps it.
  if (isOfStandardLibrary(*Callee))
    return (!Method || Method->isStatic()) &&
           (Callee->isOverloadedOperator() ||
            isOwnValue(Callee->getReturnType()));
  return areKeptBy(*Callee);
}

bool ViewBounds::areKeptBy(const Stmt &S) {
  if (const auto *Call = dyn_cast<CallExpr>(&S)) {
    if (!areKeptByCall(*Call))
      return false;
  } else if (const auto *Made = dyn_cast<CXXConstructExpr>(&S)) {
    const CXXConstructorDecl &Constructor = *Made->getConstructor();
    if (llvm::any_of(Made->arguments(), isView) && !isView(Made) &&
        !stringRecord(Made->getType()) && !areKeptBy(Constructor))
      return false;
  } else if (const auto *List = dyn_cast<InitListExpr>(&S)) {
    if (llvm::any_of(List->inits(), isView))
      return false;
  } else if (const auto *Unary = dyn_cast<UnaryOperator>(&S)) {
    if (Unary->getOpcode() == UO_AddrOf)
      return false;
  } else if (const auto *Loop = dyn_cast<CXXForRangeStmt>(&S)) {
    // Its iterators are nobody's.
    return areKeptBy(*Loop->getRangeInit()) && areKeptBy(*Loop->getBody());
  } else if (isa<CXXNewExpr, LambdaExpr>(S)) {
    return false;
  } else if (const auto *Declaration = dyn_cast<DeclStmt>(&S)) {
    for (const Decl *D : Declaration->decls())
      if (const auto *V = dyn_cast<VarDecl>(D);
          !V || (isStringView(V->getType()) && !V->hasLocalStorage()))
        return false;
  }
  return llvm::all_of(S.children(), [this](const Stmt *Child) {
    return !Child || areKeptBy(*Child);
  });
}

bool ViewBounds::areKeptByBody(const FunctionDecl &F) {
  const FunctionDecl *Definition = nullptr;
  if (!F.hasBody(Definition))
    return false;
  if (const auto *Method = dyn_cast<CXXMethodDecl>(Definition))
    if (Method->isVirtual() || Method->getParent()->isLambda())
      return false;
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(Definition)) {
    for (const CXXCtorInitializer *Init : Constructor->inits())
      if (isView(Init->getInit()) || !areKeptBy(*Init->getInit()))
        return false;
  } else if (!isOwnValue(Definition->getReturnType())) {
    return false;
  }
  return areKeptBy(*Definition->getBody());
}

bool ViewBounds::areKeptBy(const FunctionDecl &F) {
  if (isOfStandardLibrary(F))
    return true;
  const FunctionDecl *Function = F.getCanonicalDecl();
  auto [It, IsNew] = Known.try_emplace(Function, true);
  if (!IsNew)
    return It->second;
  size_t Before = Keeping.size();
  Keeping.push_back(Function);
  if (areKeptByBody(F))
    return true;
  // What was found below may rest on this one.
  for (const FunctionDecl *Below : llvm::drop_begin(Keeping, Before))
    Known.erase(Below);
  Keeping.truncate(Before);
  Known[Function] = false;
  return false;
}
