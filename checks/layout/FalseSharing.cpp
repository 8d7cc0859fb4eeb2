//===- FalseSharing.cpp - whet-false-sharing ------------------------------===//
//
// Two fields, or two variables, that different threads write again and again
// while both are in one cache line: each write takes the line from the other
// thread's core, though neither thread asked for what the other one wrote.
//
// Atomics that are neighbours are no finding. What is one is evidence, in
// whatever file, that neither of the threads writes both
// (analysis/ThreadWrites.h).
//
//===----------------------------------------------------------------------===//
#include "whet/analysis/CacheLine.h"
#include "whet/analysis/LayoutIntent.h"
#include "whet/analysis/RecordLayout.h"
#include "whet/analysis/RecordUses.h"
#include "whet/analysis/ThreadLibrary.h"
#include "whet/analysis/ThreadWrites.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/Settled.h"
#include "whet/support/Check.h"
#include "whet/support/Registry.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/MapVector.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {

constexpr OptionInfo Opts[] = {
    {"CacheLineSize", OptionKind::Unsigned, "64",
     "the bytes of a cache line; a power of two"},
    {"Alignment", OptionKind::String, "",
     "what the fix writes in alignas, such as a constant of the project; if "
     "empty, the standard library's constant where it can be used, and "
     "CacheLineSize elsewhere"}};

constexpr CheckInfo Info{
    .Id = "whet-false-sharing",
    .Topic = Topic::Layout,
    .Summary = "fields that different threads write are in one cache line",
    .Fix = FixKind::Unsafe,
    .Since = "0.1",
    .Options = Opts};

/// A field that may be written apart from others, where it is.
struct PlacedField {
  const FieldDecl *Field = nullptr;
  std::string Key;
  ByteRange Bytes;
};

class FalseSharing : public Check {
public:
  FalseSharing(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info),
        CacheLineSize(unsignedOption("CacheLineSize")),
        Alignment(stringOption("Alignment")) {}

  void registerMatchers(MatchFinder *Finder) override;
  void check(const MatchFinder::MatchResult &Result) override;
  void onEndOfTranslationUnit() override;

private:
  using Instances = llvm::SmallVector<const CXXRecordDecl *, 2>;

  std::vector<PlacedField> placedFields(const CXXRecordDecl &Record) const;
  void reportRecord(const CXXRecordDecl &Pattern, const Instances &Records,
                    const FactBase &Facts);
  void reportPair(const CXXRecordDecl &Pattern, const Instances &Records,
                  llvm::ArrayRef<PlacedField> Fields, const FactBase &Facts);
  std::optional<LineSharing> sharing(const Instances &Records,
                                     const PlacedField &A,
                                     const PlacedField &B) const;
  void reportVariables(const FactBase &Facts);
  std::optional<Fix> alignment(const ValueDecl &Second,
                               std::string Caution) const;
  std::string alignmentText(SourceLocation Where) const;

  const unsigned CacheLineSize;
  const std::string Alignment;
  ASTContext *Context = nullptr;
  llvm::MapVector<const CXXRecordDecl *, Instances> Records;
  /// Definitions of variables in the main file, in source order.
  std::vector<const VarDecl *> Variables;
};

} // namespace

static const RegisterCheck<FalseSharing> X(Info);

void FalseSharing::registerMatchers(MatchFinder *Finder) {
  auto IsOwn = unless(anyOf(isImplicit(), isExpansionInSystemHeader()));
  Finder->addMatcher(cxxRecordDecl(isDefinition(), IsOwn).bind("record"), this);
  Finder->addMatcher(
      varDecl(hasGlobalStorage(), isDefinition(), IsOwn).bind("variable"),
      this);
}

// --- Which fields ------------------------------------------------------------

static bool isAtomicOrLock(const ValueDecl &V) {
  return atomicValue(V.getType()) || isLock(V.getType());
}

// With one atomic or lock, whoever writes another field takes that, too.
static bool hasTwoToWrite(const CXXRecordDecl &Record) {
  return llvm::count_if(Record.fields(), [](const FieldDecl *Field) {
           return isAtomicOrLock(*Field);
         }) > 1;
}

