//===- ProjectAnalysis.h - All translation units, analysed ------*- C++ -*-===//
//
// Map and reduce over a compile database: every unit on some worker, the
// findings of all united. The result does not depend on the number of workers
// or the order in which they finish.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_PROJECTANALYSIS_H
#define WHET_TOOLS_WHET_PROJECTANALYSIS_H

#include "CompileDatabase.h"
#include "UnitAnalysis.h"

namespace whet {

/// What a person asked for, whichever command it was.
struct ProjectOptions {
  std::vector<std::string> Paths;
  /// The database or its folder; empty to look for it.
  std::string BuildPath;
  /// What stands after `--`; with it, Paths are the files and there is no
  /// database.
  std::vector<std::string> Flags;
  bool HasFlags = false;
  std::string Checks;
  std::string HeaderFilter;
  unsigned Workers = 1;
};

struct ProjectReport {
  std::vector<ReportedFinding> Findings;
  /// Of each file with a finding; empty if units read different contents.
  std::map<std::string, std::string> FileHashes;
  /// What could not be analysed, a line each, sorted.
  std::vector<std::string> Problems;
  size_t UnitCount = 0;
  /// By the index of the unit: what it reads, or nothing if it failed.
  std::vector<std::vector<std::string>> FilesRead;
};

/// Called after each unit, for a progress bar.
using ProgressCallback =
    llvm::function_ref<void(size_t Done, size_t Total, size_t Findings)>;

/// Finds the database as \p Options say. An error says what to do.
llvm::Expected<CompileDatabase> openDatabase(const ProjectOptions &Options);

AnalysisOptions analysisOptions(const ProjectOptions &Options,
                                const CompileDatabase &DB);

/// Analyses all units of \p DB. An error if workers cannot run at all.
llvm::Expected<ProjectReport> analyseProject(const CompileDatabase &DB,
                                             const ProjectOptions &Options,
                                             ProgressCallback Progress);

} // namespace whet

#endif // WHET_TOOLS_WHET_PROJECTANALYSIS_H
