//===- SharedPtrCopy.cpp - whet-shared-ptr-copy ---------------------------===//
//
// A copy of a shared pointer counts up and down, atomically, on a cache line
// that all owners share. Where nothing can take the object away meanwhile, and
// the copy is only looked through, a reference does the same for nothing.
//
// A copy is also what keeps the object alive: whatever may release an owner
// while the copy lives is a reason to say nothing.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/ByValueParameters.h"
#include "whet/analysis/FunctionUses.h"
#include "whet/analysis/LocalCaptures.h"
#include "whet/analysis/LoopCopies.h"
#include "whet/analysis/TypeCost.h"
#include "whet/facts/Settled.h"
#include "whet/support/Check.h"
#include "whet/support/Registry.h"
#include "whet/support/TemplateFindings.h"
#include "clang/AST/ASTContext.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr CheckInfo Info{.Id = "whet-shared-ptr-copy",
                         .Topic = Topic::Copies,
                         .Summary =
                             "shared pointer is copied only to be looked "
                             "through; its reference count is raised "
                             "and lowered for nothing",
                         .Fix = FixKind::Safe,
                         .Since = "0.1"};

class SharedPtrCopy : public Check {
public:
  SharedPtrCopy(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info), Copies(LoopCopies::Everywhere) {}

  void registerMatchers(MatchFinder *Finder) override;
  void check(const MatchFinder::MatchResult &Result) override;
  void onEndOfTranslationUnit() override;

private:
  void examine(const FunctionDecl &F);
  void reportParameters();

  bool isShared(QualType T) const {
    return T->isRecordType() && Costs.isSharedPointer(T);
  }

  TypeCosts Costs;
  LoopCopies Copies;
  LocalCaptures Captures;
  TemplateFindings Findings;
  ASTContext *Context = nullptr;
};

} // namespace

static const RegisterCheck<SharedPtrCopy> X(Info);

void SharedPtrCopy::registerMatchers(MatchFinder *Finder) {
  auto IsWritten = unless(anyOf(isImplicit(), isExpansionInSystemHeader()));
  Finder->addMatcher(functionDecl(isDefinition(), IsWritten).bind("function"),
                     this);
  Finder->addMatcher(
      lambdaExpr(unless(isExpansionInSystemHeader())).bind("lambda"), this);
  Finder->addMatcher(mayUseFunctions(), this);
}

void SharedPtrCopy::check(const MatchFinder::MatchResult &Result) {
  Context = Result.Context;
  const auto *F = Result.Nodes.getNodeAs<FunctionDecl>("function");
  if (const auto *Lambda = Result.Nodes.getNodeAs<LambdaExpr>("lambda"))
    F = Lambda->getCallOperator();
  if (F && F->hasBody() && !F->isDependentContext() && !F->isDefaulted())
    examine(*F);
}

static Fix fixOf(Edits Changes) {
  return {FixKind::Safe, "", std::move(Changes)};
}

static Finding copyFinding(const LoopCopy &Copy, const FunctionDecl &F) {
  const ASTContext &Ctx = F.getASTContext();
  Finding Report;
  Report.Loc = Copy.Var->getLocation();
  Report.Message = Copy.name() +
                   (Copy.Loop ? " is a copy of each shared pointer"
                              : " is a copy of a shared pointer") +
                   ", 1 atomic increment and 1 decrement per " +
                   (Copy.IsInLoop ? "iteration" : "call") +
                   ", and only looked through";
  Report.In = &F;
  EditBuilder Builder(Ctx.getSourceManager(), Ctx.getLangOpts());
  if (std::optional<Edits> Changes =
          Builder.makeConstReference(*Copy.Var).take())
    Report.Suggested = fixOf(std::move(*Changes));
  return Report;
}

static Finding captureFinding(const LocalCapture &Capture,
                              const FunctionDecl &F) {
  const ASTContext &Ctx = F.getASTContext();
  Finding Report;
  Report.Loc = Capture.Loc;
  Report.Message = "'" + Capture.Var->getNameAsString() +
                   "' is captured by value, 1 atomic increment and 1 decrement "
                   "for each copy of the closure, which does not outlive it";
  Report.In = &F;
  EditBuilder Builder(Ctx.getSourceManager(), Ctx.getLangOpts());
  if (std::optional<Edits> Changes =
          Builder
              .replace({Capture.Loc, Capture.Loc},
                       "&" + Capture.Var->getNameAsString())
              .take())
    Report.Suggested = fixOf(std::move(*Changes));
  return Report;
}

void SharedPtrCopy::examine(const FunctionDecl &F) {
  Findings.noteBody(F);
  auto IsTracked = [this](QualType T) { return isShared(T); };
  // Nobody can tell what an unknown call releases.
  for (const LoopCopy &Copy : Copies.find(F, IsTracked))
    if (Copy.State.Kind == SourceState::Stable)
      Findings.add(F, copyFinding(Copy, F));
  for (const LocalCapture &Capture : Captures.find(F, IsTracked))
    Findings.add(F, captureFinding(Capture, F));
}

static Finding parameterFinding(const ByValueParameter &P) {
  const ParmVarDecl &Written = P.declaration();
  std::string Name = Written.getIdentifier()
                         ? "'" + Written.getNameAsString() + "'"
                         : std::string("a parameter");
  Finding Report;
  Report.In = P.Function;
  Report.Conditions = P.Conditions;
  if (P.Best == ByValueParameter::Move) {
    Report.Loc = P.LastCopy.Value->IgnoreParenImpCasts()->getBeginLoc();
    Report.Message = Name + " is copied here, 1 atomic increment and 1 "
                            "decrement, at its last use; move it";
    Report.Notes = {{Written.getLocation(), "the parameter is a copy already"}};
  } else {
    Report.Loc = Written.getLocation();
    Report.Message = Name +
                     " is a copy of a shared pointer, 1 atomic increment "
                     "and 1 decrement per call, and only looked through";
    if (P.Copying.isValid())
      Report.Notes.push_back({P.Copying, "copied here, for one"});
  }
  std::optional<Edits> Changes = P.edits();
  if (!Changes)
    return Report;
  Report.Suggested = fixOf(std::move(*Changes));
  if (P.Best == ByValueParameter::Reference && P.isExported()) {
    Report.Suggested->Kind = FixKind::Unsafe;
    Report.Suggested->Caution = "the function is exported: programs that call "
                                "it have to be compiled anew";
  }
  return Report;
}

// What a caller lends has to stay; if it may not, the copy has its purpose.
static std::vector<Condition> asFindingConditions(std::vector<Condition> All) {
  for (Condition &C : All)
    if (C.On == Condition::Scope::Safety)
      C.On = Condition::Scope::Finding;
  return All;
}

void SharedPtrCopy::reportParameters() {
  auto IsTracked = [this](QualType T) { return isShared(T); };
  FactBase Facts;
  std::vector<ByValueParameter> Parameters =
      ByValueParameters(IsTracked).find(*Context, Facts);
  publish(Facts);
  for (const ByValueParameter &P : Parameters) {
    Finding Report = parameterFinding(P);
    Report.Conditions = asFindingConditions(std::move(Report.Conditions));
    if (Report.Loc.isFileID() &&
        settle(Report, Facts, P.Function->isExternallyVisible()))
      report(std::move(Report));
  }
}

void SharedPtrCopy::onEndOfTranslationUnit() {
  if (Context)
    reportParameters();
  for (Finding &F : Findings.take())
    report(std::move(F));
}
