#include "whet/analysis/FieldRewrite.h"
#include "whet/analysis/ConstructorOrder.h"
#include "whet/analysis/InitialiserEffects.h"
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
    Followed.join(Other.Followed);
  }

  std::set<SourceEdit> Edits;
  std::set<std::pair<SourcePosition, std::string>> Problems;
  /// The places that were looked at, whether they need an edit or not.
  PlaceSet Followed;
};

llvm::json::Value toJSON(const RecordRewrite &R) {
  llvm::json::Array Edits;
  for (const SourceEdit &E : R.Edits)
    Edits.push_back(whet::toJSON(E));
  llvm::json::Array Problems;
  for (const auto &[Where, What] : R.Problems)
    Problems.push_back(llvm::json::Array{whet::toJSON(Where), What});
  return llvm::json::Object{{"edits", std::move(Edits)},
                            {"problems", std::move(Problems)},
                            {"followed", whet::toJSON(R.Followed)}};
}

bool fromJSON(const llvm::json::Value &V, RecordRewrite &R,
              llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<SourceEdit> Edits;
  if (!O || !O.map("edits", Edits) || !O.map("followed", R.Followed))
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
  Result.Notes.reserve(R->Problems.size());
  for (const auto &[Where, What] : R->Problems)
    Result.Notes.push_back({Where, What});
  Result.Edits.assign(R->Edits.begin(), R->Edits.end());
  return Result;
}

// Whether units looked at all places that have to follow.
static bool hasFollowed(llvm::StringRef Record, const RecordRewrite &R,
                        const FactBase &Facts) {
  const PlaceSet *Followers = followersOf(Record, Facts);
  return !Followers || !Followers->firstNotIn(R.Followed);
}

static constexpr llvm::StringLiteral IsRewrittenName =
    "record-is-rewritten-everywhere";
static const RegisterPredicate IsRewritten(
    IsRewrittenName,
    [](const FactBase &Facts, const Condition &C) {
      const auto *R = Facts.find<RecordRewrite>(C.Subject);
      if (!R || !R->Problems.empty() || !hasFollowed(C.Subject, *R, Facts))
        return Answer::No;
      return Facts.isComplete() ? Answer::Yes : Answer::Unknown;
    },
    "what depends on the order of the fields cannot follow", rewriting);

Condition whet::isRewrittenEverywhere(const CXXRecordDecl &Record) {
  return {.Predicate = IsRewrittenName.str(),
          .Subject = recordKey(Record).value_or(""),
          .On = Condition::Scope::Fix};
}

// --- Rewriting -------------------------------------------------------------

namespace {
/// What one unit has to edit outside of the definition.
class FollowerEdits {
public:
  FollowerEdits(const CXXRecordDecl &Record,
                llvm::ArrayRef<const FieldDecl *> Fields)
      : Record(Record), Fields(Fields), Ctx(Record.getASTContext()),
        SM(Ctx.getSourceManager()) {}

  void addConstructors();
  void addUse(const PositionalUse &Use);

  RecordRewrite Fact;

private:
  void add(SourceLocation Place, const Rewriting &Rewritten);
  void addEdit(const FixItHint &Hint);
  void addProblem(SourceLocation Where, llvm::StringRef What) {
    Fact.Problems.emplace(sharedPosition(Where, SM), What);
  }
  void addConstructor(const CXXConstructorDecl &Constructor);
  void addTemplate(const FunctionDecl &Pattern);
  void addImplicit(const CXXConstructorDecl &Constructor);

  const CXXRecordDecl &Record;
  llvm::ArrayRef<const FieldDecl *> Fields;
  const ASTContext &Ctx;
  const SourceManager &SM;
};
} // namespace

void FollowerEdits::addEdit(const FixItHint &Hint) {
  CharSourceRange Range = Hint.RemoveRange;
  SourceLocation Begin = Range.getBegin();
  SourceLocation End =
      Range.isTokenRange()
          ? Lexer::getLocForEndOfToken(Range.getEnd(), 0, SM, Ctx.getLangOpts())
          : Range.getEnd();
  unsigned Offset = SM.getFileOffset(Begin);
  Fact.Edits.insert({sharedPath(Begin, SM), Offset,
                     SM.getFileOffset(End) - Offset, Hint.CodeToInsert});
  if (UnitScope *Unit = UnitScope::current())
    Unit->EditedFiles.insert(SM.getFilename(Begin).str());
}

void FollowerEdits::add(SourceLocation Place, const Rewriting &Rewritten) {
  Fact.Followed.insert(Place, SM);
  if (Rewritten.Problem)
    addProblem(Rewritten.Problem->Where, Rewritten.Problem->What);
  llvm::for_each(Rewritten.Changes,
                 [this](const FixItHint &Hint) { addEdit(Hint); });
}

void FollowerEdits::addUse(const PositionalUse &Use) {
  add(Use.location(), orderPositions(Use, Fields, Ctx));
}

void FollowerEdits::addTemplate(const FunctionDecl &Pattern) {
  const auto *Constructor = dyn_cast<CXXConstructorDecl>(&Pattern);
  const FunctionDecl *Definition = nullptr;
  if (Constructor && Constructor->hasBody(Definition) &&
      initialisesFields(*cast<CXXConstructorDecl>(Definition)))
    addProblem(Pattern.getLocation(), "a template constructs it here");
}

// Nobody wrote in which order it runs other constructors.
void FollowerEdits::addImplicit(const CXXConstructorDecl &Constructor) {
  if (!Constructor.isDefaultConstructor() || Constructor.isDeleted())
    return;
  llvm::SmallVector<const FieldDecl *, 4> Noticeable;
  for (const FieldDecl *Field : Fields)
    if (!Field->hasInClassInitializer() && !onlyFillsItself(Field->getType()))
      Noticeable.push_back(Field);
  if (!llvm::is_sorted(Noticeable, [](const auto *A, const auto *B) {
        return A->getFieldIndex() < B->getFieldIndex();
      }))
    addProblem(Record.getLocation(),
               "constructors of its fields may do what others notice");
}

void FollowerEdits::addConstructor(const CXXConstructorDecl &Constructor) {
  const FunctionDecl *Body = nullptr;
  if (Constructor.isImplicit() || Constructor.isDefaulted()) {
    addImplicit(Constructor);
    return;
  }
  if (!Constructor.hasBody(Body))
    return;
  const auto &Definition = *cast<CXXConstructorDecl>(Body);
  if (initialisesFields(Definition))
    add(Definition.getLocation(), orderInitialisers(Definition, Fields));
}

// The constructors whose definitions the unit has, templates among them.
void FollowerEdits::addConstructors() {
  for (const Decl *D : Record.decls())
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
      addTemplate(*Template->getTemplatedDecl());
    else if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(D))
      addConstructor(*Constructor);
}

Rewriting whet::rewriteFields(const CXXRecordDecl &Record,
                              llvm::ArrayRef<const FieldDecl *> Fields,
                              llvm::ArrayRef<PositionalUse> Uses,
                              FactBase &Facts) {
  FollowerEdits Followers(Record, Fields);
  Followers.addConstructors();
  for (const PositionalUse &Use : Uses)
    Followers.addUse(Use);
  Facts.add(recordKey(Record).value_or(""), Followers.Fact);
  return moveFields(Record, Fields);
}