static bool isNameable(const CXXRecordDecl &Record) {
  return !Record.isDependentContext() && !Record.isUnion() &&
         !Record.isLambda() && !Record.isInvalidDecl();
}

void FalseSharing::check(const MatchFinder::MatchResult &Result) {
  if (const auto *Record = Result.Nodes.getNodeAs<CXXRecordDecl>("record")) {
    if (!isNameable(*Record) || !hasTwoToWrite(*Record))
      return;
    const CXXRecordDecl *Pattern = Record->getTemplateInstantiationPattern();
    Records[Pattern ? Pattern : Record].push_back(Record);
  }
  const auto *Var = Result.Nodes.getNodeAs<VarDecl>("variable");
  if (Var && !Var->getType()->isDependentType() && !Var->isStaticLocal() &&
      !Var->getTemplateInstantiationPattern() &&
      Var->getDeclContext()->isFileContext() &&
      Var->getTLSKind() == VarDecl::TLS_None &&
      Result.SourceManager->isInMainFile(Var->getLocation()))
    Variables.push_back(Var);
  Context = Result.Context;
}

void FalseSharing::onEndOfTranslationUnit() {
  bool HasVariables = llvm::any_of(
      Variables, [](const VarDecl *V) { return isAtomicOrLock(*V); });
  // Who calls a record's functions has seen its definition.
  if (Records.empty() && !HasVariables)
    return;
  FactBase Facts;
  collectThreadWrites(*Context, Facts);
  // Where units are joined, another check's facts of records are these, too.
  collectRecordUses(*Context, Facts);
  publish(Facts);
  for (const auto &[Pattern, Instances] : Records)
    reportRecord(*Pattern, Instances, Facts);
  reportVariables(Facts);
}

static ByteRange writtenBytes(const ValueDecl &V, uint64_t Offset,
                              uint64_t Size) {
  return {Offset, std::max<uint64_t>(1, isLock(V.getType())
                                            ? bytesWrittenByLocking(Size)
                                            : Size)};
}

std::vector<PlacedField>
FalseSharing::placedFields(const CXXRecordDecl &Record) const {
  std::vector<PlacedField> Result;
  std::optional<RecordLayout> Layout = RecordLayout::of(Record);
  if (!Layout)
    return Result;
  for (const LayoutPart &Part : Layout->parts()) {
    if (!Part.Declaration || !mayBeWrittenApart(*Part.Declaration))
      continue;
    if (std::optional<std::string> Key = writtenKey(*Part.Declaration))
      Result.push_back(
          {Part.Declaration, *Key,
           writtenBytes(*Part.Declaration, Part.Offset / 8, Part.Size / 8)});
  }
  return Result;
}

// --- Records -----------------------------------------------------------------

void FalseSharing::reportRecord(const CXXRecordDecl &Pattern,
                                const Instances &Records,
                                const FactBase &Facts) {
  if (!Pattern.getLocation().isFileID() || !signsOfIntent(Pattern).empty() ||
      !signsOfIntent(*Records.front()).empty())
    return;
  std::vector<PlacedField> Fields = placedFields(*Records.front());
  for (size_t First = 0; First < Fields.size(); ++First)
    for (size_t Last = First + 1;
         Last < Fields.size() &&
         Fields[Last].Bytes.Offset < Fields[First].Bytes.Offset + CacheLineSize;
         ++Last)
      reportPair(Pattern, Records,
                 llvm::ArrayRef(Fields).slice(First, Last - First + 1), Facts);
}

