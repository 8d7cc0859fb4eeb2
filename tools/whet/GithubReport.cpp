#include "GithubReport.h"
#include "SourceTexts.h"
#include "whet/facts/ProjectPaths.h"

using namespace whet;

static std::string escaped(llvm::StringRef Text, llvm::StringRef Special) {
  static constexpr char Hex[] = "0123456789ABCDEF";
  std::string Result;
  for (char C : Text) {
    if (C != '%' && C != '\r' && C != '\n' && !Special.contains(C)) {
      Result += C;
      continue;
    }
    Result += '%';
    Result += Hex[static_cast<unsigned char>(C) >> 4];
    Result += Hex[C & 15];
  }
  return Result;
}

static std::string property(llvm::StringRef Value) {
  return escaped(Value, ":,");
}

static const char *commandOf(Severity S) {
  return S == Severity::Remark ? "notice" : severityName(S);
}

void whet::printGithubReport(llvm::raw_ostream &OS,
                             const ReportContents &Contents) {
  ProjectPaths Paths(Contents.Root.str(), "");
  SourceTexts Texts;
  auto Place = [&](const SourcePosition &P) {
    return Paths.portable(P.File) + ":" + std::to_string(P.Line);
  };
  for (const ReportedFinding &F : Contents.Findings) {
    std::string Message = F.Message;
    for (const ReportedNote &N : F.Notes)
      if (!N.Position.File.empty())
        Message += "\n" + Place(N.Position) + ": " + N.Message;
    TextRegion Shown = Texts.shown(F.Position);
    OS << "::" << commandOf(F.Severity) << ' '
       << "file=" << property(Paths.portable(F.Position.File))
       << ",line=" << Shown.Begin.Line << ",endLine=" << Shown.End.Line
       << ",col=" << Shown.Begin.Column << ",title=" << property(F.Check)
       << "::" << escaped(Message, "") << '\n';
  }
}
