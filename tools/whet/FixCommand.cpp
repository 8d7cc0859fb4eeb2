#include "FixCommand.h"
#include "FixPlan.h"
#include "LineDiff.h"
#include "Talk.h"
#include "TextReport.h"
#include "WorkerPool.h"
#include "llvm/Support/raw_ostream.h"

using namespace whet;

namespace {
/// Finds out which fixes would not compile, and drops them.
class Verifier {
public:
  Verifier(const CompileDatabase &DB, const ProjectReport &Report,
           unsigned Workers, FixPlan &Plan)
      : DB(DB), Report(Report), Workers(Workers), Plan(Plan) {}

  /// Parses all units that read a changed file, until none fails.
  llvm::Error verify();

private:
  using Overlay = FileOverlay;

  std::vector<size_t> affectedUnits(const Overlay &Changed) const;
  llvm::Expected<std::vector<size_t>> failingUnits(llvm::ArrayRef<size_t> Units,
                                                   const Overlay &Changed);
  void dropCulprits(size_t Unit);

  const CompileDatabase &DB;
  const ProjectReport &Report;
  unsigned Workers;
  FixPlan &Plan;
};
} // namespace

static FileOverlay overlayOf(const std::map<std::string, std::string> &Files) {
  return FileOverlay(Files.begin(), Files.end());
}

std::vector<size_t> Verifier::affectedUnits(const Overlay &Changed) const {
  std::vector<size_t> Units;
  for (size_t I = 0; I < DB.Units.size(); ++I)
    if (llvm::any_of(Report.FilesRead[I], [&](const std::string &File) {
          return Changed.count(File) != 0;
        }))
      Units.push_back(I);
  return Units;
}

llvm::Expected<std::vector<size_t>>
Verifier::failingUnits(llvm::ArrayRef<size_t> Units, const Overlay &Changed) {
  std::vector<size_t> Failing;
  auto Work = [&](size_t Task) -> llvm::json::Value {
    return firstError(DB.Units[Units[Task]], Changed).value_or("");
  };
  auto Done = [&](const TaskResult &Result) {
    std::optional<llvm::StringRef> Message = Result.Value.getAsString();
    if (!Message || !Message->empty())
      Failing.push_back(Units[Result.Task]);
  };
  if (llvm::Error E = runOnWorkers(Units.size(), Workers, Work, Done))
    return std::move(E);
  llvm::sort(Failing);
  return Failing;
}

// Tries the fixes in the unit's files one by one. What compiles alone and fails
// together is dropped together.
void Verifier::dropCulprits(size_t Unit) {
  std::set<size_t> Suspects;
  for (const std::string &File : Report.FilesRead[Unit])
    for (size_t Fix : Plan.fixesOf(File))
      Suspects.insert(Fix);
  std::string Reason = "with it, " + DB.Units[Unit].File + " would not compile";
  std::set<size_t> Culprits;
  for (size_t Suspect : Suspects) {
    FixPlan Alone = Plan;
    for (size_t Other : Plan.applied())
      if (Other != Suspect)
        Alone.drop(Other, "");
    if (firstError(DB.Units[Unit], overlayOf(Alone.contents())))
      Culprits.insert(Suspect);
  }
  for (size_t Fix : Culprits.empty() ? Suspects : Culprits)
    Plan.drop(Fix, Reason);
}

llvm::Error Verifier::verify() {
  while (!Plan.applied().empty()) {
    Overlay Changed = overlayOf(Plan.contents());
    llvm::Expected<std::vector<size_t>> Failing =
        failingUnits(affectedUnits(Changed), Changed);
    if (!Failing)
      return Failing.takeError();
    if (Failing->empty())
      break;
    dropCulprits(Failing->front());
  }
  return llvm::Error::success();
}

static void printDiff(const FixPlan &Plan) {
  for (const auto &[File, Edits] : Plan.edits())
    llvm::outs() << unifiedDiff(displayPath(File), Plan.originals().at(File),
                                Edits);
}

static void printDropped(const FixPlan &Plan,
                         llvm::ArrayRef<ReportedFinding> Findings) {
  for (const auto &[Index, Reason] : Plan.dropped()) {
    const SourcePosition &P = Findings[Index].Position;
    llvm::errs() << displayPath(P.File) << ':' << P.Line << ':' << P.Column
                 << ": not fixed: " << Reason << '\n';
  }
}

static void printRemaining(const FixPlan &Plan, const FixOptions &Options,
                           llvm::ArrayRef<ReportedFinding> Findings) {
  // A dry run prints a diff, for tools that take diffs.
  if (Options.DryRun)
    return;
  TextReport Text(llvm::outs(), wantsColors(Options.Check.Color));
  for (size_t I = 0; I < Findings.size(); ++I)
    if (!Plan.applied().count(I))
      Text.print(Findings[I]);
}

int whet::runFix(const FixOptions &Options) {
  const ProjectOptions &Project = Options.Check.Project;
  llvm::Expected<CompileDatabase> DB = openDatabase(Project);
  if (!DB) {
    printError(llvm::toString(DB.takeError()));
    return Failed;
  }
  std::optional<ProjectReport> Report =
      analyseWithProgress(*DB, Project, Options.Check.Quiet);
  if (!Report)
    return Failed;
  FixPlan Plan(Report->Findings,
               Options.Unsafe ? FixPlan::SafeAndUnsafe : FixPlan::SafeOnly,
               DB->ProjectRoot);
  if (llvm::Error E = Plan.read(Report->FileHashes)) {
    printError(llvm::toString(std::move(E)));
    return Failed;
  }
  if (llvm::Error E = Verifier(*DB, *Report, Project.Workers, Plan).verify()) {
    printError(llvm::toString(std::move(E)));
    return Failed;
  }
  std::map<std::string, std::string> Contents = Plan.contents();
  if (Options.DryRun) {
    printDiff(Plan);
  } else if (llvm::Error E = writeAtomically(Contents, Plan.originals())) {
    printError(llvm::toString(std::move(E)));
    return Failed;
  }
  printRemaining(Plan, Options, Report->Findings);
  printDropped(Plan, Report->Findings);
  llvm::outs().flush();
  size_t Fixed = Plan.applied().size();
  size_t Left = Report->Findings.size() - Fixed;
  if (!Options.Check.Quiet)
    llvm::errs() << (Options.DryRun ? "would fix " : "fixed ")
                 << counted(Fixed, "finding") << " in "
                 << counted(Contents.size(), "file") << ", " << Left
                 << " left\n";
  if (!Report->Problems.empty())
    return Failed;
  return Left == 0 ? NothingToReport : HasFindings;
}
