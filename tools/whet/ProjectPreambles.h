//===- ProjectPreambles.h - What the units of a project share ---*- C++ -*-===//
//
// Scans units, chooses preambles and builds them, all on workers:
//
//   ProjectPreambles Shared(Units, Options, Overlay, Paths);
//   if (llvm::Error E = Shared.build()) ...
//   analyseUnit(*Units[I], Analysis, Overlay, Shared.of(I));
//
// They are kept in a temporary folder that is removed with the object.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_PROJECTPREAMBLES_H
#define WHET_TOOLS_WHET_PROJECTPREAMBLES_H

#include "PreamblePlan.h"
#include "WorkerPool.h"

namespace whet {

class ProjectPreambles {
public:
  ProjectPreambles(std::vector<const CompileUnit *> Units, unsigned Workers,
                   WorkerLimits Limits, const FileOverlay &Overlay,
                   ProjectPaths Paths)
      : Units(std::move(Units)), Workers(Workers), Limits(Limits),
        Overlay(Overlay), Paths(std::move(Paths)), Of(this->Units.size()) {}
  ~ProjectPreambles();
  ProjectPreambles(const ProjectPreambles &) = delete;
  ProjectPreambles &operator=(const ProjectPreambles &) = delete;

  /// Builds what is worth it. What cannot be built is left out; an error if
  /// workers cannot run at all.
  llvm::Error build();

  /// What unit \p I begins with; null for nothing.
  const Preamble *of(size_t I) const {
    return Of[I] ? &*Preambles[*Of[I]] : nullptr;
  }

  /// Why preambles that seemed worth it could not be built.
  llvm::ArrayRef<std::string> problems() const { return Problems; }

private:
  llvm::Error scan();
  llvm::Error make();
  void assign();

  std::vector<const CompileUnit *> Units;
  unsigned Workers;
  WorkerLimits Limits;
  const FileOverlay &Overlay;
  ProjectPaths Paths;
  std::string Folder;
  std::vector<std::optional<IncludeScan>> Scans;
  PreamblePlan Plan;
  /// By request; nothing for one that could not be built.
  std::vector<std::optional<Preamble>> Preambles;
  std::vector<std::optional<size_t>> Of;
  std::vector<std::string> Problems;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_PROJECTPREAMBLES_H
