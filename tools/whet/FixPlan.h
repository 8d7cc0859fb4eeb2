//===- FixPlan.h - Fixes of many findings, together -------------*- C++ -*-===//
//
// Decides which fixes are applied together and what the files look like then.
//
//   FixPlan Plan(Findings, FixPlan::SafeOnly, Root);
//   llvm::Expected<...> E = Plan.read(Hashes);    // refuses changed files
//   Plan.drop(3, "would not compile");
//   for (const auto &[File, Contents] : Plan.contents()) ...
//
// A fix is applied whole or not at all. The first of two fixes that overlap
// stays, in the order of findings; two that insert at the same place both do,
// and what two findings both ask for is done once.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_FIXPLAN_H
#define WHET_TOOLS_WHET_FIXPLAN_H

#include "UnitAnalysis.h"
#include "whet/facts/ReportedFinding.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <set>

namespace whet {

class FixPlan {
public:
  enum Kinds { SafeOnly, SafeAndUnsafe };

  /// Plans the fixes of \p Findings, which must outlive the plan. Fixes that
  /// edit files outside of \p Root are dropped.
  FixPlan(llvm::ArrayRef<ReportedFinding> Findings, Kinds K,
          llvm::StringRef Root);

  /// Reads the files to be edited, from \p Before where these are not those on
  /// disk. An error names a file that is gone or is no longer what was
  /// analysed, by its hash in \p Hashes.
  llvm::Error read(const std::map<std::string, std::string> &Hashes,
                   const FileOverlay &Before = {});

  /// Takes a fix out; \p Reason completes "not fixed: ".
  void drop(size_t Finding, llvm::StringRef Reason);

  /// The findings whose fixes are applied, by index.
  const std::set<size_t> &applied() const { return Applied; }
  /// Why the others that have a fix are not, by index.
  const std::map<size_t, std::string> &dropped() const { return Dropped; }

  /// The findings whose applied fixes edit \p File.
  std::vector<size_t> fixesOf(llvm::StringRef File) const;

  /// The files that the fix of a finding edits.
  std::set<std::string> filesOf(size_t Finding) const;

  /// Edits of all applied fixes, by file, sorted and without overlaps.
  std::map<std::string, std::vector<SourceEdit>> edits() const;

  /// Contents of all files that applied fixes edit, after and before.
  std::map<std::string, std::string> contents() const;
  const std::map<std::string, std::string> &originals() const {
    return Originals;
  }

private:
  const SourceFix &fixOf(size_t Finding) const;

  llvm::ArrayRef<ReportedFinding> Findings;
  Kinds K;
  std::set<size_t> Applied;
  std::map<size_t, std::string> Dropped;
  std::map<std::string, std::string> Originals;
};

/// Replaces the contents of all files, or of none. Each file appears at once
/// with its new contents; its permissions stay, and a symbolic link stays one.
/// An error names the file that could not be written, or that is no longer what
/// \p Originals say.
llvm::Error
writeAtomically(const std::map<std::string, std::string> &Contents,
                const std::map<std::string, std::string> &Originals);

} // namespace whet

#endif // WHET_TOOLS_WHET_FIXPLAN_H
