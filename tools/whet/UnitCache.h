//===- UnitCache.h - Shards of units that have not changed ------*- C++ -*-===//
//
// Keeps what analysing a unit yielded, with every question that was put to the
// file system meanwhile and its answer. A unit is taken from the cache if all
// answers are still the same; nothing is parsed or preprocessed to find out.
//
//   UnitCache Cache(Options);
//   std::string Key = cacheKey(Unit, Options, Environment);
//   if (std::optional<std::string> Shard = Cache.find(Key, Files, Paths)) ...
//   Cache.store(Key, *makeEntry(Result.Read, Shard, Paths));
//
// Keys say nothing of where a checkout lies, so checkouts share entries. One
// key keeps a few entries, for branches that take turns. Entries carry a
// checksum: what is damaged is not there. Files appear whole, so several
// drivers may use one cache; whichever writes last stays.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_UNITCACHE_H
#define WHET_TOOLS_WHET_UNITCACHE_H

#include "FileStates.h"
#include "UnitAnalysis.h"

namespace whet {

struct CacheOptions {
  bool IsUsed = true;
  /// Empty for $XDG_CACHE_HOME/whet or ~/.cache/whet.
  std::string Directory;
  /// Bytes; the least recently used entries go first.
  uint64_t SizeLimit = uint64_t(2) << 30;
};

/// Where the cache is; empty if there is no home folder to put it in.
std::string cacheDirectory(const CacheOptions &Options);

/// What the whole run has in common and every result depends on: this build of
/// whet, its libraries, the environment and the configuration above the
/// project. A hash.
std::string runIdentity(const AnalysisOptions &Options);

/// Names what \p Unit yields under \p Options.
std::string cacheKey(const CompileUnit &Unit, const AnalysisOptions &Options,
                     llvm::StringRef RunIdentity);

/// What \p Read says, and \p Shard, as one entry; nothing if it cannot be kept.
std::optional<std::string> makeEntry(const Dependencies &Read,
                                     llvm::StringRef Shard,
                                     const ProjectPaths &Paths);

/// The shard in what makeEntry returned.
llvm::StringRef shardOfEntry(llvm::StringRef Entry);

class UnitCache {
public:
  explicit UnitCache(const CacheOptions &Options);

  /// Files without it are none of the cache's.
  static constexpr llvm::StringLiteral EntryPrefix = "llvmcache-";
  /// Keys of what is known of a preamble begin with it.
  static constexpr llvm::StringLiteral PreambleKey = "preamble-";

  bool isUsed() const { return !Directory.empty(); }

  /// Where preambles are, once it was made.
  std::string preambleFolder() const { return Directory + "/preambles"; }

  /// The shard that is valid for \p Files; nothing if there is none.
  std::optional<std::string> find(llvm::StringRef Key, FileStates &Files,
                                  const ProjectPaths &Paths);

  /// Adds \p Entry. The first failure becomes a problem(); later ones are
  /// silent.
  void store(llvm::StringRef Key, llvm::StringRef Entry);

  /// What is remembered of a project from run to run, by \p Name.
  std::string loadNotes(llvm::StringRef Project, llvm::StringRef Name);
  void storeNotes(llvm::StringRef Project, llvm::StringRef Name,
                  llvm::StringRef Text);

  /// Removes what was not used for the longest time, until the rest fits; a
  /// quarter is for preambles.
  void prune();

  /// Why the cache could not be written, if it could not.
  const std::string &problem() const { return Problem; }

private:
  std::string fileOf(llvm::StringRef Key) const;
  void write(llvm::StringRef File, llvm::StringRef Contents);

  std::string Directory;
  uint64_t SizeLimit;
  std::string Problem;
  bool HasStored = false;
};

struct CacheStatistics {
  std::string Directory;
  size_t Units = 0;
  uint64_t Bytes = 0;
};

CacheStatistics cacheStatistics(const CacheOptions &Options);

/// Removes all that whet keeps in its cache, and nothing else.
llvm::Error clearCache(const CacheOptions &Options);

} // namespace whet

#endif // WHET_TOOLS_WHET_UNITCACHE_H
