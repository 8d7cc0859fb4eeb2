#include "whet/analysis/CallEffects.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/WorkExaminer.h"
#include "clang/AST/Attr.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace whet;
using namespace clang;

bool WorkExaminer::argument(const Expr &Arg, const ParmVarDecl *Parameter,
                            bool IsOfLibrary) {
  QualType T = Arg.getType();
  if (IsOfLibrary) {
    if (const LambdaExpr *Lambda = asLambda(Arg))
      return lambda(*Lambda);
    // A function to call back.
    if (T->isFunctionPointerType() || T->isFunctionType()) {
      const auto *Ref = dyn_cast<DeclRefExpr>(Arg.IgnoreParenImpCasts());
      const auto *Called =
          Ref ? dyn_cast<FunctionDecl>(Ref->getDecl()) : nullptr;
      if (Called && isOfStandardLibrary(*Called) && Called->getIdentifier() &&
          isStreamBase(*Called->getParamDecl(0)
                            ->getType()
                            .getNonReferenceType()
                            ->getAsCXXRecordDecl()))
        return true;
      return Called && Called->getNumParams() > 0 && costOfFunction(*Called);
    }
    const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
    bool IsStream = Record && isStreamBase(*Record);
    if (!IsStream && !Analysis.isValue(T.getUnqualifiedType()))
      return false;
  }
  if (!value(Arg))
    return false;
  QualType Type = Parameter ? Parameter->getType() : QualType();
  if (!Type.isNull() && Type->isReferenceType() && Arg.isGLValue() &&
      !place(Arg, !Type->getPointeeType().isConstQualified()))
    return false;
  if (!isPointing(T))
    return true;
  bool IsConst =
      (T->isPointerType() && T->getPointeeType().isConstQualified()) ||
      (T->getAsCXXRecordDecl() &&
       T->getAsCXXRecordDecl()->getName().contains("string_view"));
  return pointee(Arg, !IsConst);
}

bool WorkExaminer::arguments(llvm::ArrayRef<const Expr *> Args,
                             const FunctionDecl &Callee, bool IsOfLibrary) {
  for (unsigned I = 0; I < Args.size(); ++I)
    if (!argument(*Args[I],
                  I < Callee.getNumParams() ? Callee.getParamDecl(I) : nullptr,
                  IsOfLibrary))
      return false;
  return true;
}

// The object of a member call, which may be given by a pointer.
bool WorkExaminer::object(const Expr &E, bool IsWritten) {
  if (E.getType()->isPointerType())
    return value(E) && pointee(E, IsWritten);
  return value(E) && (!E.isGLValue() || place(E, IsWritten));
}

bool WorkExaminer::memberOfLibrary(const CallExpr &E,
                                   const CXXMethodDecl &Callee,
                                   const Expr &Object,
                                   llvm::ArrayRef<const Expr *> Args) {
  QualType T = Object.getType();
  T = (T->isPointerType() ? T->getPointeeType() : T).getUnqualifiedType();
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  bool IsStream = Record && isStreamBase(*Record);
  if (!Record || (!IsStream && !Analysis.isValue(T)) ||
      (!IsStream && !isIteratorClass(*Record) && !costOfClass(*Record) &&
       !isFunctionObjectOfLibrary(*Record)))
    return false;
  if (isIteratorClass(*Record) && Record->getName().contains("stream"))
    return false;
  // What elements do when they are called is not known.
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&E);
  if (Operator && Operator->getOperator() == OO_Call)
    return false;
  if (!object(Object, !Callee.isConst()))
    return false;
  bool IsView =
      Record->getIdentifier() &&
      (Record->getName() == "basic_string_view" || Record->getName() == "span");
  bool AsksSize = Callee.getIdentifier() &&
                  (Callee.getName() == "size" || Callee.getName() == "empty");
  if (IsView && !AsksSize && !Operator && !pointee(Object, false))
    return false;
  // Inserting through an iterator is writing to the container.
  if (isIteratorClass(*Record) && Record->getName().contains("insert"))
    return false;
  if (Callee.getIdentifier() && isAllocatingMember(Callee.getName()))
    noteCost(Cost::Allocates);
  const Cost *C = costOfClass(*Record);
  if (Operator && C && *C == Cost::Allocates &&
      (Operator->getOperator() == OO_PlusEqual ||
       (Operator->getOperator() == OO_Equal &&
        Callee.isCopyAssignmentOperator())))
    noteCost(Cost::Allocates);
  return arguments(Args, Callee, /*IsOfLibrary=*/true);
}

