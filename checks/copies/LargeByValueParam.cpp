//===- LargeByValueParam.cpp - whet-large-by-value-param ------------------===//
//
// A parameter that takes a copy of what every caller has, and only reads it; or
// one that is copied once more, into a member, when it could be moved.
//
// Changing a parameter's type changes a function for the whole program. What is
// in the way elsewhere is asked through facts: analysis/FunctionUses.h.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/FunctionUses.h"
#include "whet/analysis/HiddenMentions.h"
#include "whet/analysis/OutsideWrites.h"
#include "whet/analysis/TypeCost.h"
#include "whet/analysis/ValueUses.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "whet/support/Check.h"
#include "whet/support/Registry.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtCXX.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr OptionInfo Opts[] = {{"MinBytes", OptionKind::Unsigned, "64",
                                "a parameter whose copy allocates nothing is "
                                "reported if it has more bytes "
                                "than this"}};

constexpr CheckInfo Info{.Id = "whet-large-by-value-param",
                         .Topic = Topic::Copies,
                         .Summary =
                             "parameter is copied at every call and only read",
                         .Fix = FixKind::Safe,
                         .Since = "0.1",
                         .Options = Opts};

class LargeByValueParam : public Check {
public:
  LargeByValueParam(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info), MinBytes(unsignedOption("MinBytes")) {}

  // Editors match what is in the open file only, and never the unit as such.
  void registerMatchers(MatchFinder *Finder) override {
    Finder->addMatcher(
        functionDecl(isDefinition(), unless(isExpansionInSystemHeader())),
        this);
  }
  void check(const MatchFinder::MatchResult &Result) override {
    Context = Result.Context;
  }
  void onEndOfTranslationUnit() override;

private:
  bool isExpensive(QualType T);
  void examine(const FunctionDecl &F, FunctionUse &Use);
  void examineParameter(const FunctionDecl &F, FunctionUse &Use, unsigned I);
  void reportReference(const FunctionDecl &F, FunctionUse &Use, unsigned I);
  void reportMove(const ParmVarDecl &P, const ValueUses &Uses,
                  const BodyIndex &Index);
  std::optional<Fix> referenceFix(const FunctionDecl &F, FunctionUse &Use,
                                  unsigned I, Finding &Report);
  void addAliasing(const FunctionUse &Use, unsigned I, Finding &Report);
  void limitFix(Finding &Report) const;
  void settle(Finding Report);
  const BodyIndex &indexOf(const FunctionDecl &F);

  const unsigned MinBytes;
  ASTContext *Context = nullptr;
  TypeCosts Costs;
  ContainerModels Models;
  OutsideWrites Writes;
  llvm::DenseMap<const FunctionDecl *, std::unique_ptr<BodyIndex>> Indexes;
  FactBase Facts;
  std::vector<Finding> Findings;
};

} // namespace

static const RegisterCheck<LargeByValueParam> X(Info);

// --- Which parameters
// ---------------------------------------------------------

bool LargeByValueParam::isExpensive(QualType T) {
  if (T->isReferenceType() || !T->isRecordType() || T.isVolatileQualified() ||
      Costs.isView(T) || Costs.isSharedPointer(T))
    return false;
  std::optional<CopyCost> Cost = Costs.copy(T);
  return Cost && (Cost->Bytes > MinBytes || Cost->Allocations > 0 ||
                  Cost->AtomicIncrements > 0);
}

// Whether T, as it is written in a template, is a parameter of the template:
// there, a value is right for some types and a reference for others.
static bool isTemplateParameter(QualType T) {
  return T->isDependentType() && !T->getAs<TemplateSpecializationType>() &&
         !T->isRecordType();
}

static bool isExported(const FunctionDecl &F) {
  if (F.hasAttr<DLLExportAttr>() || F.hasAttr<DLLImportAttr>())
    return true;
  if (std::optional<Visibility> V =
          F.getExplicitVisibility(NamedDecl::VisibilityForValue))
    return *V == DefaultVisibility;
  return false;
}

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

const BodyIndex &LargeByValueParam::indexOf(const FunctionDecl &F) {
  std::unique_ptr<BodyIndex> &Index = Indexes[&F];
  if (!Index)
    Index = std::make_unique<BodyIndex>(F, Models);
  return *Index;
}

