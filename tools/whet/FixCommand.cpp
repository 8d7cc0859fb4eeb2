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
           const ProjectOptions &Options, FixPlan &Plan)
      : DB(DB), Options(Options), Plan(Plan), Units(DB.Units),
        FilesRead(Report.FilesRead.begin(), Report.FilesRead.end()) {}

  /// Parses all units that read a changed file, until none fails.
  llvm::Error verify();

private:
  using Overlay = FileOverlay;

  std::vector<size_t> affectedUnits(const Overlay &Changed) const;
  llvm::Expected<std::vector<size_t>> failingUnits(llvm::ArrayRef<size_t> Which,
                                                   const Overlay &Changed);
  llvm::Expected<bool> failsWith(size_t Unit, llvm::ArrayRef<size_t> Fixes);
  llvm::Error dropCulprit(size_t Unit);

  void addOtherUnits();

  const CompileDatabase &DB;
  const ProjectOptions &Options;
  FixPlan &Plan;
  /// All units to parse again, and what each reads; any file, where nobody
  /// knows.
  std::vector<CompileUnit> Units;
  std::vector<std::optional<std::vector<std::string>>> FilesRead;
  /// Units that do not compile as they are.
  std::set<size_t> Broken;
};
} // namespace

static FileOverlay overlayOf(const std::map<std::string, std::string> &Files) {
  return FileOverlay(Files.begin(), Files.end());
}

// A fix in a header is for all units that read it, also for those that nobody
// asked to analyse.
void Verifier::addOtherUnits() {
  auto IsMainFile = [&](const std::string &File) {
    return llvm::any_of(
        DB.Units, [&](const CompileUnit &Unit) { return Unit.File == File; });
  };
  bool FixesHeaders = llvm::any_of(Plan.edits(), [&](const auto &Entry) {
    return !IsMainFile(Entry.first);
  });
  if (!FixesHeaders)
    return;
  Units.insert(Units.end(), DB.OtherUnits.begin(), DB.OtherUnits.end());
  for (auto &Files : rememberedFiles(DB.OtherUnits, DB, Options))
    FilesRead.push_back(std::move(Files));
}

std::vector<size_t> Verifier::affectedUnits(const Overlay &Changed) const {
  std::vector<size_t> Affected;
  for (size_t I = 0; I < Units.size(); ++I) {
    bool Reads = !FilesRead[I] ||
                 llvm::any_of(*FilesRead[I], [&](const std::string &File) {
                   return Changed.count(File) != 0;
                 });
    if (Reads && !Broken.count(I))
      Affected.push_back(I);
  }
  return Affected;
}

llvm::Expected<std::vector<size_t>>
Verifier::failingUnits(llvm::ArrayRef<size_t> Which, const Overlay &Changed) {
  std::vector<size_t> Failing;
  auto Work = [&](size_t Task) -> llvm::json::Value {
    return firstError(Units[Which[Task]], Changed).value_or("");
  };
  auto Done = [&](const TaskResult &Result) {
    std::optional<llvm::StringRef> Message = Result.Value.getAsString();
    if (!Message || !Message->empty())
      Failing.push_back(Which[Result.Task]);
  };
  if (llvm::Error E = runOnWorkers(Which.size(), Options.Workers,
                                   Options.Limits, Work, {.Done = Done}))
    return std::move(E);
  llvm::sort(Failing);
  return Failing;
}

llvm::Expected<bool> Verifier::failsWith(size_t Unit,
                                         llvm::ArrayRef<size_t> Fixes) {
  FixPlan Some = Plan;
  for (size_t Other : Plan.applied())
    if (!llvm::is_contained(Fixes, Other))
      Some.drop(Other, "");
  auto Failing = failingUnits(Unit, overlayOf(Some.contents()));
  if (!Failing)
    return Failing.takeError();
  return !Failing->empty();
}

// Of the fixes in files that the unit reads, finds the first that makes it fail
// with those before it. Parses the unit O(log n) times.
llvm::Error Verifier::dropCulprit(size_t Unit) {
  std::set<size_t> InFiles;
  if (!FilesRead[Unit])
    InFiles = Plan.applied();
  else
    for (const std::string &File : *FilesRead[Unit])
      for (size_t Fix : Plan.fixesOf(File))
        InFiles.insert(Fix);
  // A unit that was not analysed may never have compiled.
  if (Unit >= DB.Units.size()) {
    llvm::Expected<bool> FailsAnyway = failsWith(Unit, {});
    if (!FailsAnyway)
      return FailsAnyway.takeError();
    if (*FailsAnyway) {
      Broken.insert(Unit);
      return llvm::Error::success();
    }
  }
  std::vector<size_t> Suspects(InFiles.begin(), InFiles.end());
  // The unit compiles with the first Good of them, and not with the first Bad.
  size_t Good = 0;
  size_t Bad = Suspects.size();
  while (Bad - Good > 1) {
    size_t Middle = Good + (Bad - Good) / 2;
    llvm::Expected<bool> Fails =
        failsWith(Unit, llvm::ArrayRef(Suspects).take_front(Middle));
    if (!Fails)
      return Fails.takeError();
    (*Fails ? Bad : Good) = Middle;
  }
  Plan.drop(Suspects[Bad - 1],
            "with it, " + Units[Unit].File + " would not compile");
  return llvm::Error::success();
}

llvm::Error Verifier::verify() {
  addOtherUnits();
  while (!Plan.applied().empty()) {
    Overlay Changed = overlayOf(Plan.contents());
    llvm::Expected<std::vector<size_t>> Failing =
        failingUnits(affectedUnits(Changed), Changed);
    if (!Failing)
      return Failing.takeError();
    if (Failing->empty())
      break;
    if (llvm::Error E = dropCulprit(Failing->front()))
      return E;
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

// Whether what is left fails the run, as remarks do not.
static bool leavesFailure(const FixPlan &Plan,
                          llvm::ArrayRef<ReportedFinding> Findings) {
  for (size_t I = 0; I < Findings.size(); ++I)
    if (!Plan.applied().count(I) && Findings[I].Severity != Severity::Remark)
      return true;
  return false;
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
  if (llvm::Error E = Verifier(*DB, *Report, Project, Plan).verify()) {
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
  return leavesFailure(Plan, Report->Findings) ? HasFindings : NothingToReport;
}
