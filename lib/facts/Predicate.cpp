#include "whet/facts/Predicate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace whet;

static llvm::StringMap<Predicate> &predicates() {
  static llvm::StringMap<Predicate> Predicates;
  return Predicates;
}

RegisterPredicate::RegisterPredicate(llvm::StringRef Name, Predicate P) {
  predicates()[Name] = P;
}

Answer whet::answer(const Condition &C, const FactBase &Facts) {
  auto It = predicates().find(C.Predicate);
  return It == predicates().end() ? Answer::Unknown : It->second(Facts, C);
}

static bool holdOn(Condition::Scope On, llvm::ArrayRef<Condition> Conditions,
                   const FactBase &Facts) {
  return llvm::all_of(Conditions, [&](const Condition &C) {
    return C.On != On || answer(C, Facts) == Answer::Yes;
  });
}

bool whet::holds(llvm::ArrayRef<Condition> Conditions, const FactBase &Facts) {
  return holdOn(Condition::Scope::Finding, Conditions, Facts);
}

std::optional<ReportedFinding> whet::settled(ReportedFinding F,
                                             const FactBase &Facts) {
  if (!holds(F.Conditions, Facts))
    return std::nullopt;
  bool HasFix = !F.SafeFix.empty() || !F.UnsafeFix.empty();
  if (HasFix && !holdOn(Condition::Scope::Fix, F.Conditions, Facts)) {
    F.SafeFix.clear();
    F.UnsafeFix.clear();
    F.Notes.push_back({F.Position, "no fix: what it rests on does not hold in "
                                   "all files of the project"});
  }
  F.Conditions.clear();
  return F;
}
