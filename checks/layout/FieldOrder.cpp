//===- FieldOrder.cpp - whet-field-order ----------------------------------===//
//
// A record of which there are many, and whose fields take fewer bytes in
// another order.
//
// Most records that could be smaller are no finding: there is one of them, or
// somebody else reads their bytes. The former is evidence that is looked for
// (analysis/RecordUses.h), the latter silences the check, wherever in the
// project it is.
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/FieldOrder.h"
#include "whet/analysis/FieldRewrite.h"
#include "whet/analysis/HeaderReaders.h"
#include "whet/analysis/LayoutIntent.h"
#include "whet/analysis/RecordUses.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/Settled.h"
#include "whet/support/Check.h"
#include "whet/support/Registry.h"
#include "clang/AST/ASTContext.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr OptionInfo Opts[] = {
    {"MinBytesSaved", OptionKind::Unsigned, "8",
     "a record is reported if another order saves as many bytes"},
    {"MinPercent", OptionKind::Unsigned, "5",
     "a record is reported if another order saves as much of its size"},
    {"AlsoFew", OptionKind::Bool, "false",
     "also report records of which there may be only one"}};

constexpr CheckInfo Info{
    .Id = "whet-field-order",
    .Topic = Topic::Layout,
    .Summary = "fields of a record of which there are many waste bytes by "
               "their order",
    .Fix = FixKind::Safe,
    .Since = "0.1",
    .Options = Opts};

class FieldOrderCheck : public Check {
public:
  FieldOrderCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info),
        MinBytesSaved(unsignedOption("MinBytesSaved")),
        MinPercent(unsignedOption("MinPercent")),
        AlsoFew(boolOption("AlsoFew")) {}

  void registerMatchers(MatchFinder *Finder) override;
  void check(const MatchFinder::MatchResult &Result) override;
  void onEndOfTranslationUnit() override;

private:
  bool isWorthwhile(const RecordLayout &Now, uint64_t Then) const;
  std::optional<Finding> findingOf(const CXXRecordDecl &Record,
                                   llvm::ArrayRef<PositionalUse> Uses,
                                   FactBase &Facts) const;

  const unsigned MinBytesSaved;
  const unsigned MinPercent;
  const bool AlsoFew;
  ASTContext *Context = nullptr;
  llvm::SmallSetVector<const CXXRecordDecl *, 32> Records;
};

} // namespace

static const RegisterCheck<FieldOrderCheck> X(Info);

// Also of units that define no record: they may rely on others'.
void FieldOrderCheck::registerMatchers(MatchFinder *Finder) {
  Finder->addMatcher(
      decl(anyOf(cxxRecordDecl(isDefinition()).bind("record"), functionDecl(),
                 varDecl(hasGlobalStorage())),
           unless(anyOf(isImplicit(), isExpansionInSystemHeader()))),
      this);
}

void FieldOrderCheck::check(const MatchFinder::MatchResult &Result) {
  Context = Result.Context;
  if (const auto *Record = Result.Nodes.getNodeAs<CXXRecordDecl>("record"))
    Records.insert(Record);
}

void FieldOrderCheck::onEndOfTranslationUnit() {
  if (!Context)
    return;
  FactBase Facts;
  PositionalUses Uses = collectRecordUses(*Context, Facts);
  std::vector<Finding> Findings;
  for (const CXXRecordDecl *Record : Records)
    if (std::optional<Finding> F = findingOf(*Record, Uses[Record], Facts))
      Findings.push_back(std::move(*F));
  publish(Facts);
  for (Finding &F : Findings)
    if (settle(F, Facts, cast<CXXRecordDecl>(F.In)->isExternallyVisible()))
      report(std::move(F));
}

// Instantiations differ in what is best; `whet layout` shows each.
static bool isWrittenOnce(const CXXRecordDecl &Record) {
  return !Record.isDependentContext() && !Record.isUnion() &&
         !Record.isLambda() && !Record.isInvalidDecl() &&
         Record.getIdentifier() && Record.getLocation().isFileID() &&
         !isa<ClassTemplateSpecializationDecl>(Record) &&
         !Record.getTemplateInstantiationPattern() &&
         llvm::all_of(Record.fields(), [](const FieldDecl *Field) {
           return Field->getLocation().isFileID();
         });
}

