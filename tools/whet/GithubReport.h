//===- GithubReport.h - GitHub workflow commands ----------------*- C++ -*-===//
//
// Prints findings as workflow commands, which GitHub shows beside the lines of
// a pull request:
//
//   ::warning file=src/a.cpp,line=3,endLine=3,col=5,title=...::message
//
// Escapes are those of GitHub's toolkit: % and line breaks everywhere, and :
// and , in properties. Columns count characters.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_GITHUBREPORT_H
#define WHET_TOOLS_WHET_GITHUBREPORT_H

#include "Report.h"

namespace whet {

void printGithubReport(llvm::raw_ostream &OS, const ReportContents &Contents);

} // namespace whet

#endif // WHET_TOOLS_WHET_GITHUBREPORT_H
