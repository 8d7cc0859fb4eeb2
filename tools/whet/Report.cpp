#include "Report.h"
#include "GithubReport.h"
#include "SarifReport.h"
#include "Talk.h"
#include "TextReport.h"
#include "whet/facts/FindingSet.h"

using namespace whet;

static void printSarif(llvm::raw_ostream &OS, const ReportContents &Contents) {
  SarifReport Sarif(Contents);
  for (const std::string &Note : Sarif.omissions())
    printWarning(Note);
  OS << Sarif.text();
}

void whet::printReport(llvm::raw_ostream &OS, const ReportContents &Contents,
                       OutputFormat Format, bool UseColors) {
  switch (Format) {
  case OutputFormat::Text: {
    TextReport Text(OS, UseColors);
    for (const ReportedFinding &F : Contents.Findings)
      Text.print(F);
    return;
  }
  case OutputFormat::Json:
    for (const ReportedFinding &F : Contents.Findings)
      OS << toJSON(F) << '\n';
    return;
  case OutputFormat::Sarif:
    printSarif(OS, Contents);
    return;
  case OutputFormat::Github:
    printGithubReport(OS, Contents);
    return;
  }
}