bool FieldOrderCheck::isWorthwhile(const RecordLayout &Now,
                                   uint64_t Then) const {
  uint64_t Saved = Now.size() - Then;
  return Saved >= uint64_t(MinBytesSaved) * 8 &&
         Saved * 100 >= uint64_t(MinPercent) * Now.size();
}

static std::string named(const FieldDecl &Field) {
  return Field.getIdentifier() ? "'" + Field.getNameAsString() + "'"
                               : "the anonymous one";
}

/// With more moves, a list is easier to read than what is behind what.
static constexpr unsigned MaxMovesTold = 3;

// "32 bytes with 'A' behind 'B'".
static std::string orderInWords(const FieldOrder &Best) {
  std::string Text = std::to_string(Best.Layout.size() / 8) + " bytes ";
  auto Staying = stayingFields(Best.Fields);
  if (Best.Fields.size() - Staying.size() > MaxMovesTold) {
    Text += "in the order ";
    llvm::ListSeparator Comma;
    for (const FieldDecl *Field : Best.Fields) {
      Text += llvm::StringRef(Comma);
      Text += Field->getIdentifier() ? Field->getName() : "(anonymous)";
    }
    return Text;
  }
  const FieldDecl *Previous = nullptr;
  bool IsFirst = true;
  for (const FieldDecl *Field : Best.Fields) {
    if (!Staying.contains(Field)) {
      Text += (IsFirst ? "with " : ", ") + named(*Field) +
              (Previous ? " behind " + named(*Previous) : " in front");
      IsFirst = false;
    }
    Previous = Field;
  }
  return Text;
}

static bool isSwallowedByMalloc(const RecordLayout &Now,
                                const RecordLayout &Then,
                                const ASTContext &Ctx) {
  uint64_t Pointer = Ctx.getTypeSize(Ctx.VoidPtrTy);
  std::optional<uint64_t> Bytes =
      mallocBytes(Now.size(), Now.alignment(), Pointer);
  return Bytes && Bytes == mallocBytes(Then.size(), Then.alignment(), Pointer);
}

// The edit, if the text of the record allows for it; a note if it does not.
static void addFix(Finding &F, Rewriting Rewritten) {
  if (Rewritten.Problem) {
    F.Notes.push_back(
        {Rewritten.Problem->Where, "no fix: " + Rewritten.Problem->What});
    return;
  }
  F.Suggested = Fix{FixKind::Safe, "", std::move(Rewritten.Changes)};
}

std::optional<Finding>
FieldOrderCheck::findingOf(const CXXRecordDecl &Record,
                           llvm::ArrayRef<PositionalUse> Uses,
                           FactBase &Facts) const {
  if (!isWrittenOnce(Record))
    return std::nullopt;
  std::optional<RecordLayout> Now = RecordLayout::of(Record);
  if (!Now || !isWorthwhile(*Now, leastConceivableSize(*Now)) ||
      !signsOfIntent(Record).empty())
    return std::nullopt;
  std::optional<std::string> Key = recordKey(Record);
  std::optional<FieldOrder> Best = bestFieldOrder(Record);
  if (!Key || !Best || !isWorthwhile(*Now, Best->Layout.size()))
    return std::nullopt;
  Finding F;
  F.Loc = Record.getLocation();
  uint64_t Saved = (Now->size() - Best->Layout.size()) / 8;
  F.Message = "'" + Record.getNameAsString() + "' takes " +
              std::to_string(Now->size() / 8) + " bytes, " +
              std::to_string(Saved) +
              " of them padding that another order of its fields saves";
  F.Notes = {{F.Loc, orderInWords(*Best)}};
  F.In = &Record;
  F.Conditions = {orderIsFree(*Key), noSourceFollows(*Key),
                  isRewrittenEverywhere(Record)};
  if (Record.isExternallyVisible()) {
    F.Conditions.push_back(wholeProjectIsKnown());
    F.Conditions.push_back(isNotInstalled(Record));
    if (std::optional<Condition> C = isNotForC(Record))
      F.Conditions.push_back(std::move(*C));
  }
  if (!AlsoFew)
    F.Conditions.push_back(
        thereAreMany(*Key, isSwallowedByMalloc(*Now, Best->Layout, *Context)));
  addFix(F, rewriteFields(Record, Best->Fields, Uses, Facts));
  return F;
}
