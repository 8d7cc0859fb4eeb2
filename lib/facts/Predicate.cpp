#include "whet/facts/Predicate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace whet;

namespace {
struct Registered {
  Predicate Holds = nullptr;
  llvm::StringLiteral Otherwise = "";
  Supplier Supply = nullptr;
};
} // namespace

static llvm::StringMap<Registered> &predicates() {
  static llvm::StringMap<Registered> Predicates;
  return Predicates;
}

RegisterPredicate::RegisterPredicate(llvm::StringRef Name, Predicate P,
                                     llvm::StringLiteral Otherwise,
                                     Supplier Supply) {
  predicates().try_emplace(Name, Registered{P, Otherwise, Supply});
}

static constexpr llvm::StringLiteral WholeProjectName = "whole-project";
static const RegisterPredicate WholeProject(
    WholeProjectName,
    [](const FactBase &Facts, const Condition & /*C*/) {
      return Facts.isWhole() ? Answer::Yes : Answer::Unknown;
    },
    "other files of the project may use it; analyse them all");

Condition whet::wholeProjectIsKnown() {
  return {.Predicate = WholeProjectName.str(),
          .Subject = "",
          .On = Condition::Scope::Fix};
}

llvm::StringRef whet::otherwise(const Condition &C) {
  auto It = predicates().find(C.Predicate);
  return It == predicates().end() ? "this version does not know why"
                                  : It->second.Otherwise;
}

Supplement whet::supplement(const Condition &C, const FactBase &Facts) {
  auto It = predicates().find(C.Predicate);
  if (It == predicates().end() || !It->second.Supply)
    return {};
  return It->second.Supply(Facts, C);
}

Answer whet::answer(const Condition &C, const FactBase &Facts) {
  auto It = predicates().find(C.Predicate);
  return It == predicates().end() ? Answer::Unknown
                                  : It->second.Holds(Facts, C);
}

const Condition *whet::firstBroken(Condition::Scope On,
                                   llvm::ArrayRef<Condition> Conditions,
                                   const FactBase &Facts) {
  const auto *It = llvm::find_if(Conditions, [&](const Condition &C) {
    return C.On == On && answer(C, Facts) != Answer::Yes;
  });
  return It == Conditions.end() ? nullptr : It;
}

bool whet::hold(Condition::Scope On, llvm::ArrayRef<Condition> Conditions,
                const FactBase &Facts) {
  return !firstBroken(On, Conditions, Facts);
}
