#include "whet/analysis/ByValueParameters.h"
#include "whet/analysis/HiddenMentions.h"
#include "whet/analysis/StandardLibrary.h"
#include "whet/facts/Predicate.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace whet;
using namespace clang;

// --- Which parameters ------------------------------------------------------

// Functions whose signature is not the author's to choose.
static bool isGivenSignature(const FunctionDecl &F, const FunctionUse &Use) {
  const SourceManager &SM = F.getASTContext().getSourceManager();
  if (SM.isInSystemHeader(F.getLocation()) || F.isMain() || F.isExternC())
    return true;
  return llvm::any_of(Use.Declarations, [&](const FunctionDecl *D) {
    return D->getLocation().isMacroID() ||
           SM.isInSystemHeader(D->getLocation());
  });
}

static bool isCoroutine(const FunctionDecl &F) {
  return isa_and_nonnull<CoroutineBodyStmt>(F.getBody());
}

// Whether T, as it is written in a template, is a parameter of the template:
// there, a value is right for some types and a reference for others.
static bool isTemplateParameter(QualType T) {
  return T->isDependentType() && !T->getAs<TemplateSpecializationType>() &&
         !T->isRecordType();
}

const BodyIndex &ByValueParameters::indexOf(const FunctionDecl &F) {
  std::unique_ptr<BodyIndex> &Index = Indexes[&F];
  if (!Index)
    Index = std::make_unique<BodyIndex>(F, Models);
  return *Index;
}

std::vector<ByValueParameter> ByValueParameters::find(ASTContext &Ctx,
                                                      FactBase &Facts) {
  auto Matters = [&](const ParmVarDecl &P) {
    QualType T = P.getType();
    return !T->isReferenceType() && !T.isVolatileQualified() && IsTracked(T);
  };
  FunctionUses Uses(Matters);
  Uses.collect(Ctx);
  for (auto &[F, Use] : Uses.functions())
    if (!Use.Definitions.empty() && !isGivenSignature(*F, Use))
      for (unsigned I = 0; I < F->getNumParams(); ++I)
        examine(*F, Use, I);
  Uses.publish(Facts);
  return std::move(Found);
}

// --- Whether it is only read -------------------------------------------------

// Whether nothing runs after Copying that could use the parameter again, and
// nothing that was made from it before is left.
static bool isLastUse(const ParmVarDecl &P, const ValueCopy &Copy,
                      const BodyIndex &Index) {
  if (Index.hasGoto() || Index.enclosingLoop(*Copy.Copying))
    return false;
  // The full expression: within it, the order may be any.
  const Stmt *Full = Copy.Copying;
  while (const Stmt *Up = Index.parent(*Full)) {
    if (!isa<Expr>(Up))
      break;
    if (isa<LambdaExpr>(Up))
      return false;
    Full = Up;
  }
  for (const Use &U : Index.uses(AccessPath::ofVariable(P))) {
    if (U.Where == Copy.Value->IgnoreParenImpCasts())
      continue;
    if (U.InLambda || Index.contains(*Full, *U.Where) ||
        Index.position(*U.Where) > Index.position(*Copy.Copying))
      return false;
    // What a local was made from may be referred to by it.
    for (const Stmt *Up = Index.parent(*U.Where); Up; Up = Index.parent(*Up))
      if (const auto *Declaration = dyn_cast<DeclStmt>(Up)) {
        const auto *Local = dyn_cast<VarDecl>(*Declaration->decl_begin());
        if (!Local || !Local->getType()->isArithmeticType())
          return false;
        break;
      }
  }
  return true;
}

// Whether the copy is of a kind that a move makes cheap: into a member, or into
// a container.
static bool isIntoKeeper(const ValueCopy &Copy, const BodyIndex &Index) {
  if (const auto *Call = dyn_cast<CallExpr>(Copy.Copying))
    return !isa<CXXOperatorCallExpr>(Call) ||
           isa<MemberExpr>(Call->getArg(0)->IgnoreParenImpCasts());
  const Stmt *Up = Index.parent(*Copy.Copying);
  while (isa_and_nonnull<ExprWithCleanups, CXXBindTemporaryExpr,
                         MaterializeTemporaryExpr, ImplicitCastExpr>(Up))
    Up = Index.parent(*Up);
  return Up == nullptr;
}

// Whether moving T is what the language or the standard library make of it, and
// leaves nothing of its cost.
static bool hasKnownMove(QualType T) {
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record || !Record->hasDefinition() || Record->isTriviallyCopyable())
    return false;
  for (const CXXConstructorDecl *C : Record->ctors())
    if (C->isMoveConstructor())
      return !C->isDeleted() &&
             (!C->isUserProvided() || isOfStandardLibrary(*Record));
  return Record->needsImplicitMoveConstructor();
}

// An allocator that stays with its container makes a move something else.
static bool hasStatefulAllocator(QualType T) {
  return T.getCanonicalType().getAsString().find("polymorphic_allocator") !=
         std::string::npos;
}

static bool canMove(const ParmVarDecl &P, const ValueUses &Uses,
                    const BodyIndex &Index) {
  return Uses.Copies.size() == 1 && !P.getType().isConstQualified() &&
         hasKnownMove(P.getType()) && !hasStatefulAllocator(P.getType()) &&
         isIntoKeeper(Uses.Copies.front(), Index) &&
         isLastUse(P, Uses.Copies.front(), Index);
}

