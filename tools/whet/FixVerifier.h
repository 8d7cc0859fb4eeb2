//===- FixVerifier.h - Whether what is fixed compiles -----------*- C++ -*-===//
//
// Parses the units that read a file which a plan changes, and drops from the
// plan what would not compile:
//
//   if (llvm::Error E = FixVerifier(DB, Report, Options, Plan,
//   Before).verify())
//
// Afterwards all units that compiled before compile with the plan.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_FIXVERIFIER_H
#define WHET_TOOLS_WHET_FIXVERIFIER_H

#include "FixPlan.h"
#include "ProjectAnalysis.h"

namespace whet {

/// Finds out which fixes would not compile, and drops them. Every parse is on a
/// worker: one that crashes clang or does not end is one that fails.
class FixVerifier {
public:
  /// \p Before are files as the plan finds them, where these are not those on
  /// disk.
  FixVerifier(const CompileDatabase &DB, const ProjectReport &Report,
              const ProjectOptions &Options, FixPlan &Plan,
              const FileOverlay &Before)
      : DB(DB), Options(Options), Before(Before), Plan(Plan), Units(DB.Units),
        FilesRead(Report.FilesRead.begin(), Report.FilesRead.end()) {}

  /// Parses all units that read a changed file, until none fails.
  llvm::Error verify();

private:
  /// A unit, and the contents of files to parse it with.
  struct Attempt {
    size_t Unit;
    FileOverlay Changed;
  };

  /// Whether each attempt compiles.
  llvm::Expected<std::vector<bool>> compile(llvm::ArrayRef<Attempt> Attempts);
  bool reads(size_t Unit, const std::set<std::string> &Files) const;
  std::vector<size_t> suspectsOf(size_t Unit) const;
  Attempt attemptWith(size_t Unit, const std::set<size_t> &Fixes) const;
  llvm::Expected<std::vector<size_t>>
  failingUnits(llvm::ArrayRef<size_t> Which);
  llvm::Expected<std::set<std::string>>
  dropCulprits(llvm::ArrayRef<size_t> Failing);

  void addOtherUnits();
  llvm::Error leaveOutBroken(std::vector<size_t> &Failing);

  const CompileDatabase &DB;
  const ProjectOptions &Options;
  const FileOverlay &Before;
  FixPlan &Plan;
  /// All units to parse again, and what each reads; any file, where nobody
  /// knows.
  std::vector<CompileUnit> Units;
  std::vector<std::optional<std::vector<std::string>>> FilesRead;
  /// Units that do not compile as they are.
  std::set<size_t> Broken;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_FIXVERIFIER_H
