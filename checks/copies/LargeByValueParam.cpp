//===- LargeByValueParam.cpp - whet-large-by-value-param ------------------===//
//
// A parameter that takes a copy of what every caller has, and only reads it; or
// one that is copied once more, into a member, when it could be moved.
//
// Changing a parameter's type changes a function for the whole program. What is
// in the way elsewhere is asked through facts: analysis/FunctionUses.h.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/ByValueParameters.h"
#include "whet/analysis/FunctionUses.h"
#include "whet/analysis/TypeCost.h"
#include "whet/facts/Settled.h"
#include "whet/support/Check.h"
#include "whet/support/Registry.h"
#include "clang/AST/ASTContext.h"

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

  void registerMatchers(MatchFinder *Finder) override {
    Finder->addMatcher(mayUseFunctions(), this);
  }
  void check(const MatchFinder::MatchResult &Result) override {
    Context = Result.Context;
  }
  void onEndOfTranslationUnit() override;

private:
  bool isExpensive(QualType T);
  Finding copyFinding(const ByValueParameter &P);
  Finding moveFinding(const ByValueParameter &P);

  const unsigned MinBytes;
  ASTContext *Context = nullptr;
  TypeCosts Costs;
};

} // namespace

static const RegisterCheck<LargeByValueParam> X(Info);

bool LargeByValueParam::isExpensive(QualType T) {
  if (!T->isRecordType() || Costs.isView(T) || Costs.isSharedPointer(T))
    return false;
  std::optional<CopyCost> Cost = Costs.copy(T);
  return Cost && (Cost->Bytes > MinBytes || Cost->Allocations > 0 ||
                  Cost->AtomicIncrements > 0);
}

void LargeByValueParam::onEndOfTranslationUnit() {
  if (!Context)
    return;
  auto IsTracked = [&](QualType T) { return isExpensive(T); };
  FactBase Facts;
  std::vector<ByValueParameter> Parameters =
      ByValueParameters(IsTracked).find(*Context, Facts);
  publish(Facts);
  for (const ByValueParameter &P : Parameters) {
    Finding F =
        P.Best == ByValueParameter::Move ? moveFinding(P) : copyFinding(P);
    if (F.Loc.isFileID() && settle(F, Facts, P.Function->isExternallyVisible()))
      report(std::move(F));
  }
}

// A pure virtual function's parameters often have no names.
static std::string named(const ParmVarDecl &P) {
  return P.getIdentifier()
             ? "'" + P.getNameAsString() + "'"
             : "parameter " + std::to_string(P.getFunctionScopeIndex() + 1);
}

Finding LargeByValueParam::moveFinding(const ByValueParameter &P) {
  const ParmVarDecl &Written = P.declaration();
  Finding F;
  F.Loc = P.LastCopy.Value->IgnoreParenImpCasts()->getBeginLoc();
  F.Message = named(Written) + " is copied here, " +
              describe(*Costs.copy(P.Type)) + ", at its last use; move it";
  F.Notes = {{Written.getLocation(), "the parameter is a copy already"}};
  F.In = P.Function;
  if (std::optional<Edits> Changes = P.edits())
    F.Suggested = Fix{FixKind::Safe, "", std::move(*Changes)};
  return F;
}

Finding LargeByValueParam::copyFinding(const ByValueParameter &P) {
  const ParmVarDecl &Written = P.declaration();
  Finding F;
  F.Loc = Written.getLocation();
  F.Message = named(Written) + " is copied at each call, " +
              describe(*Costs.copy(P.Type)) + ", and only read";
  F.In = P.Function;
  F.Conditions = P.Conditions;
  if (P.Copying.isValid())
    F.Notes.push_back({P.Copying, "copied here, for one"});
  if (P.Writing.isValid())
    F.Notes.push_back({P.Writing, "this may change what " + named(Written) +
                                      " would refer to, if a caller passes "
                                      "the same"});
  std::optional<Edits> Changes = P.edits();
  if (!Changes)
    return F;
  F.Suggested = Fix{FixKind::Safe, "", std::move(*Changes)};
  if (Costs.copy(P.Type)->RunsUnknownCode) {
    F.Suggested->Kind = FixKind::Unsafe;
    F.Suggested->Caution = "copying it runs a copy constructor of your own, "
                           "which may do more than copy";
  } else if (P.isExported()) {
    F.Suggested->Kind = FixKind::Unsafe;
    F.Suggested->Caution = "the function is exported: programs that call it "
                           "have to be compiled anew";
  }
  return F;
}