void ByValueParameters::examine(const FunctionDecl &F, FunctionUse &Use,
                                unsigned I) {
  bool IsOnlyRead = true;
  bool IsUsed = false;
  for (const FunctionDecl *Definition : Use.Definitions) {
    if (I >= Definition->getNumParams())
      return;
    const ParmVarDecl &P = *Definition->getParamDecl(I);
    if (P.getType()->isReferenceType() || !IsTracked(P.getType()))
      return;
    if (isCoroutine(*Definition)) {
      IsOnlyRead = false;
      continue;
    }
    const BodyIndex &Index = indexOf(*Definition);
    ValueUses Uses = valueUses(P, Index);
    IsUsed |= Uses.Count > 0;
    bool Moves = Uses.Fate == ValueFate::OnlyRead && canMove(P, Uses, Index);
    IsOnlyRead &= Uses.Fate == ValueFate::OnlyRead && !Moves &&
                  !hasHiddenMention(P, Index);
    if (!Moves || Use.Definitions.size() > 1)
      continue;
    ByValueParameter Sink;
    Sink.Best = ByValueParameter::Move;
    Sink.Function = Definition;
    Sink.Index = I;
    Sink.Type = P.getType();
    Sink.LastCopy = Uses.Copies.front();
    Found.push_back(std::move(Sink));
  }
  if (!IsOnlyRead)
    Use.Parameters[I].NeedsValue = true;
  else if (IsUsed && !Use.IsPinned)
    addReference(F, Use, I);
}

// Where the reader is sent: the definition, as it is written; of a hierarchy,
// its root.
static const FunctionDecl *placeOf(const FunctionDecl &F,
                                   const FunctionUse &Use) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (Method && Method->isVirtual())
    return &F;
  const FunctionDecl *Definition = Use.Definitions.front();
  const FunctionDecl *Pattern = Definition->getTemplateInstantiationPattern();
  return Pattern ? Pattern : Definition;
}

// What the bodies, or what they call, write while the parameter would refer to
// what the caller has. False if it is nothing.
bool ByValueParameters::addAliasing(const FunctionUse &Use,
                                    ByValueParameter &P) {
  bool MayWrite = false;
  for (const FunctionDecl *Definition : Use.Definitions) {
    const WrittenOutside &Outside = Writes.of(*Definition);
    const auto *Write = Outside.firstOverlapping(P.Type);
    MayWrite |= Write || Outside.Unknown.isValid();
    if (Write && P.Writing.isInvalid())
      P.Writing = Write->Where;
  }
  return MayWrite;
}

void ByValueParameters::addReference(const FunctionDecl &F,
                                     const FunctionUse &Use, unsigned I) {
  ByValueParameter P;
  P.Function = placeOf(F, Use);
  P.Index = I;
  P.Type = Use.Definitions.front()->getParamDecl(I)->getType();
  P.Declarations = Use.Declarations;
  const ParmVarDecl &Written = P.declaration();
  std::optional<Condition> Called = onlyCalled(F);
  if (isTemplateParameter(Written.getType()) ||
      Written.getLocation().isMacroID() || !Called)
    return;
  P.Conditions = {*Called, *mayBeCopied(F, I), *isOnlyRead(F, I),
                  *isDeclaredOnlyAt(F, Use.Declarations)};
  if (P.Function->isExternallyVisible())
    P.Conditions.push_back(wholeProjectIsKnown());
  if (addAliasing(Use, P))
    P.Conditions.push_back(*isUnshared(F, I));
  auto Arguments = Use.Parameters.find(I);
  if (Arguments != Use.Parameters.end()) {
    P.Copying = Arguments->second.Copying;
    // All calls that are seen here are harmless.
    if (!Arguments->second.IsShared)
      P.Writing = SourceLocation();
  }
  Found.push_back(std::move(P));
}

// --- What makes the remedy
// ----------------------------------------------------

bool ByValueParameter::isExported() const {
  const FunctionDecl &F = *Function;
  if (F.hasAttr<DLLExportAttr>() || F.hasAttr<DLLImportAttr>())
    return true;
  if (std::optional<Visibility> V =
          F.getExplicitVisibility(NamedDecl::VisibilityForValue))
    return *V == DefaultVisibility;
  return false;
}

std::optional<Edits> ByValueParameter::edits() const {
  const ASTContext &Ctx = Function->getASTContext();
  EditBuilder Builder(Ctx.getSourceManager(), Ctx.getLangOpts());
  if (Best == Move) {
    // An instantiation's place is its pattern's, and others may differ.
    if (!Ctx.getLangOpts().CPlusPlus11 ||
        Function->getTemplateInstantiationPattern())
      return std::nullopt;
    const Expr &Value = *LastCopy.Value->IgnoreParenImpCasts();
    return Builder.insertBefore(Value, "std::move(")
        .insertAfter(Value, ")")
        .take();
  }
  for (const FunctionDecl *D : Declarations) {
    if (Index >= D->getNumParams())
      return std::nullopt;
    Builder.makeConstReference(*D->getParamDecl(Index));
  }
  return Builder.take();
}
