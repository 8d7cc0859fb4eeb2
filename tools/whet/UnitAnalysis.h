//===- UnitAnalysis.h - One translation unit, analysed ----------*- C++ -*-===//
//
// The map step: a pure function from one translation unit to what it reports.
// Runs clang-tidy's own machinery with whet's checks, so that `.clang-tidy`,
// NOLINT and header filters mean what they mean there.
//
//   UnitResult R = analyseUnit(Unit, Options);
//   Reduction.add(std::move(R.Yield));
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_UNITANALYSIS_H
#define WHET_TOOLS_WHET_UNITANALYSIS_H

#include "CompileDatabase.h"
#include "FileTrace.h"
#include "Preamble.h"
#include "UnitInvocation.h"
#include "whet/analysis/ContainerModel.h"
#include "whet/analysis/ProjectLocks.h"
#include "whet/facts/Shard.h"
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
  /// The project's own container types.
  std::vector<ContainerModel> Containers;
  /// Its own locks, and functions that block.
  LockKnowledge Locks;
  /// Whether records and their layouts are among the facts.
  bool CollectsRecords = false;
  /// Names of targets that these are laid out for, too.
  std::vector<std::string> RecordTargets = {};
  /// Whether the flow graphs of functions are among the facts.
  bool CollectsEscapes = false;
  /// Whether what the compiler does to them is.
  bool CollectsCompiler = false;
};

/// What analysing a unit took, in processor time.
struct UnitCost {
  double ParseSeconds = 0;
  double CheckSeconds = 0;
  /// In its preamble; 0 without one.
  size_t SharedHeaders = 0;
  /// Why it had to be parsed again without its preamble; empty if it was not.
  std::string Objection = {};
};

struct UnitResult {
  Shard Yield;
  Dependencies Read;
  UnitCost Cost;
};

/// Analyses \p Unit, which begins with \p Shared if that leads to the same.
UnitResult analyseUnit(const CompileUnit &Unit, const AnalysisOptions &Options,
                       const FileOverlay &Overlay = {},
                       const Preamble *Shared = nullptr);

/// Parses \p Unit without checks; the first error, or nothing.
std::optional<std::string> firstError(const CompileUnit &Unit,
                                      const FileOverlay &Overlay);

/// The paths of the project that \p Options are about.
ProjectPaths projectPaths(const AnalysisOptions &Options);

/// A hash of how \p Unit is compiled, the same in every checkout.
std::string commandHash(const CompileUnit &Unit, const ProjectPaths &Paths);

} // namespace whet

#endif // WHET_TOOLS_WHET_UNITANALYSIS_H
