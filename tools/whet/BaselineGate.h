//===- BaselineGate.h - A run against a baseline ----------------*- C++ -*-===//
//
// What --baseline, --update-baseline and --prune-baseline do to a report:
//
//   llvm::Expected<BaselineGate> Gate = BaselineGate::open(Options);
//   ... analyse ...
//   Gate->apply(Report, Paths, Scope, Quiet);
//
// Without --baseline it does nothing. A baseline that cannot be read is an
// error before anything is analysed.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_BASELINEGATE_H
#define WHET_TOOLS_WHET_BASELINEGATE_H

#include "Baseline.h"
#include "ProjectAnalysis.h"

namespace whet {

struct BaselineOptions {
  /// Empty for none.
  std::string File;
  /// Count all that there is.
  bool Update = false;
  /// Take out what is gone.
  bool Prune = false;
};

class BaselineGate {
public:
  static llvm::Expected<BaselineGate> open(const BaselineOptions &Options);

  /// Leaves what is new in \p Report, and writes the baseline if that was asked
  /// for. Entries that no longer match, and a baseline that cannot be written,
  /// are printed and noted in the report.
  void apply(ProjectReport &Report, const ProjectPaths &Paths,
             BaselineScope Scope, bool Quiet) const;

private:
  void write(const Baseline &Now, ProjectReport &Report, bool Quiet) const;
  void printStale(llvm::ArrayRef<StaleEntry> Stale) const;

  BaselineOptions Options;
  Baseline Known;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_BASELINEGATE_H
