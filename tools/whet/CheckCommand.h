//===- CheckCommand.h - whet check ------------------------------*- C++ -*-===//
#ifndef WHET_TOOLS_WHET_CHECKCOMMAND_H
#define WHET_TOOLS_WHET_CHECKCOMMAND_H

#include "BaselineGate.h"
#include "ProjectAnalysis.h"
#include "Report.h"
#include <chrono>

namespace whet {

/// What every command returns to the shell.
enum ExitStatus { NothingToReport = 0, HasFindings = 1, Failed = 2 };

enum class ColorMode { Auto, Always, Never };

struct CheckOptions {
  ProjectOptions Project;
  OutputFormat Format = OutputFormat::Text;
  ColorMode Color = ColorMode::Auto;
  bool Quiet = false;
  /// Report only what the merge base with this revision has not; empty for all.
  std::string DiffRevision;
  BaselineOptions Baseline;
  /// Where the report goes instead of to stdout.
  std::string Output;
};

/// Seconds since it was made.
class Stopwatch {
public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                         Start)
        .count();
  }

private:
  std::chrono::steady_clock::time_point Start =
      std::chrono::steady_clock::now();
};

/// Analyses the project and prints what it found.
int runCheck(const CheckOptions &Options);

/// Analyses the project with a progress bar where there is a terminal, and
/// prints problems to stderr. Nothing if there is no result at all; the reason
/// has been printed.
std::optional<ProjectReport>
analyseWithProgress(const CompileDatabase &DB, const ProjectOptions &Options,
                    bool Quiet, const FileOverlay &Overlay = {});

/// Prints findings and a summary, and returns the exit status. \p Root is the
/// project's folder.
int conclude(const ProjectReport &Report, llvm::StringRef Root,
             const CheckOptions &Options, const Stopwatch &Time = {});

/// What a run over \p DB can say of a baseline.
BaselineScope baselineScope(const ProjectOptions &Options,
                            const CompileDatabase &DB);

/// Whether stdout is to be coloured.
bool wantsColors(ColorMode Mode);

} // namespace whet

#endif // WHET_TOOLS_WHET_CHECKCOMMAND_H
