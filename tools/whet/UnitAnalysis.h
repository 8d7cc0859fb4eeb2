//===- UnitAnalysis.h - One translation unit, analysed ----------*- C++ -*-===//
//
// The map step: a pure function from one translation unit to what it reports.
// Runs clang-tidy's own machinery with whet's checks, so that `.clang-tidy`,
// NOLINT and header filters mean what they mean there.
//
//   UnitReport R = analyseUnit(Unit, Options);
//   if (R.Failure.empty()) merge(R.Findings);
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_UNITANALYSIS_H
#define WHET_TOOLS_WHET_UNITANALYSIS_H

#include "CompileDatabase.h"
#include "whet/facts/FindingSet.h"
#include <map>
#include <optional>

namespace whet {

struct AnalysisOptions {
  /// clang-tidy globs over check names; empty for what `.clang-tidy` says.
  std::string Checks;
  /// Regular expression of the headers to report in; empty for the project's.
  std::string HeaderFilter;
  /// Findings outside of this folder are dropped, unless a header filter says
  /// otherwise.
  std::string ProjectRoot;
  /// Findings below this folder are dropped: what is there is generated.
  std::string BuildDirectory;
};

/// What one translation unit yields.
struct UnitReport {
  std::vector<ReportedFinding> Findings;
  /// Hash of each file that a finding or a fix is in, as it was read.
  std::map<std::string, std::string> FileHashes;
  /// Files of the project that the unit reads, its main file among them.
  std::vector<std::string> FilesRead;
  /// What is wrong with a `.clang-tidy` that applies to it, a line each.
  std::vector<std::string> ConfigProblems;
  /// The first error, if the unit could not be parsed: findings are then those
  /// of what was understood, and have no fixes.
  std::string Failure;
};

/// Analyses \p Unit. Contents of \p Overlay, by path, stand in for files.
UnitReport analyseUnit(const CompileUnit &Unit, const AnalysisOptions &Options,
                       const std::map<std::string, std::string> &Overlay = {});

/// Parses \p Unit without checks; the first error, or nothing.
std::optional<std::string>
firstError(const CompileUnit &Unit,
           const std::map<std::string, std::string> &Overlay);

/// A hash of contents; equal contents have equal hashes.
std::string contentHash(llvm::StringRef Contents);

llvm::json::Value toJSON(const UnitReport &R);
bool fromJSON(const llvm::json::Value &V, UnitReport &R, llvm::json::Path P);

} // namespace whet

#endif // WHET_TOOLS_WHET_UNITANALYSIS_H
