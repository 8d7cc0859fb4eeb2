#include "whet/analysis/FieldRewrite.h"
#include "whet/analysis/ConstructorOrder.h"
#include "whet/analysis/RecordUses.h"
#include "whet/facts/FindingSet.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

using namespace whet;
using namespace clang;

// --- Facts -----------------------------------------------------------------

namespace {
struct RecordRewrite {
  static constexpr llvm::StringLiteral Kind = "record-rewrite";

  void join(const RecordRewrite &Other) {
    Edits.insert(Other.Edits.begin(), Other.Edits.end());
    Problems.insert(Other.Problems.begin(), Other.Problems.end());
  }

  std::set<SourceEdit> Edits;
  std::set<std::pair<SourcePosition, std::string>> Problems;
};

llvm::json::Value toJSON(const RecordRewrite &R) {
  llvm::json::Array Edits;
  for (const SourceEdit &E : R.Edits)
    Edits.push_back(whet::toJSON(E));
  llvm::json::Array Problems;
  for (const auto &[Where, What] : R.Problems)
    Problems.push_back(llvm::json::Array{whet::toJSON(Where), What});
  return llvm::json::Object{{"edits", std::move(Edits)},
                            {"problems", std::move(Problems)}};
}

bool fromJSON(const llvm::json::Value &V, RecordRewrite &R,
              llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<SourceEdit> Edits;
  if (!O || !O.map("edits", Edits))
    return false;
  R.Edits = {Edits.begin(), Edits.end()};
  const llvm::json::Array *Problems = V.getAsObject()->getArray("problems");
  if (!Problems) {
    P.field("problems").report("expected an array");
    return false;
  }
  for (const llvm::json::Value &Entry : *Problems) {
    const llvm::json::Array *A = Entry.getAsArray();
    SourcePosition Where;
    if (!A || A->size() != 2 ||
        !whet::fromJSON((*A)[0], Where, P.field("problems")) ||
        !(*A)[1].getAsString()) {
      P.field("problems").report("expected a position and a text");
      return false;
    }
    R.Problems.emplace(Where, A->back().getAsString()->str());
  }
  return true;
}
} // namespace

static const RegisterFact<RecordRewrite> RegisteredRewrite;

static Supplement rewriting(const FactBase &Facts, const Condition &C) {
  const auto *R = Facts.find<RecordRewrite>(C.Subject);
  if (!R)
    return {};
  Supplement Result;
  for (const auto &[Where, What] : R->Problems)
    Result.Notes.push_back({Where, What});
  Result.Edits.assign(R->Edits.begin(), R->Edits.end());
  return Result;
}

static constexpr llvm::StringLiteral IsRewrittenName =
    "record-is-rewritten-everywhere";
static const RegisterPredicate IsRewritten(
    IsRewrittenName,
    [](const FactBase &Facts, const Condition &C) {
      const auto *R = Facts.find<RecordRewrite>(C.Subject);
      if (R && !R->Problems.empty())
        return Answer::No;
      return Facts.isComplete() ? Answer::Yes : Answer::Unknown;
    },
    "what depends on the order cannot follow", rewriting);

// Two programs of one project may each have a record of that name.
static std::string rewriteKey(const CXXRecordDecl &Record) {
  return recordKey(Record).value_or("") + "@" +
         sharedPath(Record.getLocation(),
                    Record.getASTContext().getSourceManager());
}

Condition whet::isRewrittenEverywhere(const CXXRecordDecl &Record) {
  return {.Predicate = IsRewrittenName.str(),
          .Subject = rewriteKey(Record),
          .On = Condition::Scope::Fix};
}

// --- Rewriting
// -----------------------------------------------------------------

static void add(const Rewriting &From, const SourceManager &SM,
                RecordRewrite &To) {
  if (From.Problem)
    To.Problems.emplace(sharedPosition(From.Problem->Where, SM),
                        From.Problem->What);
  for (const FixItHint &Hint : From.Changes) {
    CharSourceRange Range = Hint.RemoveRange;
    SourceLocation Begin = Range.getBegin();
    SourceLocation End =
        Range.isTokenRange()
            ? Lexer::getLocForEndOfToken(Range.getEnd(), 0, SM, {})
            : Range.getEnd();
    unsigned Offset = SM.getFileOffset(Begin);
    To.Edits.insert({sharedPath(Begin, SM), Offset,
                     SM.getFileOffset(End) - Offset, Hint.CodeToInsert});
    if (UnitScope *Unit = UnitScope::current())
      Unit->EditedFiles.insert(SM.getFilename(Begin).str());
  }
}

// The constructors whose definitions the unit has, templates among them.
static void addConstructors(const CXXRecordDecl &Record,
                            llvm::ArrayRef<const FieldDecl *> Fields,
                            RecordRewrite &To) {
  const SourceManager &SM = Record.getASTContext().getSourceManager();
  for (const Decl *D : Record.decls()) {
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D)) {
      const auto *Pattern =
          dyn_cast<CXXConstructorDecl>(Template->getTemplatedDecl());
      const FunctionDecl *Definition = nullptr;
      if (Pattern && Pattern->hasBody(Definition) &&
          cast<CXXConstructorDecl>(Definition)->getNumCtorInitializers() > 1)
        To.Problems.emplace(sharedPosition(Pattern->getLocation(), SM),
                            "a template constructs it");
      continue;
    }
    const auto *Constructor = dyn_cast<CXXConstructorDecl>(D);
    const FunctionDecl *Definition = nullptr;
    if (Constructor && !Constructor->isImplicit() &&
        !Constructor->isDefaulted() && Constructor->hasBody(Definition))
      add(orderInitialisers(*cast<CXXConstructorDecl>(Definition), Fields), SM,
          To);
  }
}

Rewriting whet::rewriteFields(const CXXRecordDecl &Record,
                              llvm::ArrayRef<const FieldDecl *> Fields,
                              FactBase &Facts) {
  RecordRewrite Elsewhere;
  addConstructors(Record, Fields, Elsewhere);
  Facts.add(rewriteKey(Record), Elsewhere);
  return moveFields(Record, Fields);
}
