//===- TextReport.h - Findings for people -----------------------*- C++ -*-===//
//
// Prints findings in clang-tidy's shape, which editors and CI systems already
// parse: `file:line:col: warning: message [check]`, the line with a caret, the
// notes, and the fix as the lines that it removes and adds. Paths are relative
// to the working directory where that is shorter.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_TEXTREPORT_H
#define WHET_TOOLS_WHET_TEXTREPORT_H

#include "whet/facts/ReportedFinding.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"
#include <map>
#include <memory>

namespace llvm {
class MemoryBuffer;
} // namespace llvm

namespace whet {

class TextReport {
public:
  TextReport(llvm::raw_ostream &OS, bool UseColors);
  ~TextReport();

  void print(const ReportedFinding &F);

private:
  void printPlace(const SourcePosition &P);
  void printSnippet(const SourcePosition &P);
  void printFix(llvm::StringRef Title, const SourceFix &Fix);
  llvm::StringRef contents(const std::string &File);

  /// OS in that colour, if there are to be any, until the end of the
  /// expression.
  llvm::WithColor colored(llvm::raw_ostream::Colors Color, bool IsBold = false);

  llvm::raw_ostream &OS;
  bool UseColors;
  std::map<std::string, std::unique_ptr<llvm::MemoryBuffer>> Buffers;
};

/// \p File, relative to the working directory if it is below it.
std::string displayPath(llvm::StringRef File);

} // namespace whet

#endif // WHET_TOOLS_WHET_TEXTREPORT_H
