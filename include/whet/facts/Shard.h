//===- Shard.h - What one translation unit yields ---------------*- C++ -*-===//
//
// The map step turns a translation unit into a shard: findings with their
// conditions, facts, and what it read. Shards can be kept, sent to another
// machine and joined there; all paths in them are ProjectPaths' portable ones.
//
//   std::string Text = writeShard(S);
//   llvm::Expected<Shard> S = readShard(Text, "a.shard");
//
// The encoding is deterministic: equal shards are equal bytes. It opens with
// the version of whet that wrote it; no other version reads it. Each fact is a
// line of its own, so that whoever joins many shards parses once what a header
// yields in each unit that includes it:
//
//   SeenFacts Seen;
//   Facts.join(readShard(TextOfA, "a.shard", &Seen)->Facts);
//   Facts.join(readShard(TextOfB, "b.shard", &Seen)->Facts);
//
//===----------------------------------------------------------------------===//
#ifndef WHET_FACTS_SHARD_H
#define WHET_FACTS_SHARD_H

#include "whet/facts/Fact.h"
#include "whet/facts/ReportedFinding.h"
#include "llvm/Support/Error.h"
#include <map>
#include <set>
#include <string>
#include <vector>

namespace whet {

struct Shard {
  /// The main file.
  std::string Unit;
  /// A hash of the command: one file may be compiled in several ways.
  std::string Command;
  std::vector<ReportedFinding> Findings;
  FactBase Facts;
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

/// Facts that were read, as text.
class SeenFacts {
public:
  /// O(length), like insert.
  bool contains(llvm::StringRef Fact) const;
  void insert(llvm::StringRef Fact);

private:
  /// 128 bits of each.
  std::set<std::pair<uint64_t, uint64_t>> Hashes;
};

std::string writeShard(const Shard &S);

/// Reads what writeShard wrote. An error says why \p Text, called \p Name, is
/// not a shard of this version. Facts that are in \p Seen are left out, and
/// the others added to it: join is idempotent.
llvm::Expected<Shard> readShard(llvm::StringRef Text, llvm::StringRef Name,
                                SeenFacts *Seen = nullptr);

/// A hash of contents; equal contents have equal hashes.
std::string contentHash(llvm::StringRef Contents);

/// The shard as JSON, one object, for people to read.
llvm::json::Value toJSON(const Shard &S);

} // namespace whet

#endif // WHET_FACTS_SHARD_H
