//===- FixCommand.h - whet fix ----------------------------------*- C++ -*-===//
#ifndef WHET_TOOLS_WHET_FIXCOMMAND_H
#define WHET_TOOLS_WHET_FIXCOMMAND_H

#include "CheckCommand.h"

namespace whet {

struct FixOptions {
  CheckOptions Check;
  bool Unsafe = false;
  bool DryRun = false;
};

/// Applies fixes, and prints the findings that remain. Parses every translation
/// unit that reads a changed file before anything is written; a fix that would
/// not compile is dropped and named.
int runFix(const FixOptions &Options);

} // namespace whet

#endif // WHET_TOOLS_WHET_FIXCOMMAND_H
