//===- FindingDiff.h - Findings that were not there before ------*- C++ -*-===//
//
// Tells new findings from old ones, of which each accounts for one at most.
// Code that moved is the same code: a finding is matched where it stands first
// (check, file, declaration, message), then in another file, then in another
// declaration of its file, and at last anywhere if its line reads the same.
//
//   std::vector<ReportedFinding> New = newFindings(Now, Then, Text);
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_FINDINGDIFF_H
#define WHET_TOOLS_WHET_FINDINGDIFF_H

#include "whet/facts/ReportedFinding.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace whet {

/// A finding and the line that it is in, without white space.
struct PlacedFinding {
  ReportedFinding Finding;
  std::string Line;
};

/// Those of \p Now that none of \p Then accounts for, in their order. Files of
/// \p Then have the names that they have now. O(n log n).
std::vector<ReportedFinding> newFindings(std::vector<PlacedFinding> Now,
                                         std::vector<PlacedFinding> Then);

} // namespace whet

#endif // WHET_TOOLS_WHET_FINDINGDIFF_H
