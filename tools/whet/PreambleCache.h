//===- PreambleCache.h - Preambles from run to run --------------*- C++ -*-===//
//
// Keeps preambles in the cache's folder, with every question that building one
// put to the file system and its answer, and which unit began with which. So a
// unit that was edited begins with its preamble again, though it is parsed
// alone.
//
//   PreambleCache Kept(Cache, Files, Paths);
//   P = buildPreamble(Request, Kept.newFile(), ...);
//   Kept.keep(*P, KeysOfItsUnits);
//   if (const Preamble *P = Kept.of(KeyOfUnit)) ...     // another run
//
// A preamble is there as long as all answers are the same and its file has the
// checksum that it had. Another driver may remove one that is in use; its units
// are parsed without, then.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_PREAMBLECACHE_H
#define WHET_TOOLS_WHET_PREAMBLECACHE_H

#include "Preamble.h"
#include "UnitCache.h"

namespace whet {

class PreambleCache {
public:
  /// All have to live as long.
  PreambleCache(UnitCache &Cache, FileStates &Files, const ProjectPaths &Paths);

  bool isUsed() const { return !Folder.empty(); }

  /// A path for the next preamble, in a folder that is there.
  std::string newFile();

  /// What the unit with \p UnitKey began with; null if that is not known, or
  /// not as it was. Reads the preamble once per run.
  const Preamble *of(llvm::StringRef UnitKey);

  /// Keeps \p P, which was built as a newFile(), for the units of \p UnitKeys.
  void keep(const Preamble &P, llvm::ArrayRef<std::string> UnitKeys);

  /// Writes which unit began with which.
  void save();

private:
  std::optional<Preamble> load(llvm::StringRef Name);

  UnitCache &Cache;
  FileStates &Files;
  const ProjectPaths &Paths;
  std::string Folder;
  /// Names of preambles, by keys of units.
  llvm::StringMap<std::string> NameOf;
  llvm::StringMap<std::optional<Preamble>> Known;
  bool HasNews = false;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_PREAMBLECACHE_H