// The least that is known of A and B over all instances; nothing if some has
// them apart.
std::optional<LineSharing> FalseSharing::sharing(const Instances &Records,
                                                 const PlacedField &A,
                                                 const PlacedField &B) const {
  std::optional<LineSharing> Least;
  for (const CXXRecordDecl *Record : Records) {
    auto Fields = placedFields(*Record);
    auto FieldA = llvm::find_if(
        Fields, [&](const PlacedField &P) { return P.Key == A.Key; });
    auto FieldB = llvm::find_if(
        Fields, [&](const PlacedField &P) { return P.Key == B.Key; });
    if (FieldA == Fields.end() || FieldB == Fields.end())
      return std::nullopt;
    uint64_t Aligned = RecordLayout::of(*Record)->alignment() / 8;
    LineSharing S =
        lineSharing(FieldA->Bytes, FieldB->Bytes, Aligned, CacheLineSize);
    if (!S.isLikely())
      return std::nullopt;
    if (!Least || S.Shared * Least->Placements < Least->Shared * S.Placements)
      Least = S;
  }
  return Least;
}

static std::string named(const NamedDecl &V) {
  return "'" + V.getNameAsString() + "'";
}

// "in one cache line", as far as that is known.
static std::string inOneLine(const LineSharing &S) {
  if (S.isCertain())
    return "in one cache line";
  return "in one cache line in " + std::to_string(S.Shared) + " of " +
         std::to_string(S.Placements) + " places that an object may have in it";
}

static std::string cost(unsigned Line) {
  return ": each write takes the " + std::to_string(Line) +
         " bytes from the other one's core";
}

// --- The fix -----------------------------------------------------------------

// The standard library's constant, if it is in reach and as large as Line. GCC
// warns of it in headers, where units may disagree on its value
// (-Winterference-size).
static bool hasStandardConstant(const ASTContext &Ctx, SourceLocation Where,
                                unsigned Line) {
  const SourceManager &SM = Ctx.getSourceManager();
  if (!SM.isInMainFile(Where))
    return false;
  for (const NamedDecl *Std :
       Ctx.getTranslationUnitDecl()->lookup(&Ctx.Idents.get("std"))) {
    const auto *Namespace = dyn_cast<NamespaceDecl>(Std);
    if (!Namespace)
      continue;
    for (const NamedDecl *D : Namespace->lookup(
             &Ctx.Idents.get("hardware_destructive_interference_size"))) {
      const auto *Constant = dyn_cast<VarDecl>(D->getUnderlyingDecl());
      const APValue *Value = Constant ? Constant->evaluateValue() : nullptr;
      if (Value && Value->isInt() && Value->getInt() >= Line &&
          SM.isBeforeInTranslationUnit(Constant->getLocation(), Where))
        return true;
    }
  }
  return false;
}

std::string FalseSharing::alignmentText(SourceLocation Where) const {
  if (!Alignment.empty())
    return Alignment;
  if (hasStandardConstant(*Context, Where, CacheLineSize))
    return "std::hardware_destructive_interference_size";
  return std::to_string(CacheLineSize);
}

// Whether other declarators have the type that D is declared with.
static bool sharesDeclaration(const ValueDecl &D) {
  return llvm::any_of(D.getDeclContext()->decls(), [&](const Decl *Other) {
    return Other != &D && isa<FieldDecl, VarDecl>(Other) &&
           Other->getBeginLoc() == D.getBeginLoc();
  });
}

// Before C++17, `new` aligns to no more than what malloc does.
std::optional<Fix> FalseSharing::alignment(const ValueDecl &Second,
                                           std::string Caution) const {
  const LangOptions &LangOpts = Context->getLangOpts();
  if (!LangOpts.CPlusPlus17 || !LangOpts.AlignedAllocation ||
      sharesDeclaration(Second))
    return std::nullopt;
  EditBuilder Builder(Context->getSourceManager(), LangOpts);
  Builder.insertBefore(Second,
                       "alignas(" + alignmentText(Second.getLocation()) + ") ");
  std::optional<Edits> Changes = Builder.take();
  if (!Changes)
    return std::nullopt;
  return Fix{FixKind::Unsafe, std::move(Caution), std::move(*Changes)};
}

