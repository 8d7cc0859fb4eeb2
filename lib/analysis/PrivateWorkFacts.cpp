#include "whet/analysis/GuardedState.h"
#include "whet/analysis/PrivateWork.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace whet;
using namespace clang;

// --- Facts

namespace {
/// What a function does. The lattice: all grows.
struct WorkFact {
  static constexpr llvm::StringLiteral Kind = "private-work";

  /// It touches what others may see.
  bool IsShared = false;
  bool Costs = false;
  bool WritesOwn = false;
  std::set<std::string> OwnReads;
  /// Functions that it calls, and whether on its own object.
  std::set<std::pair<std::string, bool>> Calls;

  void join(const WorkFact &Other) {
    IsShared |= Other.IsShared;
    Costs |= Other.Costs;
    WritesOwn |= Other.WritesOwn;
    OwnReads.insert(Other.OwnReads.begin(), Other.OwnReads.end());
    Calls.insert(Other.Calls.begin(), Other.Calls.end());
  }
};

llvm::json::Value toJSON(const WorkFact &F) {
  if (F.IsShared)
    return llvm::json::Object{{"shared", true}};
  llvm::json::Array Calls;
  llvm::json::Array OwnCalls;
  for (const auto &[Callee, OnThis] : F.Calls)
    (OnThis ? OwnCalls : Calls).push_back(Callee);
  return llvm::json::Object{
      {"shared", false},
      {"costs", F.Costs},
      {"writesOwn", F.WritesOwn},
      {"ownReads", llvm::json::Array(std::vector<std::string>(
                       F.OwnReads.begin(), F.OwnReads.end()))},
      {"calls", std::move(Calls)},
      {"ownCalls", std::move(OwnCalls)}};
}

bool fromJSON(const llvm::json::Value &V, WorkFact &F, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  if (!O || !O.map("shared", F.IsShared))
    return false;
  if (F.IsShared)
    return true;
  std::vector<std::string> Reads;
  std::vector<std::string> Calls;
  std::vector<std::string> OwnCalls;
  if (!O.map("costs", F.Costs) || !O.map("writesOwn", F.WritesOwn) ||
      !O.map("ownReads", Reads) || !O.map("calls", Calls) ||
      !O.map("ownCalls", OwnCalls))
    return false;
  F.OwnReads.insert(Reads.begin(), Reads.end());
  for (std::string &Callee : Calls)
    F.Calls.emplace(std::move(Callee), false);
  for (std::string &Callee : OwnCalls)
    F.Calls.emplace(std::move(Callee), true);
  return true;
}
} // namespace

static const RegisterFact<WorkFact> RegisteredWork;

// Functions and the ways in which they are called, each once.
using Visited = std::set<std::pair<std::string, bool>>;

static bool isPrivate(const std::string &Key, bool OnThis,
                      const FactBase &Facts, Visited &Seen) {
  if (!Seen.emplace(Key, OnThis).second)
    return true;
  const auto *F = Facts.find<WorkFact>(Key);
  if (!F || F->IsShared || (OnThis && F->WritesOwn))
    return false;
  if (OnThis && !llvm::all_of(F->OwnReads, [&](const std::string &Field) {
        return isNeverWritten(Field, Facts);
      }))
    return false;
  return llvm::all_of(F->Calls, [&](const auto &Call) {
    return isPrivate(Call.first, Call.second && OnThis, Facts, Seen);
  });
}

static bool isHard(const std::string &Key, const FactBase &Facts,
                   Visited &Seen) {
  const auto *F = Facts.find<WorkFact>(Key);
  if (!F || !Seen.emplace(Key, false).second)
    return false;
  return F->Costs || llvm::any_of(F->Calls, [&](const auto &Call) {
           return isHard(Call.first, Facts, Seen);
         });
}

static constexpr llvm::StringLiteral PrivatelyName = "works-privately";
static const RegisterPredicate
    Privately(PrivatelyName, [](const FactBase &Facts, const Condition &C) {
      Visited Seen;
      return isPrivate(C.Subject, C.Bound != 0, Facts, Seen) ? Answer::Yes
                                                             : Answer::No;
    });

