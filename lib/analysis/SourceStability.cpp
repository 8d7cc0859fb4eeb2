#include "whet/analysis/SourceStability.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/analysis/ValueUses.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

using namespace whet;
using namespace clang;

/// References and iterators are followed to what they were made from this
/// often.
static constexpr unsigned MaxSteps = 8;

namespace {
/// What an expression's storage belongs to.
struct Owner {
  /// The local variable; null if it is somebody else's.
  const VarDecl *Local = nullptr;
  /// Whether it may be a local all the same, through a pointer or a reference.
  bool MayBeLocal = false;
};
} // namespace

// What Call hands out a part of: `V` of `V[I]`, `V.front()`, `*It`.
static const Expr *handedOutOf(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee)
    return nullptr;
  // `G.people()`: a part of G, or of what G refers to.
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
      Member && Call.getNumArgs() == 0)
    return Member->getImplicitObjectArgument();
  if (!isOfStandardLibrary(*Callee))
    return nullptr;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call))
    return Member->getImplicitObjectArgument();
  if (isa<CXXOperatorCallExpr>(Call))
    return Call.getArg(0);
  static constexpr llvm::StringLiteral Names[] = {
      "as_const",    "begin",       "cbegin",      "cend",    "crbegin",
      "crend",       "end",         "find",        "find_if", "get",
      "lower_bound", "max_element", "min_element", "next",    "prev",
      "rbegin",      "rend",        "upper_bound"};
  bool HandsOut = Call.getNumArgs() > 0 && Callee->getIdentifier() &&
                  llvm::is_contained(Names, Callee->getName());
  return HandsOut ? Call.getArg(0) : nullptr;
}

// A value that owns what it hands out, rather than points to it.
static bool ownsItsParts(const VarDecl &Var) {
  QualType T = Var.getType();
  if (T->isReferenceType() || T->isPointerType())
    return false;
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record)
    return true;
  if (!isOfStandardLibrary(*Record))
    return true;
  // Iterators, views and spans have trivial destructors; containers do not.
  return !Record->hasTrivialDestructor() || Record->getName() == "array" ||
         Record->getName() == "pair" || Record->getName() == "tuple";
}

static Owner ownerOf(const Expr &Source, unsigned Steps = 0) {
  if (Steps > MaxSteps)
    return {nullptr, true};
  const Expr *E = Source.IgnoreParenImpCasts();
  if (const auto *Member = dyn_cast<MemberExpr>(E)) {
    if (isa<VarDecl>(Member->getMemberDecl()))
      return {};
    const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
    const Expr *Base = Member->getBase()->IgnoreParenImpCasts();
    if (isa<CXXThisExpr>(Base))
      return {};
    if (!Field || Field->getType()->isReferenceType())
      return {nullptr, true};
    return ownerOf(*Base, Steps + 1);
  }
  if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E))
    return ownerOf(*Subscript->getBase(), Steps + 1);
  if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
    if (Unary->getOpcode() == UO_Deref || Unary->getOpcode() == UO_AddrOf)
      return ownerOf(*Unary->getSubExpr(), Steps + 1);
    return {nullptr, true};
  }
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (const Expr *From = handedOutOf(*Call))
      return ownerOf(*From, Steps + 1);
    return {nullptr, true};
  }
  if (isa<CXXThisExpr>(E))
    return {};
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Var)
    return {nullptr, true};
  if (Var->hasGlobalStorage())
    return {};
  if (ownsItsParts(*Var))
    return {Var, false};
  // What a parameter refers to is the caller's.
  if (isa<ParmVarDecl>(Var))
    return {};
  // A loop variable that refers to an element, and others that are set anew.
  if (!Var->getInit())
    return {nullptr, true};
  return ownerOf(*Var->getInit(), Steps + 1);
}

static bool isIn(const Stmt &S, llvm::ArrayRef<const Stmt *> Region,
                 const BodyIndex &Index) {
  return llvm::any_of(
      Region, [&](const Stmt *Part) { return Index.contains(*Part, S); });
}

// Whether writing an object of type Written is writing a T, or a container of
// these: what else may hold one somewhere is no more than a chance.
static bool isWriteOf(QualType Written, QualType T) {
  T = T.getNonReferenceType().getCanonicalType().getUnqualifiedType();
  if (isPartOf(Written, T))
    return true;
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      Written->getAsCXXRecordDecl());
  return Spec &&
         llvm::any_of(
             Spec->getTemplateArgs().asArray(),
             [&](const TemplateArgument &Arg) {
               return Arg.getKind() == TemplateArgument::Type &&
                      Arg.getAsType().getCanonicalType().getUnqualifiedType() ==
                          T;
             });
}

SourceState SourceStability::ofOthers(QualType T,
                                      llvm::ArrayRef<const Stmt *> Region,
                                      QualType Iterated, bool MayBeLocal) {
  WrittenOutside Outside = Writes.in(Index.function(), Region, MayBeLocal);
  if (const WrittenOutside::Write *Write =
          Outside.firstOverlapping(T, Iterated))
    return {isWriteOf(Write->Type, T) ? SourceState::Changes
                                      : SourceState::Unknown,
            Write->Where};
  if (Outside.Unknown.isValid())
    return {SourceState::Unknown, Outside.Unknown};
  return {};
}

SourceState SourceStability::ofLocal(const VarDecl &Local, QualType T,
                                     llvm::ArrayRef<const Stmt *> Region,
                                     QualType Iterated) {
  bool IsAliased = false;
  for (const Use &U : Index.uses(AccessPath::ofVariable(Local))) {
    bool IsHere = isIn(*U.Where, Region, Index);
    ValueFate Fate = fateOf(U, Index);
    if (Fate == ValueFate::OnlyRead) {
      // A closure may have it by reference.
      IsAliased |= U.InLambda && !IsHere;
      continue;
    }
    if (IsHere)
      return {SourceState::Changes, U.Where->getBeginLoc()};
    // A change that is over, or a reference that may be used to make one.
    bool IsOver = U.Kind == Use::Write ||
                  (U.Kind == Use::Member && U.Effect != ContainerEffect::None &&
                   U.Effect != ContainerEffect::Unknown);
    IsAliased |= !IsOver || U.InLambda;
  }
  // What other locals are named for is not done to this one.
  return IsAliased ? ofOthers(T, Region, Iterated, /*MayBeLocal=*/false)
                   : SourceState();
}

SourceState SourceStability::during(const Expr &Source,
                                    llvm::ArrayRef<const Stmt *> Region,
                                    QualType Iterated) {
  QualType T = Source.getType();
  Owner O = ownerOf(Source);
  return O.Local ? ofLocal(*O.Local, T, Region, Iterated)
                 : ofOthers(T, Region, Iterated, O.MayBeLocal);
}