void LargeByValueParam::onEndOfTranslationUnit() {
  if (!Context)
    return;
  auto IsTracked = [&](const ParmVarDecl &P) {
    return isExpensive(P.getType());
  };
  FunctionUses Uses(IsTracked);
  Uses.collect(*Context);
  for (auto &[F, Use] : Uses.functions())
    examine(*F, Use);
  Uses.publish(Facts);
  UnitScope *Unit = UnitScope::current();
  if (Unit)
    Unit->Facts.join(Facts);
  else
    Facts.solve();
  for (Finding &F : Findings)
    settle(std::move(F));
}

void LargeByValueParam::examine(const FunctionDecl &F, FunctionUse &Use) {
  if (Use.Definitions.empty() || isGivenSignature(F, Use))
    return;
  for (unsigned I = 0; I < F.getNumParams(); ++I)
    examineParameter(F, Use, I);
}

// --- Whether it is only read
// --------------------------------------------------

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
      return !C->isDeleted();
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

void LargeByValueParam::examineParameter(const FunctionDecl &F,
                                         FunctionUse &Use, unsigned I) {
  bool IsOnlyRead = true;
  bool IsUsed = false;
  for (const FunctionDecl *Definition : Use.Definitions) {
    if (I >= Definition->getNumParams())
      return;
    const ParmVarDecl &P = *Definition->getParamDecl(I);
    if (!isExpensive(P.getType()))
      return;
    if (isCoroutine(*Definition)) {
      IsOnlyRead = false;
      continue;
    }
    const BodyIndex &Index = indexOf(*Definition);
    ValueUses Uses = valueUses(P, Index);
    IsUsed |= Uses.Count > 0;
    if (Uses.Fate != ValueFate::OnlyRead) {
      IsOnlyRead = false;
    } else if (canMove(P, Uses, Index)) {
      IsOnlyRead = false;
      if (Use.Definitions.size() == 1)
        reportMove(P, Uses, Index);
    } else if (hasHiddenMention(P, Index)) {
      IsOnlyRead = false;
    }
  }
  if (!IsOnlyRead)
    Use.Parameters[I].NeedsValue = true;
  else if (IsUsed && !Use.IsPinned)
    reportReference(F, Use, I);
}

// --- What is said
// -------------------------------------------------------------

static std::string quoted(const NamedDecl &D) {
  return "'" + D.getNameAsString() + "'";
}

// Whether other units can see F at all.
static bool isSeenElsewhere(const FunctionDecl &F) {
  return F.isExternallyVisible();
}

// In a host that sees one unit only.
void LargeByValueParam::limitFix(Finding &Report) const {
  const auto &F = *cast<FunctionDecl>(Report.In);
  if (isSeenElsewhere(F) ||
      !hold(Condition::Scope::Fix, Report.Conditions, Facts)) {
    Report.Suggested.reset();
  } else if (const Condition *Broken = firstBroken(Condition::Scope::Safety,
                                                   Report.Conditions, Facts)) {
    Report.Suggested->Kind = FixKind::Unsafe;
    Report.Suggested->Caution = otherwise(*Broken);
  }
}

void LargeByValueParam::settle(Finding Report) {
  // Where nobody joins units, this one is all that is known.
  if (UnitScope::current())
    return report(std::move(Report));
  if (!hold(Condition::Scope::Finding, Report.Conditions, Facts))
    return;
  if (Report.Suggested && !Report.Conditions.empty())
    limitFix(Report);
  report(std::move(Report));
}

void LargeByValueParam::reportMove(const ParmVarDecl &P, const ValueUses &Uses,
                                   const BodyIndex &Index) {
  const Expr &Value = *Uses.Copies.front().Value->IgnoreParenImpCasts();
  const ASTContext &Ctx = Index.context();
  if (Value.getExprLoc().isMacroID() || P.getLocation().isMacroID())
    return;
  Finding Report;
  Report.Loc = Value.getBeginLoc();
  Report.Message = quoted(P) + " is copied here, " +
                   describe(*Costs.copy(P.getType())) +
                   ", at its last use; move it";
  Report.Notes.push_back({P.getLocation(), "the parameter is a copy already"});
  Report.In = &Index.function();
  EditBuilder Builder(Ctx.getSourceManager(), Ctx.getLangOpts());
  Builder.insertBefore(Value, "std::move(").insertAfter(Value, ")");
  std::optional<Edits> Changes = Builder.take();
  if (Changes && Ctx.getLangOpts().CPlusPlus11 &&
      !Index.function().getTemplateInstantiationPattern())
    Report.Suggested = Fix{FixKind::Safe, "", std::move(*Changes)};
  Findings.push_back(std::move(Report));
}