// "'Ring' grows from 40 to 128 bytes".
static std::string growth(const CXXRecordDecl &Record, const FieldDecl &Field,
                          unsigned Line) {
  std::optional<RecordLayout> Now = RecordLayout::of(Record);
  std::optional<RecordLayout> Then = RecordLayout::aligned(Record, Field, Line);
  if (!Now || !Then || isa<ClassTemplateSpecializationDecl>(Record))
    return named(Record) + " grows to whole lines of " + std::to_string(Line) +
           " bytes";
  return named(Record) + " grows from " + std::to_string(Now->size() / 8) +
         " to " + std::to_string(Then->size() / 8) + " bytes";
}

// --- Findings ----------------------------------------------------------------

static const FieldDecl *fieldOf(const CXXRecordDecl &Record, unsigned Index) {
  for (const FieldDecl *Field : Record.fields())
    if (Field->getFieldIndex() == Index)
      return Field;
  return nullptr;
}

void FalseSharing::reportPair(const CXXRecordDecl &Pattern,
                              const Instances &Records,
                              llvm::ArrayRef<PlacedField> Fields,
                              const FactBase &Facts) {
  std::optional<LineSharing> Sharing =
      sharing(Records, Fields.front(), Fields.back());
  if (!Sharing)
    return;
  const FieldDecl &First = *Fields.front().Field;
  const FieldDecl &Second = *Fields.back().Field;
  std::vector<std::string> Keys;
  Keys.reserve(Fields.size());
  for (const PlacedField &P : Fields)
    Keys.push_back(P.Key);
  Finding F;
  F.Loc = Second.getLocation();
  F.Message = named(First) + " and " + named(Second) + ", which different " +
              "threads write, are " + inOneLine(*Sharing) + cost(CacheLineSize);
  F.In = &Pattern;
  F.Conditions = {areWrittenApart(Keys)};
  for (const CXXRecordDecl *Record : Records)
    if (std::optional<std::string> Key = recordKey(*Record))
      F.Conditions.push_back(orderIsFree(*Key));
  // The text is the pattern's.
  if (const FieldDecl *Written = fieldOf(Pattern, Second.getFieldIndex()))
    F.Suggested =
        alignment(*Written, growth(*Records.front(), Second, CacheLineSize) +
                                "; what was built with the old size has to be "
                                "built again");
  if (F.Suggested)
    F.Conditions.push_back(wholeProjectIsKnown());
  if (settle(F, Facts, Pattern.isExternallyVisible()))
    report(std::move(F));
}

void FalseSharing::reportVariables(const FactBase &Facts) {
  for (size_t I = 1; I < Variables.size(); ++I) {
    const VarDecl &First = *Variables[I - 1];
    const VarDecl &Second = *Variables[I];
    if (!isAtomicOrLock(First) || !isAtomicOrLock(Second) ||
        First.hasAttr<AlignedAttr>() || Second.hasAttr<AlignedAttr>() ||
        First.getLocation().isMacroID() || Second.getLocation().isMacroID() ||
        First.getBeginLoc() == Second.getBeginLoc())
      continue;
    auto Size = [&](const VarDecl &V) {
      return static_cast<uint64_t>(
          Context->getTypeSizeInChars(V.getType()).getQuantity());
    };
    if (!lineSharing(writtenBytes(First, 0, Size(First)),
                     writtenBytes(Second, Size(First), Size(Second)),
                     Context->getDeclAlign(&First).getQuantity(), CacheLineSize)
             .isLikely())
      continue;
    std::optional<std::string> KeyA = writtenKey(First);
    std::optional<std::string> KeyB = writtenKey(Second);
    if (!KeyA || !KeyB)
      continue;
    Finding F;
    F.Loc = Second.getLocation();
    F.Message = named(First) + " and " + named(Second) +
                ", which different threads write, are defined one after the "
                "other, mostly in one cache line" +
                cost(CacheLineSize);
    F.In = &Second;
    F.Conditions = {areWrittenApart({*KeyA, *KeyB})};
    F.Suggested =
        alignment(Second, named(Second) + " begins a line of its own, " +
                              std::to_string(CacheLineSize) +
                              " bytes at most behind what is before it");
    if (settle(F, Facts, /*IsSeenElsewhere=*/false))
      report(std::move(F));
  }
}
