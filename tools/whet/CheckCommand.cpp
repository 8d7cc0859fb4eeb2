#include "CheckCommand.h"
#include "AtomicFile.h"
#include "BaseTree.h"
#include "FindingDiff.h"
#include "Talk.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/WithColor.h"
#include <chrono>

using namespace whet;

std::optional<ProjectReport>
whet::analyseWithProgress(const CompileDatabase &DB,
                          const ProjectOptions &Options, bool Quiet,
                          const FileOverlay &Overlay) {
  // The lines that say what files cost show that something goes on.
  ProgressDisplay Display(Quiet || Options.Verbose);
  llvm::Expected<ProjectReport> Report = analyseProject(
      DB, Options, [&](const ProgressState &State) { Display.show(State); },
      Overlay);
  Display.clear();
  if (!Report) {
    printError(llvm::toString(Report.takeError()));
    return std::nullopt;
  }
  for (const std::string &Problem : Report->Problems)
    if (Overlay.empty())
      printError(Problem);
    else
      printWarning("in the base revision, " + Problem);
  return std::move(*Report);
}

bool whet::wantsColors(ColorMode Mode) {
  if (Mode == ColorMode::Auto)
    return llvm::sys::Process::StandardOutHasColors() &&
           !llvm::sys::Process::GetEnv("NO_COLOR");
  return Mode == ColorMode::Always;
}

// Prints to stdout, or to the file that was asked for.
static llvm::Error printFindings(const ProjectReport &Report,
                                 llvm::StringRef Root,
                                 const CheckOptions &Options) {
  ReportContents Contents{Report.Findings, Root, Report.Problems};
  if (Options.Output.empty()) {
    printReport(llvm::outs(), Contents, Options.Format,
                wantsColors(Options.Color));
    llvm::outs().flush();
    return llvm::Error::success();
  }
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  printReport(OS, Contents, Options.Format, Options.Color == ColorMode::Always);
  return writeFileAtomically(Options.Output, Text);
}

static void printSummary(const ProjectReport &Report, double Seconds) {
  size_t Fixable = llvm::count_if(
      Report.Findings, [](const auto &F) { return !F.SafeFix.empty(); });
  llvm::errs() << counted(Report.Findings.size(), "finding");
  if (!Report.Findings.empty())
    llvm::errs() << " (" << Fixable << " fixable with `whet fix`)";
  if (Report.KnownFindings != 0)
    llvm::errs() << " besides " << Report.KnownFindings << " in the baseline,";
  llvm::errs() << " in " << counted(Report.UnitCount, "file")
               << (Report.CachedUnits == 0
                       ? ""
                       : " (" + llvm::utostr(Report.CachedUnits) + " cached)")
               << llvm::format(", %.1f s\n", Seconds);
}

int whet::conclude(const ProjectReport &Report, llvm::StringRef Root,
                   const CheckOptions &Options, const Stopwatch &Time) {
  if (llvm::Error E = printFindings(Report, Root, Options)) {
    printError(llvm::toString(std::move(E)));
    return Failed;
  }
  if (!Options.Quiet)
    printSummary(Report, Time.seconds());
  if (!Report.Problems.empty())
    return Failed;
  bool Fails = llvm::any_of(Report.Findings, [](const ReportedFinding &F) {
    return F.Severity != Severity::Remark;
  });
  return Fails || Report.HasStaleEntries ? HasFindings : NothingToReport;
}

BaselineScope whet::baselineScope(const ProjectOptions &Options,
                                  const CompileDatabase &DB) {
  ProjectPaths Paths = projectPaths(analysisOptions(Options, DB));
  BaselineScope Scope;
  Scope.IsWhole = !DB.IsPart;
  Scope.Checks = Options.Checks;
  Scope.HasHeaderFilter = !Options.HeaderFilter.empty();
  for (const CompileUnit &Unit : DB.Units)
    Scope.MainFiles.insert(Paths.portable(Unit.File));
  return Scope;
}

// --- Only what is new
// ----------------------------------------------------------

static std::vector<PlacedFinding> placed(std::vector<ReportedFinding> Findings,
                                         const FileOverlay &Overlay) {
  std::map<std::string, std::string> Contents;
  auto Text = [&](const std::string &File) -> llvm::StringRef {
    auto Overlaid = Overlay.find(File);
    if (Overlaid != Overlay.end())
      return Overlaid->second ? llvm::StringRef(*Overlaid->second) : "";
    auto [It, IsNew] = Contents.try_emplace(File);
    if (IsNew)
      if (auto Buffer = llvm::MemoryBuffer::getFile(File))
        It->second = (*Buffer)->getBuffer().str();
    return It->second;
  };
  std::vector<PlacedFinding> Result;
  Result.reserve(Findings.size());
  for (ReportedFinding &F : Findings) {
    llvm::StringRef Before = Text(F.Position.File);
    llvm::StringRef Line =
        Before
            .substr(F.Position.Offset -
                    std::min(F.Position.Offset, F.Position.Column - 1))
            .split('\n')
            .first;
    std::string Plain;
    llvm::copy_if(Line, std::back_inserter(Plain),
                  [](char C) { return !llvm::isSpace(C); });
    Result.push_back({std::move(F), std::move(Plain)});
  }
  return Result;
}

// Leaves only the findings in Report that the base does not have. Returns
// whether that could be found out.
static bool keepNew(ProjectReport &Report, const CompileDatabase &DB,
                    const CheckOptions &Options) {
  llvm::Expected<BaseTree> Base =
      BaseTree::load(DB.ProjectRoot, Options.DiffRevision);
  if (!Base) {
    printError(llvm::toString(Base.takeError()));
    return false;
  }
  size_t All = Report.Findings.size();
  if (All == 0)
    return true;
  std::optional<ProjectReport> Then = analyseWithProgress(
      Base->database(DB), Options.Project, Options.Quiet, Base->overlay());
  if (!Then)
    return false;
  std::vector<PlacedFinding> Old =
      placed(std::move(Then->Findings), Base->overlay());
  for (PlacedFinding &P : Old)
    P.Finding.Position.File = Base->nameNow(P.Finding.Position.File);
  Report.Findings =
      newFindings(placed(std::move(Report.Findings), {}), std::move(Old));
  if (!Options.Quiet)
    llvm::errs() << "of " << counted(All, "finding") << ", "
                 << All - Report.Findings.size() << " are also in "
                 << Base->commit() << '\n';
  return true;
}

int whet::runCheck(const CheckOptions &Options) {
  Stopwatch Time;
  llvm::Expected<CompileDatabase> DB = openDatabase(Options.Project);
  if (!DB) {
    printError(llvm::toString(DB.takeError()));
    return Failed;
  }
  llvm::Expected<BaselineGate> Gate = BaselineGate::open(Options.Baseline);
  if (!Gate) {
    printError(llvm::toString(Gate.takeError()));
    return Failed;
  }
  std::optional<ProjectReport> Report =
      analyseWithProgress(*DB, Options.Project, Options.Quiet);
  if (!Report)
    return Failed;
  Gate->apply(*Report, projectPaths(analysisOptions(Options.Project, *DB)),
              baselineScope(Options.Project, *DB), Options.Quiet);
  if (!Options.DiffRevision.empty() && !keepNew(*Report, *DB, Options))
    return Failed;
  return conclude(*Report, DB->ProjectRoot, Options, Time);
}