// A pure virtual function's parameters often have no names.
static std::string named(const ParmVarDecl &P) {
  return P.getIdentifier()
             ? quoted(P)
             : "parameter " + std::to_string(P.getFunctionScopeIndex() + 1);
}

// Where the reader is sent: the definition, as it is written; of a hierarchy,
// its root.
static const FunctionDecl &placeOf(const FunctionDecl &F,
                                   const FunctionUse &Use) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (Method && Method->isVirtual())
    return F;
  const FunctionDecl *Definition = Use.Definitions.front();
  const FunctionDecl *Pattern = Definition->getTemplateInstantiationPattern();
  return Pattern ? *Pattern : *Definition;
}

static bool isUnsharedHere(const FunctionUse &Use, unsigned I) {
  auto It = Use.Parameters.find(I);
  return It == Use.Parameters.end() || !It->second.IsShared;
}

// What the body, or what it calls, writes while the parameter would refer to
// what the caller has. It matters only if somebody else can reach that.
void LargeByValueParam::addAliasing(const FunctionUse &Use, unsigned I,
                                    Finding &Report) {
  bool MayWrite = false;
  for (const FunctionDecl *Definition : Use.Definitions) {
    const ParmVarDecl &P = *Definition->getParamDecl(I);
    const WrittenOutside &Outside = Writes.of(*Definition);
    const auto *Write = Outside.firstOverlapping(P.getType());
    MayWrite |= Write || Outside.Unknown.isValid();
    if (Write && !isUnsharedHere(Use, I))
      Report.Notes.push_back(
          {Write->Where, "this may change what " + quoted(P) +
                             " would refer to, if a caller passes the same"});
  }
  if (!MayWrite)
    return;
  if (std::optional<Condition> C = isUnshared(*Use.Definitions.front(), I))
    Report.Conditions.push_back(std::move(*C));
}

std::optional<Fix> LargeByValueParam::referenceFix(const FunctionDecl &F,
                                                   FunctionUse &Use, unsigned I,
                                                   Finding &Report) {
  const ASTContext &Ctx = F.getASTContext();
  EditBuilder Builder(Ctx.getSourceManager(), Ctx.getLangOpts());
  for (const FunctionDecl *D : Use.Declarations) {
    if (I >= D->getNumParams())
      return std::nullopt;
    Builder.makeConstReference(*D->getParamDecl(I));
  }
  std::optional<Edits> Changes = Builder.take();
  std::optional<Condition> Complete = isDeclaredOnlyAt(F, Use.Declarations);
  if (!Changes || !Complete)
    return std::nullopt;
  Report.Conditions.push_back(std::move(*Complete));
  Fix Suggested{FixKind::Safe, "", std::move(*Changes)};
  addAliasing(Use, I, Report);
  if (isExported(F)) {
    Suggested.Kind = FixKind::Unsafe;
    Suggested.Caution = "the function is exported: programs that call it have "
                        "to be compiled anew";
  }
  return Suggested;
}

void LargeByValueParam::reportReference(const FunctionDecl &F, FunctionUse &Use,
                                        unsigned I) {
  const FunctionDecl &Place = placeOf(F, Use);
  const ParmVarDecl &P = *Place.getParamDecl(I);
  if (isTemplateParameter(P.getType()) || P.getLocation().isMacroID())
    return;
  std::optional<Condition> Called = onlyCalled(F);
  std::optional<Condition> Copied = mayBeCopied(F, I);
  std::optional<Condition> Read = isOnlyRead(F, I);
  if (!Called || !Copied || !Read)
    return;
  QualType T = Use.Definitions.front()->getParamDecl(I)->getType();
  Finding Report;
  Report.Loc = P.getLocation();
  Report.Message = named(P) + " is copied at each call, " +
                   describe(*Costs.copy(T)) + ", and only read";
  Report.In = &Place;
  Report.Conditions = {*Called, *Copied, *Read};
  SourceLocation Copying = Use.Parameters[I].Copying;
  if (Copying.isValid())
    Report.Notes.push_back({Copying, "copied here, for one"});
  Report.Suggested = referenceFix(F, Use, I, Report);
  Findings.push_back(std::move(Report));
}
