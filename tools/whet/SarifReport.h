//===- SarifReport.h - Findings as SARIF 2.1.0 ------------------*- C++ -*-===//
//
// A SARIF log that GitHub's code scanning takes: paths relative to the project,
// every rule with its page, fingerprints that stay when lines move, and never
// an empty `fixes`, `artifactChanges` or `replacements`, for which GitHub
// refuses the whole file.
//
//   SarifReport Sarif({Findings, Root, Problems});
//   OS << Sarif.document();
//   for (const std::string &Line : Sarif.omissions()) ...
//
// clang's own SarifDocumentWriter is not used: it has neither fixes nor
// relative paths, and wants a SourceManager, which reduce has not.
//
// GitHub's limits are from "SARIF support for code scanning": 25,000 results
// per run, 1,000 locations per result.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_SARIFREPORT_H
#define WHET_TOOLS_WHET_SARIFREPORT_H

#include "Report.h"
#include "whet/facts/ProjectPaths.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include <map>
#include <memory>

namespace whet {

class SarifReport {
public:
  explicit SarifReport(const ReportContents &Contents);

  const llvm::json::Value &document() const { return Document; }

  /// What had to be left out, a line each.
  const std::vector<std::string> &omissions() const { return Omissions; }

private:
  llvm::json::Value result(const ReportedFinding &F);
  llvm::json::Object location(const SourcePosition &P);
  llvm::json::Object artifact(llvm::StringRef File) const;
  llvm::json::Value fix(const SourceFix &Fix);
  llvm::json::Object invocation(const ReportContents &Contents) const;
  unsigned characterColumn(const SourcePosition &P);
  SourcePosition positionAt(const std::string &File, unsigned Offset);
  llvm::StringRef contents(const std::string &File);

  ProjectPaths Paths;
  std::map<std::string, unsigned> RuleIndex;
  /// How many findings had the same fingerprint so far.
  std::map<std::string, unsigned> Occurrences;
  std::map<std::string, std::unique_ptr<llvm::MemoryBuffer>> Buffers;
  std::vector<std::string> Omissions;
  llvm::json::Value Document = nullptr;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_SARIFREPORT_H
