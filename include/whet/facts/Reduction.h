//===- Reduction.h - Shards of a project, joined and settled ----*- C++ -*-===//
//
// The reduce step: joins the shards of all units, solves what facts depend on
// one another, settles every condition, and yields what is to be reported.
//
//   Reduction R(Paths);
//   for (Shard &S : Shards) R.add(std::move(S));
//   R.addFailure("b.cpp", "crashed (Segmentation fault)");
//   Reduced Result = R.finish();
//
// Neither the order of shards, nor how they are grouped, nor duplicates change
// the result by a byte. Without the shard of a failed unit, there are the same
// findings or fewer.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_FACTS_REDUCTION_H
#define WHET_FACTS_REDUCTION_H

#include "whet/facts/FindingSet.h"
#include "whet/facts/ProjectPaths.h"
#include "whet/facts/Shard.h"
#include <set>

namespace whet {

/// What is known of a project when all its shards are joined. Paths are
/// absolute.
struct Reduced {
  /// By file (the project's own first), offset, check and message.
  std::vector<ReportedFinding> Findings;
  /// Of each file with a finding; empty if units read different contents.
  std::map<std::string, std::string> FileHashes;
  /// What is wrong with configuration files, a line each, sorted.
  std::vector<std::string> ConfigProblems;
  /// All facts, joined and solved; paths in them are portable.
  FactBase Facts;
  /// Why units failed, and which, both sorted.
  std::map<std::string, std::set<std::string>> Failures;
};

class Reduction {
public:
  explicit Reduction(ProjectPaths Paths) : Paths(std::move(Paths)) {}

  /// Joins one shard. O(n log m).
  void add(Shard S);

  /// Joins what no unit can know.
  void addFacts(const FactBase &More) { Facts.join(More); }

  /// A unit that has no shard; \p Unit is its portable main file.
  void addFailure(llvm::StringRef Unit, llvm::StringRef Reason);

  /// Some shard is missing, and nobody knows which unit's.
  void setIncomplete() { Facts.setIncomplete(); }

  /// Only some units of the project were asked for.
  void setPart() { Facts.setPart(); }

  /// Findings so far that no other unit can take away.
  size_t certain() const { return Findings.certain(); }

  /// The result; to be called once.
  Reduced finish();

private:
  ReportedFinding located(ReportedFinding F) const;

  ProjectPaths Paths;
  FindingSet Findings;
  FactBase Facts;
  std::map<std::string, std::string> FileHashes;
  std::set<std::string> ConfigProblems;
  std::map<std::string, std::set<std::string>> Failures;
};

} // namespace whet

#endif // WHET_FACTS_REDUCTION_H
