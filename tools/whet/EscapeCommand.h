//===- EscapeCommand.h - whet escape ----------------------------*- C++ -*-===//
#ifndef WHET_TOOLS_WHET_ESCAPECOMMAND_H
#define WHET_TOOLS_WHET_ESCAPECOMMAND_H

#include "ProjectAnalysis.h"

namespace whet {

enum class EscapeFormat { Text, Json, Html };

/// What lines are about.
enum class EscapeTopic { Escape, Allocation, Inlining };

struct EscapeOptions {
  ProjectOptions Project;
  /// Names of functions, with as many scopes as it takes, and files or folders;
  /// runEscape tells one from the other.
  std::vector<std::string> Arguments;
  /// 1 for verdicts, 2 for how values flow, too.
  unsigned Level = 1;
  /// Also say what the compiler did.
  bool WithCompiler = false;
  /// Empty for all.
  std::vector<EscapeTopic> Only;
  EscapeFormat Format = EscapeFormat::Text;
  /// Print the sources with what is said of each line below it.
  bool Annotate = false;
  bool Quiet = false;
};

/// Prints what escapes from the functions that are named, or from all, and what
/// does not. Returns the exit status.
int runEscape(EscapeOptions Options);

} // namespace whet

#endif // WHET_TOOLS_WHET_ESCAPECOMMAND_H
