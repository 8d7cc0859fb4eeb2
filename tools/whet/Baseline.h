//===- Baseline.h - Findings that were there before -------------*- C++ -*-===//
//
// A project that begins to use whet has findings already. A baseline counts
// them, so that a run reports what is new; it is a file that is committed and
// reviewed:
//
//   version: 1
//   findings:
//     whet-missing-reserve:
//       "src/pool.cpp":
//         "net::Pool::addAll": 2
//
// Findings are counted per check, file and declaration, without lines: moving
// code changes nothing. An entry that counts more than there is fails the run,
// for else the next finding there would go unseen.
//
//   Baseline Known = Baseline::parse(Text, "baseline.yaml").get();
//   BaselineComparison C = compare(Known, Findings, Paths, Scope);
//   C.New, C.Stale, C.Pruned ...
//
// Equal counts are equal bytes: maps are sorted, and names are quoted in one
// way.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_BASELINE_H
#define WHET_TOOLS_WHET_BASELINE_H

#include "whet/facts/ProjectPaths.h"
#include "whet/facts/ReportedFinding.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <set>
#include <string>
#include <vector>

namespace whet {

/// Findings that a baseline does not tell apart.
struct BaselineGroup {
  std::string Check;
  /// Relative to the project's folder.
  std::string File;
  /// Empty outside of any declaration.
  std::string Declaration;

  auto operator<=>(const BaselineGroup &) const = default;
};

/// "whet-missing-reserve in src/pool.cpp, net::Pool::addAll".
std::string describe(const BaselineGroup &Group);

struct Baseline {
  /// No count is 0.
  std::map<BaselineGroup, unsigned> Counts;

  /// Reads what text() wrote. An error has a line for each mistake in \p Text,
  /// which is called \p File, with line and column.
  static llvm::Expected<Baseline> parse(llvm::StringRef Text,
                                        llvm::StringRef File);

  /// Reads \p File.
  static llvm::Expected<Baseline> load(llvm::StringRef File);

  std::string text() const;

  size_t size() const;

  bool operator==(const Baseline &) const = default;
};

/// What a run can judge. Where it did not look, nothing is said to be gone.
struct BaselineScope {
  /// Whether all units of the project were analysed, without failure.
  bool IsWhole = true;
  /// clang-tidy globs over checks that the run was restricted to; or empty.
  std::string Checks;
  /// Whether the run was told which headers to report in.
  bool HasHeaderFilter = false;
  /// The units' main files, relative to the project's folder.
  std::set<std::string> MainFiles;

  bool covers(const BaselineGroup &Group) const;
};

/// An entry that counts more than there is.
struct StaleEntry {
  BaselineGroup Group;
  unsigned Counted = 0;
  unsigned Found = 0;
};

struct BaselineComparison {
  /// Findings that the baseline does not count, in their order. Where a group
  /// has more than are counted, nobody knows which are new: all are here, and a
  /// note says so.
  std::vector<ReportedFinding> New;
  /// How many it counts.
  size_t Known = 0;
  /// By check, file and declaration.
  std::vector<StaleEntry> Stale;
  /// The baseline without what is stale.
  Baseline Pruned;
  /// The baseline that counts all that there is. What the scope does not cover
  /// is never counted less.
  Baseline Updated;
};

/// O(n log n).
BaselineComparison compare(const Baseline &Known,
                           llvm::ArrayRef<ReportedFinding> Findings,
                           const ProjectPaths &Paths,
                           const BaselineScope &Scope);

} // namespace whet

#endif // WHET_TOOLS_WHET_BASELINE_H
