//===- Condition.h - What a finding depends on ------------------*- C++ -*-===//
//
// A finding may rest on what its own translation unit cannot know: that no
// other one reserves the member, that no caller passes more. It then carries
// conditions, each a predicate on the facts of all units, and is settled when
// those are known:
//
//   F.Conditions = {memberNeverReserved(*Field)};
//
// An analysis that owns facts offers functions that make conditions on them;
// checks never write one by hand.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_SUPPORT_CONDITION_H
#define WHET_SUPPORT_CONDITION_H

#include <cstdint>
#include <string>

namespace whet {

struct Condition {
  /// What the falling of the condition takes with it.
  enum class Scope {
    Finding,
    Fix,
    /// The fix's promise: a safe fix becomes an unsafe one.
    Safety
  };

  /// The predicate's registered name.
  std::string Predicate;
  /// The key of the entity that it is about.
  std::string Subject;
  /// A number that the predicate compares with, if it needs one.
  uint64_t Bound = 0;
  Scope On = Scope::Finding;

  auto operator<=>(const Condition &) const = default;
};

} // namespace whet

#endif // WHET_SUPPORT_CONDITION_H
