//===- RangeLoopCopy.cpp - whet-range-loop-copy ---------------------------===//
//
// A loop that copies each element of a range only to read it: as the loop
// variable, by a conversion that the variable's type asks for, or as a local at
// the top of the body.
//
// Which copies could be references is the business of analysis/LoopCopies.h.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/LoopCopies.h"
#include "whet/analysis/TypeCost.h"
#include "whet/support/Check.h"
#include "whet/support/Registry.h"
#include "whet/support/TemplateFindings.h"
#include "clang/AST/ASTContext.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr OptionInfo Opts[] = {
    {"MinBytes", OptionKind::Unsigned, "64",
     "an element whose copy allocates nothing is reported if it has more bytes "
     "than this"}};

constexpr CheckInfo Info{
    .Id = "whet-range-loop-copy",
    .Topic = Topic::Copies,
    .Summary = "loop copies a large or allocating element in each "
               "iteration, and only reads it",
    .Fix = FixKind::Safe,
    .Since = "0.1",
    .Options = Opts};

class RangeLoopCopy : public Check {
public:
  RangeLoopCopy(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info), MinBytes(unsignedOption("MinBytes")) {}

  void registerMatchers(MatchFinder *Finder) override;
  void check(const MatchFinder::MatchResult &Result) override;
  void onEndOfTranslationUnit() override;

private:
  bool isExpensive(QualType T);
  Finding finding(const LoopCopy &Copy, const FunctionDecl &F);

  const unsigned MinBytes;
  TypeCosts Costs;
  LoopCopies Copies;
  TemplateFindings Findings;
};

} // namespace

static const RegisterCheck<RangeLoopCopy> X(Info);

void RangeLoopCopy::registerMatchers(MatchFinder *Finder) {
  auto IsWritten = unless(anyOf(isImplicit(), isExpansionInSystemHeader()));
  Finder->addMatcher(functionDecl(isDefinition(), IsWritten).bind("function"),
                     this);
  Finder->addMatcher(
      lambdaExpr(unless(isExpansionInSystemHeader())).bind("lambda"), this);
}

void RangeLoopCopy::check(const MatchFinder::MatchResult &Result) {
  const auto *F = Result.Nodes.getNodeAs<FunctionDecl>("function");
  if (const auto *Lambda = Result.Nodes.getNodeAs<LambdaExpr>("lambda"))
    F = Lambda->getCallOperator();
  if (!F || !F->hasBody() || F->isDependentContext() || F->isDefaulted())
    return;
  Findings.noteBody(*F);
  auto IsTracked = [this](QualType T) { return isExpensive(T); };
  for (const LoopCopy &Copy : Copies.find(*F, IsTracked))
    Findings.add(*F, finding(Copy, *F));
}

bool RangeLoopCopy::isExpensive(QualType T) {
  if (!T->isRecordType() || T.isVolatileQualified() || Costs.isView(T) ||
      Costs.isSharedPointer(T))
    return false;
  std::optional<CopyCost> Cost = Costs.copy(T);
  return Cost && (Cost->Bytes > MinBytes || Cost->Allocations > 0 ||
                  Cost->AtomicIncrements > 0);
}

static std::string message(const LoopCopy &Copy, const CopyCost &Cost) {
  std::string PerIteration = describe(Cost) + " per iteration";
  if (Copy.IsConversion)
    return Copy.name() + " is each element converted to another type, " +
           PerIteration;
  if (Copy.Loop)
    return Copy.name() + " is a copy of each element, " + PerIteration +
           ", and only read";
  return Copy.name() + " is a copy, " + PerIteration + ", and only read";
}

Finding RangeLoopCopy::finding(const LoopCopy &Copy, const FunctionDecl &F) {
  const VarDecl &Var = *Copy.Var;
  const ASTContext &Ctx = F.getASTContext();
  Finding Report;
  Report.Loc = Var.getLocation();
  Report.Message = message(Copy, *Costs.copy(Var.getType()));
  Report.In = &F;
  if (Copy.IsConversion) {
    PrintingPolicy Policy(Ctx.getLangOpts());
    Report.Notes.push_back(
        {Copy.Source->getBeginLoc(),
         "the elements are of type '" +
             Copy.Source->getType().getUnqualifiedType().getAsString(Policy) +
             "'"});
  }
  EditBuilder Builder(Ctx.getSourceManager(), Ctx.getLangOpts());
  Builder.makeConstReference(Var, Copy.IsConversion ? "auto" : "");
  std::optional<Edits> Changes = Builder.take();
  if (!Changes)
    return Report;
  Report.Suggested = Fix{FixKind::Safe, "", std::move(*Changes)};
  if (Costs.copy(Var.getType())->RunsUnknownCode) {
    Report.Suggested->Kind = FixKind::Unsafe;
    Report.Suggested->Caution = "copying it runs a copy constructor of your "
                                "own, which may do more than copy";
  } else if (Copy.State.Kind == SourceState::Unknown) {
    Report.Suggested->Kind = FixKind::Unsafe;
    Report.Suggested->Caution = "what is called while " + Copy.name() +
                                " is read may change what it would refer to";
    Report.Notes.push_back(
        {Copy.State.Where, "nothing is known of what this changes"});
  }
  return Report;
}

void RangeLoopCopy::onEndOfTranslationUnit() {
  for (Finding &F : Findings.take())
    report(std::move(F));
}
