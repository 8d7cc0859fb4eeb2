#include "whet/analysis/PassedArguments.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"
#include "clang/AST/ExprCXX.h"
#include <set>

using namespace whet;
using namespace clang;

namespace {
/// What is passed for one parameter. The lattice: Largest and HandedOn grow,
/// IsOpen becomes true.
struct PassedFact {
  static constexpr llvm::StringLiteral Kind = "passed-arguments";

  /// The largest constant.
  uint64_t Largest = 0;
  /// Whether anything else is passed.
  bool IsOpen = false;
  /// Keys of the callers' parameters that are passed as they are.
  std::set<std::string> HandedOn;

  static PassedFact anything() {
    PassedFact F;
    F.IsOpen = true;
    return F;
  }

  void join(const PassedFact &Other) {
    Largest = std::max(Largest, Other.Largest);
    IsOpen |= Other.IsOpen;
    HandedOn.insert(Other.HandedOn.begin(), Other.HandedOn.end());
  }
};

llvm::json::Value toJSON(const PassedFact &F) {
  return llvm::json::Object{
      {"largest", F.Largest},
      {"open", F.IsOpen},
      {"handedOn", llvm::json::Array(std::vector<std::string>(
                       F.HandedOn.begin(), F.HandedOn.end()))}};
}

bool fromJSON(const llvm::json::Value &V, PassedFact &F, llvm::json::Path P) {
  llvm::json::ObjectMapper O(V, P);
  std::vector<std::string> HandedOn;
  if (!O || !O.map("largest", F.Largest) || !O.map("open", F.IsOpen) ||
      !O.map("handedOn", HandedOn))
    return false;
  F.HandedOn.insert(HandedOn.begin(), HandedOn.end());
  return true;
}
} // namespace

// Takes over what is known of the parameters that are handed on; a parameter of
// which nothing is known may be anything. Returns whether F changed.
static bool takeOver(PassedFact &F, const TypedFactTable<PassedFact> &Table) {
  uint64_t Largest = F.Largest;
  bool IsOpen = F.IsOpen;
  for (const std::string &Source : F.HandedOn) {
    auto It = Table.Facts.find(Source);
    IsOpen |= It == Table.Facts.end() || It->second.IsOpen;
    if (It != Table.Facts.end())
      Largest = std::max(Largest, It->second.Largest);
  }
  bool IsChanged = Largest != F.Largest || IsOpen != F.IsOpen;
  F.Largest = Largest;
  F.IsOpen = IsOpen;
  return IsChanged;
}

// Each round costs one pass over all hand-overs; there are as many rounds as
// the longest chain of them.
static void solve(FactBase &Facts) {
  auto &Table = Facts.table<PassedFact>();
  bool IsChanged = true;
  while (IsChanged) {
    IsChanged = false;
    for (auto &[Key, F] : Table.Facts)
      IsChanged |= takeOver(F, Table);
  }
}

static const RegisterFact<PassedFact> X(solve);

static constexpr llvm::StringLiteral PredicateName = "parameter-at-least";

static const RegisterPredicate Y(PredicateName, [](const FactBase &Facts,
                                                   const Condition &C) {
  const auto *F = Facts.find<PassedFact>(C.Subject);
  if (!F)
    return Facts.isComplete() ? Answer::Yes : Answer::Unknown;
  return F->IsOpen || F->Largest >= C.Bound ? Answer::Yes : Answer::No;
});

// The parameter that E hands on, which an assignment on the way is taken not to
// enlarge; null if E is anything else.
static const ParmVarDecl *handedOn(const Expr &E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(&E);
  const auto *Parameter = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
  bool IsOfFunction =
      Parameter && isa<FunctionDecl>(Parameter->getDeclContext());
  return IsOfFunction ? Parameter : nullptr;
}

void PassedArguments::note(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee || isa<CXXOperatorCallExpr>(Call))
    return;
  Callee = Callee->getCanonicalDecl();
  auto [IsSystem, IsNew] = IsInSystemHeader.try_emplace(Callee, false);
  if (IsNew)
    IsSystem->second =
        Callee->getASTContext().getSourceManager().isInSystemHeader(
            Callee->getLocation());
  if (IsSystem->second)
    return;
  unsigned Count = std::min(Call.getNumArgs(), Callee->getNumParams());
  for (unsigned I = 0; I < Count; ++I) {
    QualType Type = Callee->getParamDecl(I)->getType();
    if (!Type->isIntegerType() || Type->isBooleanType())
      continue;
    Noted &N = Notes[{Callee, I}];
    const Expr *Argument = Call.getArg(I)->IgnoreParenImpCasts();
    if (const auto *Literal = dyn_cast<IntegerLiteral>(Argument))
      N.Largest = std::max(N.Largest, Literal->getValue().getLimitedValue());
    else if (const ParmVarDecl *Source = handedOn(*Argument))
      N.HandedOn.insert(Source);
    else
      N.IsOpen = true;
  }
}

void PassedArguments::publish(FactBase &Facts) const {
  for (const auto &[Parameter, N] : Notes) {
    std::optional<std::string> Key =
        parameterKey(*Parameter.first, Parameter.second);
    if (!Key)
      continue;
    PassedFact F;
    F.Largest = N.Largest;
    F.IsOpen = N.IsOpen;
    for (const ParmVarDecl *Source : N.HandedOn) {
      std::optional<std::string> SourceKey =
          parameterKey(*cast<FunctionDecl>(Source->getDeclContext()),
                       Source->getFunctionScopeIndex());
      if (SourceKey)
        F.HandedOn.insert(std::move(*SourceKey));
      else
        F.IsOpen = true;
    }
    // What else is passed makes no difference any more.
    if (F.IsOpen)
      F = PassedFact::anything();
    Facts.add(*Key, F);
  }
}

std::optional<Condition> whet::mayBeAtLeast(const FunctionDecl &F,
                                            unsigned Index, uint64_t Least) {
  std::optional<std::string> Key = parameterKey(F, Index);
  if (!Key)
    return std::nullopt;
  return Condition{.Predicate = PredicateName.str(),
                   .Subject = std::move(*Key),
                   .Bound = Least};
}
