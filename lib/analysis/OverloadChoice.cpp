#include "whet/analysis/OverloadChoice.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/StandardStrings.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

using namespace whet;
using namespace clang;

// Whether the other function could take the new argument, and so be chosen.
static bool mayTake(const FunctionDecl &Other, unsigned I, unsigned Args,
                    bool TakesView) {
  if (Args < Other.getMinRequiredArguments() ||
      (Args > Other.getNumParams() && !Other.isVariadic()))
    return false;
  if (I >= Other.getNumParams())
    return true;
  QualType T = Other.getParamDecl(I)->getType();
  if (T->isDependentType())
    return true;
  QualType Value = T.getNonReferenceType();
  if (Value->isScalarType())
    return false;
  // A string is as good for a string as for a view, and better.
  if (isStringView(Value))
    return TakesView;
  if (T->isLValueReferenceType() && !Value.isConstQualified())
    return true;
  return stringRecord(Value) ? TakesView : true;
}

static bool isCopyOrMove(const FunctionDecl &F) {
  const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F);
  return Constructor && Constructor->isCopyOrMoveConstructor();
}

// An argument of a type of std makes std a place to look for the name.
static bool isNameOfStd(const FunctionDecl &F) {
  const ASTContext &Ctx = F.getASTContext();
  for (const NamedDecl *D :
       Ctx.getTranslationUnitDecl()->lookup(&Ctx.Idents.get("std")))
    if (const auto *Std = dyn_cast<NamespaceDecl>(D))
      if (!Std->lookup(F.getDeclName()).empty())
        return true;
  return false;
}

static bool isFoundByArgument(const Expr &Call) {
  const auto *Direct = dyn_cast<CallExpr>(&Call);
  if (!Direct)
    return false;
  if (isa<CXXOperatorCallExpr>(Direct))
    return true;
  const auto *Ref =
      dyn_cast<DeclRefExpr>(Direct->getCallee()->IgnoreParenImpCasts());
  return Ref && !Ref->hasQualifier();
}

bool whet::staysChosen(const FunctionDecl &Callee, unsigned I, const Expr &Call,
                       unsigned Args) {
  if (I >= Callee.getNumParams())
    return false;
  if (isOfStandardLibrary(Callee))
    return true;
  if (Callee.getTemplateSpecializationKind() != TSK_Undeclared &&
      Callee.getPrimaryTemplate())
    return false;
  if (isFoundByArgument(Call) && isNameOfStd(Callee))
    return false;
  bool TakesView = isStringView(Callee.getParamDecl(I)->getType());
  for (const NamedDecl *D : Callee.getDeclContext()->getRedeclContext()->lookup(
           Callee.getDeclName())) {
    const NamedDecl *Other = D->getUnderlyingDecl();
    if (isa<FunctionTemplateDecl>(Other))
      return false;
    const auto *F = dyn_cast<FunctionDecl>(Other);
    if (!F || F->getCanonicalDecl() == Callee.getCanonicalDecl() ||
        isCopyOrMove(*F))
      continue;
    if (mayTake(*F, I, Args, TakesView))
      return false;
  }
  return true;
}
