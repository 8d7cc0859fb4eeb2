//===- EscapeReport.h - What escapes, in Go's words -------------*- C++ -*-===//
//
// What `whet escape` says, a line each, in the words of `go build
// -gcflags=-m`:
//
//   a.cpp:3:11: leaking param: p to result level=0
//   a.cpp:7:12: new Point does not escape (could live on the stack)
//
// With steps, each line is followed by the way that a value takes:
//
//   a.cpp:8:12: new Point escapes to heap
//   a.cpp:8:12:   flow: q = &{storage for new Point}
//   a.cpp:8:8:      initialised
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_ESCAPEREPORT_H
#define WHET_TOOLS_WHET_ESCAPEREPORT_H

#include "CompilerVerdicts.h"
#include "EscapeCommand.h"
#include "whet/analysis/Escape.h"
#include "llvm/Support/raw_ostream.h"

namespace whet {

struct EscapeStep {
  std::string File;
  unsigned Line = 0;
  unsigned Column = 0;
  /// "flow: q = &p: assigned"
  std::string Text;

  auto operator<=>(const EscapeStep &) const = default;
};

struct EscapeLine {
  std::string File;
  unsigned Line = 0;
  unsigned Column = 0;
  /// Of the last token.
  unsigned EndLine = 0;
  unsigned EndColumn = 0;
  std::string Text;
  EscapeTopic Topic = EscapeTopic::Escape;
  /// The function that it is in.
  std::string Function;
  std::vector<EscapeStep> Steps;

  auto operator<=>(const EscapeLine &) const = default;
};

/// All lines of the project's functions that \p IsWanted, by place, each once:
/// instances of a template that say the same are one. \p WithSteps fills in the
/// flows; \p Compiler, if there is one, has a say, too.
std::vector<EscapeLine>
escapeLines(EscapeReport &Report, bool WithSteps,
            const CompilerVerdicts *Compiler,
            llvm::function_ref<bool(llvm::StringRef Function)> IsWanted);

void printLines(llvm::raw_ostream &OS, llvm::ArrayRef<EscapeLine> Lines);

/// One JSON object per file: {"uri", "diagnostics"}, these in the shape of the
/// Language Server Protocol: positions from 0, in UTF-16 units.
void printDiagnostics(llvm::raw_ostream &OS, llvm::ArrayRef<EscapeLine> Lines,
                      llvm::StringRef ProjectRoot);

/// The sources that lines are about, with what is said below each line.
void printAnnotated(llvm::raw_ostream &OS, llvm::ArrayRef<EscapeLine> Lines,
                    llvm::StringRef ProjectRoot);

/// The same as a page of HTML that needs no other file.
void printPage(llvm::raw_ostream &OS, llvm::ArrayRef<EscapeLine> Lines,
               llvm::StringRef ProjectRoot);

} // namespace whet

#endif // WHET_TOOLS_WHET_ESCAPEREPORT_H
