//===- PreamblePlan.h - Which headers are worth precompiling ----*- C++ -*-===//
//
// Chooses preambles for the units of a project from what they include, before
// any is parsed: sets of headers that enough units include as a whole, such
// that parsing them once and loading them in these units costs less than
// parsing them there.
//
//   PreamblePlan Plan = planPreambles(Units, Scans);
//   Plan.Requests[Plan.Of[I]]    // what unit I begins with
//
// Costs are bytes of headers. Units share system headers if their commands
// differ in nothing but folders, macros, warnings and the like; for headers of
// the project, folders have to be the same, too.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_PREAMBLEPLAN_H
#define WHET_TOOLS_WHET_PREAMBLEPLAN_H

#include "IncludeScan.h"
#include "Preamble.h"

namespace whet {

struct PreamblePlan {
  std::vector<PreambleRequest> Requests;
  /// For each unit, the number of its request; nothing if it begins with none.
  std::vector<std::optional<size_t>> Of;
};

/// \p Scans are those of \p Units, by index; nothing for a unit that begins
/// with no preamble. O(units^2 * headers) for up to 64 different sets of
/// headers in units of a kind; the rest follow these.
PreamblePlan planPreambles(llvm::ArrayRef<const CompileUnit *> Units,
                           llvm::ArrayRef<std::optional<IncludeScan>> Scans);

/// Whether \p P is what \p Scan's unit can begin with, as far as its directives
/// tell.
bool fits(const Preamble &P, const IncludeScan &Scan);

} // namespace whet

#endif // WHET_TOOLS_WHET_PREAMBLEPLAN_H
