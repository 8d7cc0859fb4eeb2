//===- LineDiff.h - Edits as changed lines ----------------------*- C++ -*-===//
//
// Edits to a text, as the lines that they take away and put in their place: for
// a finding's message and for `whet fix --dry-run`.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_LINEDIFF_H
#define WHET_TOOLS_WHET_LINEDIFF_H

#include "whet/facts/ReportedFinding.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace whet {

/// Lines from FirstLine on, counted from 1, without their ends.
struct LineChange {
  size_t FirstLine = 0;
  std::vector<std::string> Before;
  std::vector<std::string> After;
};

/// What \p Edits, sorted and without overlaps, change in \p Text. Changes are
/// in order, at least one line apart, and none has a line that stays. O(n), and
/// O(n^2) in the lines that one edit replaces.
std::vector<LineChange> lineChanges(llvm::StringRef Text,
                                    llvm::ArrayRef<SourceEdit> Edits);

/// \p Text after \p Edits, which are sorted and do not overlap.
std::string edited(llvm::StringRef Text, llvm::ArrayRef<SourceEdit> Edits);

/// A unified diff of one file with three lines of context, as `patch -p1` and
/// `git apply` take it. \p Path is written behind "a/" and "b/".
std::string unifiedDiff(llvm::StringRef Path, llvm::StringRef Text,
                        llvm::ArrayRef<SourceEdit> Edits);

} // namespace whet

#endif // WHET_TOOLS_WHET_LINEDIFF_H