static constexpr llvm::StringLiteral HardName = "works-hard";
static const RegisterPredicate Hard(HardName, [](const FactBase &Facts,
                                                 const Condition &C) {
  Visited Seen;
  return isHard(C.Subject, Facts, Seen) ? Answer::Yes : Answer::No;
});

Condition whet::worksPrivately(std::string Key, bool OnThis) {
  return {.Predicate = PrivatelyName.str(),
          .Subject = std::move(Key),
          .Bound = OnThis ? 1U : 0U};
}

Condition whet::worksHard(std::string Key) {
  return {.Predicate = HardName.str(), .Subject = std::move(Key)};
}

void Work::join(const Work &Other) {
  Allocations += Other.Allocations;
  Loops += Other.Loops;
  Rests.insert(Other.Rests.begin(), Other.Rests.end());
  OwnReads.insert_range(Other.OwnReads);
  Lent.insert_range(Other.Lent);
  LentWrites.insert_range(Other.LentWrites);
  WritesOwn |= Other.WritesOwn;
}

std::optional<std::vector<Condition>> Work::conditions() const {
  std::vector<Condition> Result;
  for (const FieldDecl *Field : OwnReads) {
    std::optional<std::string> Key = stateKey(*Field);
    if (!Key)
      return std::nullopt;
    Result.push_back(isNeverWritten(std::move(*Key)));
  }
  for (const auto &[Callee, OnThis] : Rests) {
    std::optional<std::string> Key = entityKey(*Callee);
    if (!Key)
      return std::nullopt;
    Result.push_back(worksPrivately(std::move(*Key), OnThis));
  }
  llvm::sort(Result);
  return Result;
}

// --- Publishing

namespace {
/// Functions of the main file that others may call.
class FunctionFinder : public DynamicRecursiveASTVisitor {
public:
  bool VisitFunctionDecl(FunctionDecl *D) override {
    if (D->doesThisDeclarationHaveABody() && !D->isDependentContext() &&
        !D->isImplicit() && D->isExternallyVisible() && !D->isInlined() &&
        !isa<CXXDestructorDecl>(D))
      Functions.push_back(D);
    return true;
  }

  // What is in functions is theirs.
  bool TraverseStmt(Stmt * /*S*/) override { return true; }

  std::vector<const FunctionDecl *> Functions;
};
} // namespace

static std::optional<WorkFact> factOf(const std::optional<Work> &W) {
  WorkFact Fact;
  if (!W) {
    Fact.IsShared = true;
    return Fact;
  }
  Fact.Costs = W->isCostly();
  Fact.WritesOwn = W->WritesOwn;
  for (const FieldDecl *Field : W->OwnReads) {
    std::optional<std::string> Key = stateKey(*Field);
    if (!Key)
      return std::nullopt;
    Fact.OwnReads.insert(std::move(*Key));
  }
  for (const auto &[Callee, OnThis] : W->Rests) {
    std::optional<std::string> Key = entityKey(*Callee);
    if (!Key)
      return std::nullopt;
    Fact.Calls.emplace(std::move(*Key), OnThis);
  }
  return Fact;
}

void PrivateWork::publish(ASTContext &Ctx, FactBase &Facts) {
  const SourceManager &SM = Ctx.getSourceManager();
  FunctionFinder Finder;
  for (Decl *Top : Ctx.getTranslationUnitDecl()->decls())
    if (SM.isInMainFile(SM.getExpansionLoc(Top->getLocation())))
      Finder.TraverseDecl(Top);
  for (const FunctionDecl *F : Finder.Functions) {
    std::optional<WorkFact> Fact = factOf(ofFunction(*F));
    std::optional<std::string> Key = Fact ? entityKey(*F) : std::nullopt;
    if (Key)
      Facts.add(*Key, *Fact);
  }
}