// `a + b` of strings, `s << x` of streams, comparisons.
static const Cost *costOfOperator(const FunctionDecl &F,
                                  const CXXOperatorCallExpr &E) {
  static constexpr Cost Free = Cost::Nothing;
  static constexpr Cost Makes = Cost::Allocates;
  if (!isOfStandardLibrary(F))
    return nullptr;
  switch (E.getOperator()) {
  case OO_Plus:
    return E.getType()->isRecordType() &&
                   E.getType()->getAsCXXRecordDecl()->getName() ==
                       "basic_string"
               ? &Makes
               : &Free;
  case OO_Minus:
  case OO_Star:
  case OO_Slash:
  case OO_Percent:
  case OO_EqualEqual:
  case OO_ExclaimEqual:
  case OO_Less:
  case OO_LessEqual:
  case OO_Greater:
  case OO_GreaterEqual:
  case OO_Spaceship:
  case OO_LessLess:
  case OO_GreaterGreater:
  case OO_Pipe:
  case OO_Amp:
    return &Free;
  default:
    return nullptr;
  }
}

bool WorkExaminer::functionOfLibrary(const CallExpr &E,
                                     const FunctionDecl &Callee) {
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&E);
  const Cost *C =
      Operator ? costOfOperator(Callee, *Operator) : costOfFunction(Callee);
  if (isa<UserDefinedLiteral>(E) && isOfStandardLibrary(Callee))
    return true;
  if (!C)
    return false;
  noteCost(*C);
  return arguments({E.getArgs(), E.getNumArgs()}, Callee, /*IsOfLibrary=*/true);
}

bool WorkExaminer::projectFunction(const FunctionDecl &Callee,
                                   const Expr *Object,
                                   llvm::ArrayRef<const Expr *> Args) {
  // Who calls a destructor has its members destroyed as well.
  if (Callee.isVariadic() || Callee.hasAttr<AsmLabelAttr>() ||
      isa<CXXDestructorDecl>(Callee))
    return false;
  const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
  bool OnThis = false;
  if (Object) {
    OnThis = isa<CXXThisExpr>(Object->IgnoreParenImpCasts());
    bool IsConst = Method && Method->isConst();
    if (!OnThis && !object(*Object, !IsConst))
      return false;
  }
  if (!arguments(Args, Callee, /*IsOfLibrary=*/false))
    return false;
  for (const ParmVarDecl *P : Callee.parameters())
    if (!P->getType()->isReferenceType() && !Analysis.isValue(P->getType()))
      return false;
  QualType Returned = Callee.getReturnType();
  if (!Returned->isReferenceType() && !Analysis.isValue(Returned))
    return false;
  if (!Callee.hasBody()) {
    Result.Rests.emplace(Callee.getCanonicalDecl(), OnThis);
    return true;
  }
  std::optional<Work> Theirs = Analysis.ofFunction(Callee);
  if (!Theirs)
    return false;
  Result.Allocations += Theirs->Allocations;
  Result.Loops += Theirs->Loops;
  for (const auto &[Next, OnTheirs] : Theirs->Rests)
    Result.Rests.emplace(Next, OnTheirs && OnThis);
  if (!OnThis)
    return true;
  if (Theirs->WritesOwn) {
    Result.WritesOwn = true;
    if (!IsCallee)
      return false;
  }
  return llvm::all_of(Theirs->OwnReads, [this](const FieldDecl *Field) {
    return noteOwn(*Field, /*IsWritten=*/false);
  });
}

bool WorkExaminer::call(const CallExpr &E) {
  const FunctionDecl *Callee = E.getDirectCallee();
  // What `assert` ends the program with.
  if (Callee && Callee->isExternC() && Callee->getName() == "__assert_fail")
    return true;
  if (!Callee || Callee->isNoReturn())
    return false;
  llvm::ArrayRef<const Expr *> Args(E.getArgs(), E.getNumArgs());
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  const Expr *Object = nullptr;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&E)) {
    Object = Member->getImplicitObjectArgument();
    if (!Method || !Object)
      return false;
  } else if (isa<CXXOperatorCallExpr>(E) && Method && !Method->isStatic()) {
    Object = Args.front();
    Args = Args.drop_front();
  }
  if (isOfStandardLibrary(*Callee) || isCLibrary(*Callee))
    return Object ? memberOfLibrary(E, *Method, *Object, Args)
                  : functionOfLibrary(E, *Callee);
  // What the compiler makes copies members that are values.
  if (Object && (Callee->isImplicit() || Callee->isDefaulted())) {
    QualType T = Object->getType().getUnqualifiedType();
    return Analysis.isValue(T) && object(*Object, !Method->isConst()) &&
           arguments(Args, *Callee, /*IsOfLibrary=*/true);
  }
  const FunctionDecl *Ours = CallEffects::projectCallee(E);
  return Ours && projectFunction(*Ours, Object, Args);
}
