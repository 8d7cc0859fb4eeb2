//===- Predicate.h - Whether a condition holds ------------------*- C++ -*-===//
//
// A predicate is what an analysis answers from its facts: "no unit reserves
// this member". Findings carry conditions that name predicates; once all facts
// are joined and solved, the conditions are settled:
//
//   static Answer neverReserved(const FactBase &Facts, const Condition &C);
//   static const RegisterPredicate X("member-never-reserved", neverReserved);
//
//   if (hold(Condition::Scope::Finding, F.Conditions, Facts)) report(F);
//
// Unknown does not hold: what is not known to be true is not said. So facts
// that are missing, as of a unit that crashed, leave findings out and never add
// one.
//
// What units know may be more than yes or no: where somebody relies on what a
// fix would change, or which edits of theirs belong to it. A predicate that
// has a Supplement says so once its condition is settled.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_FACTS_PREDICATE_H
#define WHET_FACTS_PREDICATE_H

#include "whet/facts/Fact.h"
#include "whet/facts/ReportedFinding.h"
#include "whet/support/Condition.h"
#include "llvm/ADT/ArrayRef.h"

namespace whet {

enum class Answer { No, Unknown, Yes };

using Predicate = Answer (*)(const FactBase &Facts, const Condition &C);

/// What facts add to a finding. Paths are portable.
struct Supplement {
  /// The evidence.
  std::vector<ReportedNote> Notes;
  /// What belongs to the fix; only while its condition holds.
  std::vector<SourceEdit> Edits;
};

using Supplier = Supplement (*)(const FactBase &Facts, const Condition &C);

struct RegisterPredicate {
  /// \p Otherwise says what is the case if it does not hold: "a caller takes
  /// its address". It completes "no fix: " and "unsafe fix: ".
  RegisterPredicate(llvm::StringRef Name, Predicate P,
                    llvm::StringLiteral Otherwise =
                        "what it rests on does not hold in all files of the "
                        "project",
                    Supplier Supply = nullptr);
};

/// The condition, on the fix, that all files of the project were asked for: for
/// what is visible to others than the unit at hand.
Condition wholeProjectIsKnown();

/// What \p Facts say of \p C; Unknown if no predicate has that name.
Answer answer(const Condition &C, const FactBase &Facts);

/// What the predicate of \p C says is the case if it does not hold.
llvm::StringRef otherwise(const Condition &C);

/// What \p Facts add to a finding that has \p C, whether it holds or not.
Supplement supplement(const Condition &C, const FactBase &Facts);

/// The first of \p Conditions on what \p On says that does not hold; null if
/// all do.
const Condition *firstBroken(Condition::Scope On,
                             llvm::ArrayRef<Condition> Conditions,
                             const FactBase &Facts);

/// Whether all of \p Conditions on what \p On says hold.
bool hold(Condition::Scope On, llvm::ArrayRef<Condition> Conditions,
          const FactBase &Facts);

} // namespace whet

#endif // WHET_FACTS_PREDICATE_H
