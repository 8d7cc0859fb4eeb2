//===- Settled.h - Findings where one unit is all there is ------*- C++ -*-===//
//
// Clang-tidy and editors see one translation unit. There, its own facts settle
// a finding, and what other files may know of a function limits the fix:
//
//   for (Finding &F : Findings)
//     if (settle(F, Facts, Function.isExternallyVisible()))
//       report(std::move(F));
//
// Where units are joined, nothing is settled here, and conditions go along.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_FACTS_SETTLED_H
#define WHET_FACTS_SETTLED_H

#include "whet/facts/Fact.h"
#include "whet/support/Check.h"

namespace whet {

/// Joins \p Facts to those of the unit, if it is one of many; solves them
/// otherwise.
void publish(FactBase &Facts);

/// Whether \p F is to be reported. If this unit is all that is known, the fix
/// is dropped or made unsafe where its conditions do not hold, and dropped
/// where other files have a say: \p IsSeenElsewhere.
bool settle(Finding &F, const FactBase &Facts, bool IsSeenElsewhere);

} // namespace whet

#endif // WHET_FACTS_SETTLED_H
