//===- ProjectAnalysis.h - All translation units, analysed ------*- C++ -*-===//
//
// Map and reduce over a compile database: every unit from the cache or on some
// worker, the shards of all joined. The result does not depend on the number of
// workers, the order in which they finish, or what the cache holds.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_PROJECTANALYSIS_H
#define WHET_TOOLS_WHET_PROJECTANALYSIS_H

#include "CompileDatabase.h"
#include "Progress.h"
#include "UnitAnalysis.h"
#include "UnitCache.h"
#include "WorkerPool.h"
#include "whet/facts/Reduction.h"

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
  /// Also look at the layouts of all records.
  bool CollectsRecords = false;
  /// Lay them out for these targets, too.
  std::vector<std::string> RecordTargets = {};
  /// Also look at how pointers flow in all functions.
  bool CollectsEscapes = false;
  /// Also compile, for what the compiler inlines and removes.
  bool CollectsCompiler = false;
  /// Instead of the project's `.whet.yaml`; empty for that.
  std::string ConfigFile;
  unsigned Workers = 1;
  WorkerLimits Limits;
  CacheOptions Cache;
  /// Whether units that include the same system headers share what parsing
  /// these yields, and whether each is analysed without that, too, to compare.
  enum PreambleUse { Shared, None, Verified };
  PreambleUse Preambles = Shared;
  /// Say what each unit cost, on stderr.
  bool Verbose = false;
};

struct ProjectReport {
  std::vector<ReportedFinding> Findings;
  /// Of each file with a finding; empty if units read different contents.
  std::map<std::string, std::string> FileHashes;
  /// What all units know; paths in it are relative to the project.
  FactBase Facts;
  /// What could not be analysed, a line each, sorted.
  std::vector<std::string> Problems;
  size_t UnitCount = 0;
  /// Findings that are not here because a baseline counts them.
  size_t KnownFindings = 0;
  /// Whether that baseline counts what is gone.
  bool HasStaleEntries = false;
  /// Of these, how many were in the cache.
  size_t CachedUnits = 0;
  /// By the index of the unit: what it reads, or nothing if it failed.
  std::vector<std::vector<std::string>> FilesRead;
};

/// Called after each unit, and about once a second between.
using ProgressCallback = llvm::function_ref<void(const ProgressState &)>;

/// Finds the database, and the project's configuration, as \p Options say. An
/// error says what to do.
llvm::Expected<CompileDatabase> openDatabase(const ProjectOptions &Options);

AnalysisOptions analysisOptions(const ProjectOptions &Options,
                                const CompileDatabase &DB);

/// Yields the shard of each unit of \p DB, from the cache or from a worker, in
/// no particular order, or why there is none. \p Overlay stands in for files.
/// An error if workers cannot run at all.
struct MappedUnit {
  size_t Unit = 0;
  Shard Yield;
  /// Empty if there is a shard.
  std::string Failure;
  bool WasCached = false;
};
struct MapCallbacks {
  llvm::function_ref<void(MappedUnit)> Done;
  /// Called about once a second, with the seconds that are left if these can be
  /// told from how long units took before.
  llvm::function_ref<void(std::optional<double>)> Idle = nullptr;
  /// If facts are joined as they come: those that need not be read again.
  SeenFacts *Seen = nullptr;
};
llvm::Error mapProject(const CompileDatabase &DB, const ProjectOptions &Options,
                       const FileOverlay &Overlay, MapCallbacks Callbacks);

/// Maps and reduces all units of \p DB.
llvm::Expected<ProjectReport> analyseProject(const CompileDatabase &DB,
                                             const ProjectOptions &Options,
                                             ProgressCallback Progress,
                                             const FileOverlay &Overlay = {});

/// The files of the project that each of \p Units reads, as the cache
/// remembers; nothing for a unit that it does not know.
std::vector<std::optional<std::vector<std::string>>>
rememberedFiles(llvm::ArrayRef<CompileUnit> Units, const CompileDatabase &DB,
                const ProjectOptions &Options);

/// What \p Result is to people: findings, and a line for each problem.
ProjectReport reportOf(Reduced Result);

} // namespace whet

#endif // WHET_TOOLS_WHET_PROJECTANALYSIS_H
