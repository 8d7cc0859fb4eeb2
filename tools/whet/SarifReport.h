//===- SarifReport.h - Findings as SARIF 2.1.0 ------------------*- C++ -*-===//
//
// A SARIF log that GitHub's code scanning takes: paths relative to the project,
// every rule with its page, fingerprints that stay when lines move, and never
// an empty `fixes`, `artifactChanges` or `replacements`, for which GitHub
// refuses the whole file. A fix is there only if the files that it edits are
// here as they were analysed, since SARIF has its place in lines.
//
//   SarifReport Sarif({Findings, Root, Problems});
//   OS << Sarif.text();
//   for (const std::string &Line : Sarif.omissions()) ...
//
// clang's own SarifDocumentWriter is not used: it has neither fixes nor
// relative paths, and wants a SourceManager, which reduce has not.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_SARIFREPORT_H
#define WHET_TOOLS_WHET_SARIFREPORT_H

#include "Report.h"
#include "SourceTexts.h"
#include "whet/facts/ProjectPaths.h"
#include "llvm/Support/JSON.h"
#include <map>

namespace whet {

/// GitHub's, from "SARIF support for code scanning".
struct SarifLimits {
  size_t Results = 25000;
  /// Per result.
  size_t Locations = 1000;
  /// GitHub takes 10 MB; its upload action adds to the file before.
  size_t CompressedBytes = 9'500'000;
};

class SarifReport {
public:
  explicit SarifReport(const ReportContents &Contents,
                       const SarifLimits &Limits = {});

  const std::string &text() const { return Text; }

  /// What had to be left out, a line each.
  const std::vector<std::string> &omissions() const { return Omissions; }

private:
  void write(size_t Kept, bool WithFixes);
  void writeRun(llvm::json::OStream &J, llvm::json::Object Driver, size_t Kept,
                bool WithFixes);
  void noteOmissions(size_t Kept, bool WithFixes);
  llvm::json::Value result(const ReportedFinding &F, bool WithFixes);
  llvm::json::Array relatedLocations(const ReportedFinding &F);
  llvm::json::Object fingerprints(const ReportedFinding &F);
  llvm::json::Object location(const SourcePosition &P);
  llvm::json::Object artifact(llvm::StringRef File) const;
  std::optional<llvm::json::Value> fix(const ReportedFinding &F);
  llvm::json::Object invocation() const;

  ReportContents Contents;
  SarifLimits Limits;
  ProjectPaths Paths;
  SourceTexts Texts;
  std::map<std::string, std::vector<std::string>> LineHashesByFile;

  // Of what is written:
  std::map<std::string, unsigned> RuleIndex;
  /// How many findings had the same fingerprint so far.
  std::map<std::string, unsigned> Occurrences;
  size_t FindingsWithCutNotes = 0;
  size_t LostFixes = 0;
  std::vector<std::string> Omissions;
  std::string Text;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_SARIFREPORT_H
