//===- ProjectPreambles.h - What the units of a project share ---*- C++ -*-===//
//
// Scans units, chooses preambles and builds them, all on workers:
//
//   ProjectPreambles Shared(Units, Options, Overlay, Paths, &Kept);
//   if (llvm::Error E = Shared.build()) ...
//   analyseUnit(*Units[I], Analysis, Overlay, Shared.of(I));
//
// A unit begins with what it began with in an earlier run, if that is still
// there and the unit still includes all of it. What is new is kept for later
// runs, or, without a cache, in a temporary folder that is removed with the
// object.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_PROJECTPREAMBLES_H
#define WHET_TOOLS_WHET_PROJECTPREAMBLES_H

#include "PreambleCache.h"
#include "PreamblePlan.h"
#include "WorkerPool.h"

namespace whet {

/// A unit, and its key in the cache.
struct KeyedUnit {
  const CompileUnit *Unit = nullptr;
  std::string Key;
};

class ProjectPreambles {
public:
  /// \p Kept may be unused. It and \p Overlay have to live as long.
  ProjectPreambles(llvm::ArrayRef<KeyedUnit> Keyed, unsigned Workers,
                   WorkerLimits Limits, const FileOverlay &Overlay,
                   ProjectPaths Paths, PreambleCache &Kept);
  ~ProjectPreambles();
  ProjectPreambles(const ProjectPreambles &) = delete;
  ProjectPreambles &operator=(const ProjectPreambles &) = delete;

  /// Builds what is worth it. What cannot be built is left out; an error if
  /// workers cannot run at all.
  llvm::Error build();

  /// What unit \p I begins with; null for nothing.
  const Preamble *of(size_t I) const { return Of[I]; }

  /// What they cost.
  struct Cost {
    size_t Count = 0;
    /// On disk.
    uint64_t Bytes = 0;
    /// Wall time of asking units what they include, and of building.
    double ScanSeconds = 0;
    double BuildSeconds = 0;
  };
  const Cost &cost() const { return Spent; }

  /// Why preambles that seemed worth it could not be built.
  llvm::ArrayRef<std::string> problems() const { return Problems; }

private:
  bool hasKept() const;
  llvm::Error scan();
  void takeKept();
  void plan();
  bool makeFolder();
  std::string fileOf(size_t Request);
  llvm::Error make();
  void assign();
  void keep();

  std::vector<const CompileUnit *> Units;
  /// By unit, in the cache.
  std::vector<std::string> Keys;
  unsigned Workers;
  WorkerLimits Limits;
  const FileOverlay &Overlay;
  ProjectPaths Paths;
  PreambleCache &Kept;
  /// Empty if they are kept.
  std::string Folder;
  std::vector<std::optional<IncludeScan>> Scans;
  PreamblePlan Plan;
  std::vector<std::string> FilesOf;
  /// By request; nothing for one that could not be built.
  std::vector<std::optional<Preamble>> Preambles;
  std::vector<const Preamble *> Of;
  std::vector<std::string> Problems;
  Cost Spent;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_PROJECTPREAMBLES_H
