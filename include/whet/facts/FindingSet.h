//===- FindingSet.h - Findings of many translation units --------*- C++ -*-===//
//
// The union of what translation units report. A header's finding is one
// finding, however many of them saw it; its fix stays only if all of them agree
// on it.
//
//   FindingSet All;
//   for (std::vector<ReportedFinding> &Part : PerUnit)
//     All.add(std::move(Part));
//   for (const ReportedFinding &F : All.settled(Facts)) ...
//
// Adding is commutative, associative and idempotent: neither the order of the
// translation units nor their number changes the result. A finding stands if it
// stands in one unit at least, by the conditions under which that one reports
// it; so a unit that is missing never adds a finding.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_FACTS_FINDINGSET_H
#define WHET_FACTS_FINDINGSET_H

#include "whet/facts/Fact.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/ReportedFinding.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <map>
#include <set>
#include <tuple>

namespace whet {

class FindingSet {
public:
  /// Adds what one translation unit reports. Without \p HasFixes, as from a
  /// unit with errors, it has no say in which fix is right. O(n log m).
  void add(std::vector<ReportedFinding> Part, bool HasFixes = true);

  /// The findings that stand when \p Facts are all there is, without
  /// conditions, by file, offset, check and message.
  std::vector<ReportedFinding> settled(const FactBase &Facts) const;

  bool empty() const { return Findings.empty(); }
  /// How many stand whatever other units say: for people who wait. The others
  /// may be many, and most of them fall.
  size_t certain() const { return Certain; }

private:
  using Key = std::tuple<std::string, unsigned, std::string, std::string>;
  struct Entry {
    bool stands(const FactBase &Facts) const;
    /// The first condition on \p On of any unit that does not hold.
    const Condition *firstBroken(Condition::Scope On,
                                 const FactBase &Facts) const;
    Supplement supplements(Condition::Scope On, const FactBase &Facts) const;

    ReportedFinding Finding;
    /// One list for each way in which units report it.
    std::set<std::vector<Condition>> Alternatives;
    bool HasFixes = false;
    bool FixesDisagree = false;
    bool IsCertain = false;
  };
  std::map<Key, Entry> Findings;
  size_t Certain = 0;
};

/// One finding as JSON, as `--format=json` prints it:
/// {"check", "severity", "file", "offset", "line", "column", "message",
///  "declaration", "notes": [{"file", ..., "message"}], "safeFix": [{"file",
///  "offset", "length", "text"}], "unsafeFix": [...]}
/// and, in shards, "conditions": [{"predicate", "subject", "bound", "on"}].
llvm::json::Value toJSON(const ReportedFinding &F);
bool fromJSON(const llvm::json::Value &V, ReportedFinding &F,
              llvm::json::Path P);

/// For facts that name places and edits:
/// {"file", "offset", "line", "column"}; {"file", "offset", "length", "text"}.
llvm::json::Value toJSON(const SourcePosition &P);
bool fromJSON(const llvm::json::Value &V, SourcePosition &P,
              llvm::json::Path Where);
llvm::json::Value toJSON(const SourceEdit &E);
bool fromJSON(const llvm::json::Value &V, SourceEdit &E,
              llvm::json::Path Where);

} // namespace whet

#endif // WHET_FACTS_FINDINGSET_H
