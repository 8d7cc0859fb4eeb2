//===- Report.h - Findings in each output format ----------------*- C++ -*-===//
//
// One way from findings to text, whichever command found them. Machine formats
// are complete in themselves; problems are part of SARIF, and on stderr for
// all.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_REPORT_H
#define WHET_TOOLS_WHET_REPORT_H

#include "whet/facts/ReportedFinding.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace whet {

enum class OutputFormat { Text, Json, Sarif, Github };

/// What is printed.
struct ReportContents {
  llvm::ArrayRef<ReportedFinding> Findings;
  /// The project's folder; machine formats have paths relative to it.
  llvm::StringRef Root;
  /// What could not be analysed, a line each.
  llvm::ArrayRef<std::string> Problems;
};

/// Prints \p Contents. What the format's readers would not take is left out and
/// said so on stderr.
void printReport(llvm::raw_ostream &OS, const ReportContents &Contents,
                 OutputFormat Format, bool UseColors);

} // namespace whet

#endif // WHET_TOOLS_WHET_REPORT_H
