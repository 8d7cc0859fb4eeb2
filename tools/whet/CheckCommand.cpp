#include "CheckCommand.h"
#include "Talk.h"
#include "TextReport.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/WithColor.h"
#include <chrono>

using namespace whet;

namespace {
/// One line on a terminal that is rewritten after each unit.
class ProgressLine {
public:
  explicit ProgressLine(bool IsEnabled) : IsEnabled(IsEnabled) {}
  ~ProgressLine() { clear(); }

  void show(size_t Done, size_t Total, size_t Findings) {
    if (!IsEnabled)
      return;
    llvm::errs() << "\r\x1b[K[" << Done << '/' << Total << "] "
                 << counted(Findings, "finding");
    IsShown = true;
  }

  void clear() {
    if (IsShown)
      llvm::errs() << "\r\x1b[K";
    IsShown = false;
  }

private:
  bool IsEnabled;
  bool IsShown = false;
};
} // namespace

std::optional<ProjectReport>
whet::analyseWithProgress(const CompileDatabase &DB,
                          const ProjectOptions &Options, bool Quiet) {
  ProgressLine Line(!Quiet && llvm::sys::Process::StandardErrIsDisplayed());
  llvm::Expected<ProjectReport> Report = analyseProject(
      DB, Options, [&](size_t Done, size_t Total, size_t Findings) {
        Line.show(Done, Total, Findings);
      });
  Line.clear();
  if (!Report) {
    printError(llvm::toString(Report.takeError()));
    return std::nullopt;
  }
  for (const std::string &Problem : Report->Problems)
    printError(Problem);
  return std::move(*Report);
}

bool whet::wantsColors(ColorMode Mode) {
  if (Mode == ColorMode::Auto)
    return llvm::sys::Process::StandardOutHasColors() &&
           !llvm::sys::Process::GetEnv("NO_COLOR");
  return Mode == ColorMode::Always;
}

static void printFindings(const ProjectReport &Report,
                          const CheckOptions &Options) {
  if (Options.Format == OutputFormat::Json) {
    for (const ReportedFinding &F : Report.Findings)
      llvm::outs() << toJSON(F) << '\n';
    return;
  }
  TextReport Text(llvm::outs(), wantsColors(Options.Color));
  for (const ReportedFinding &F : Report.Findings)
    Text.print(F);
}

static void printSummary(const ProjectReport &Report, double Seconds) {
  size_t Fixable = llvm::count_if(
      Report.Findings, [](const auto &F) { return !F.SafeFix.empty(); });
  llvm::errs() << counted(Report.Findings.size(), "finding");
  if (!Report.Findings.empty())
    llvm::errs() << " (" << Fixable << " fixable with `whet fix`)";
  llvm::errs() << " in " << counted(Report.UnitCount, "file")
               << llvm::format(", %.1f s\n", Seconds);
}

int whet::runCheck(const CheckOptions &Options) {
  auto Start = std::chrono::steady_clock::now();
  llvm::Expected<CompileDatabase> DB = openDatabase(Options.Project);
  if (!DB) {
    printError(llvm::toString(DB.takeError()));
    return Failed;
  }
  std::optional<ProjectReport> Report =
      analyseWithProgress(*DB, Options.Project, Options.Quiet);
  if (!Report)
    return Failed;
  printFindings(*Report, Options);
  llvm::outs().flush();
  std::chrono::duration<double> Took = std::chrono::steady_clock::now() - Start;
  if (!Options.Quiet)
    printSummary(*Report, Took.count());
  if (!Report->Problems.empty())
    return Failed;
  return Report->Findings.empty() ? NothingToReport : HasFindings;
}
