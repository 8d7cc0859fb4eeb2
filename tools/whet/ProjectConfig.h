//===- ProjectConfig.h - What .whet.yaml says -------------------*- C++ -*-===//
//
// What belongs to the tool alone is in `.whet.yaml` in the project's folder,
// not in `.clang-tidy`: how much each check matters, where nothing is reported,
// which of the project's types are containers or locks, and which of its
// functions block. docs/config.md has each key.
//
//   llvm::Expected<ProjectConfig> Config = ProjectConfig::find("", Root);
//   Config->apply(Findings, Root);
//
// A key that is not known is an error, as is a value of the wrong type: what a
// gate does not understand, it must not ignore.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_PROJECTCONFIG_H
#define WHET_TOOLS_WHET_PROJECTCONFIG_H

#include "PathFilter.h"
#include "whet/analysis/ContainerModel.h"
#include "whet/analysis/ProjectLocks.h"
#include "whet/facts/ReportedFinding.h"
#include <map>

namespace whet {

/// How much a check's findings matter.
enum class GateLevel { Off, Remark, Warning, Error };

class ProjectConfig {
public:
  /// By check. What is not here is as `.clang-tidy` says, a warning at least.
  std::map<std::string, GateLevel> Levels;
  /// Where nothing is reported, relative to the project's folder.
  PathFilter Excluded;
  /// Sorted by name.
  std::vector<ContainerModel> Containers;
  /// Each list is sorted.
  LockKnowledge Locks;

  /// Reads \p Text, called \p File. An error has a line for each mistake, with
  /// line and column.
  static llvm::Expected<ProjectConfig> parse(llvm::StringRef Text,
                                             llvm::StringRef File);

  /// Reads \p File, or if that is empty, the `.whet.yaml` in \p Root, if there
  /// is one.
  static llvm::Expected<ProjectConfig> find(llvm::StringRef File,
                                            llvm::StringRef Root);

  /// Leaves out what is off or excluded, and gives the rest its severity. A fix
  /// that would change an excluded file goes. \p Root is the project's folder.
  void apply(std::vector<ReportedFinding> &Findings,
             llvm::StringRef Root) const;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_PROJECTCONFIG_H
