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

bool whet::hold(Condition::Scope On, llvm::ArrayRef<Condition> Conditions,
                const FactBase &Facts) {
  return llvm::all_of(Conditions, [&](const Condition &C) {
    return C.On != On || answer(C, Facts) == Answer::Yes;
  });
}
