//===- CheckCommand.h - whet check ------------------------------*- C++ -*-===//
#ifndef WHET_TOOLS_WHET_CHECKCOMMAND_H
#define WHET_TOOLS_WHET_CHECKCOMMAND_H

#include "ProjectAnalysis.h"

namespace whet {

/// What every command returns to the shell.
enum ExitStatus { NothingToReport = 0, HasFindings = 1, Failed = 2 };

enum class OutputFormat { Text, Json };
enum class ColorMode { Auto, Always, Never };

struct CheckOptions {
  ProjectOptions Project;
  OutputFormat Format = OutputFormat::Text;
  ColorMode Color = ColorMode::Auto;
  bool Quiet = false;
};

/// Analyses the project and prints what it found.
int runCheck(const CheckOptions &Options);

/// Analyses the project with a progress bar where there is a terminal, and
/// prints problems to stderr. Nothing if there is no result at all; the reason
/// has been printed.
std::optional<ProjectReport> analyseWithProgress(const CompileDatabase &DB,
                                                 const ProjectOptions &Options,
                                                 bool Quiet);

/// Whether stdout is to be coloured.
bool wantsColors(ColorMode Mode);

} // namespace whet

#endif // WHET_TOOLS_WHET_CHECKCOMMAND_H
