#include "FixCommand.h"
#include "FixPlan.h"
#include "LineDiff.h"
#include "Talk.h"
#include "TextReport.h"
#include "WorkerPool.h"
#include "llvm/Support/raw_ostream.h"

using namespace whet;

namespace {
/// Finds the fixes with which a unit compiles: begins with none, adds groups of
/// them in order and halves a group that does not compile. O(k log n) attempts
/// for k culprits of n fixes, also where some fail only together: then the
/// later ones are culprits.
class CulpritSearch {
public:
  CulpritSearch(size_t Unit, llvm::ArrayRef<size_t> Suspects) : Unit(Unit) {
    // All together are known to fail.
    split(Suspects);
  }

  size_t unit() const { return Unit; }
  bool isFinished() const { return Groups.empty(); }
  /// The fixes to try next.
  std::set<size_t> attempt() const {
    std::set<size_t> Result = Kept;
    Result.insert(Groups.back().begin(), Groups.back().end());
    return Result;
  }
  /// Takes the result of that attempt.
  void note(bool Compiles);
  const std::vector<size_t> &culprits() const { return Culprits; }

private:
  void split(llvm::ArrayRef<size_t> Group);

  size_t Unit;
  std::set<size_t> Kept;
  std::vector<size_t> Culprits;
  /// What is still to be added, the next group last.
  std::vector<std::vector<size_t>> Groups;
};

/// Finds out which fixes would not compile, and drops them. Every parse is on a
/// worker: one that crashes clang or does not end is one that fails.
class Verifier {
public:
  Verifier(const CompileDatabase &DB, const ProjectReport &Report,
           const ProjectOptions &Options, FixPlan &Plan)
      : DB(DB), Options(Options), Plan(Plan), Units(DB.Units),
        FilesRead(Report.FilesRead.begin(), Report.FilesRead.end()) {}

  /// Parses all units that read a changed file, until none fails.
  llvm::Error verify();

private:
  /// A unit, and the contents of files to parse it with.
  struct Attempt {
    size_t Unit;
    FileOverlay Changed;
  };

  /// Whether each attempt compiles.
  llvm::Expected<std::vector<bool>> compile(llvm::ArrayRef<Attempt> Attempts);
  bool reads(size_t Unit, const std::set<std::string> &Files) const;
  std::vector<size_t> suspectsOf(size_t Unit) const;
  Attempt attemptWith(size_t Unit, const std::set<size_t> &Fixes) const;
  llvm::Expected<std::vector<size_t>>
  failingUnits(llvm::ArrayRef<size_t> Which);
  llvm::Expected<std::set<std::string>>
  dropCulprits(llvm::ArrayRef<size_t> Failing);

  void addOtherUnits();
  llvm::Error leaveOutBroken(std::vector<size_t> &Failing);

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

void CulpritSearch::split(llvm::ArrayRef<size_t> Group) {
  if (Group.size() == 1) {
    Culprits.push_back(Group.front());
    return;
  }
  size_t Half = Group.size() / 2;
  Groups.emplace_back(Group.drop_front(Half));
  Groups.emplace_back(Group.take_front(Half));
}

void CulpritSearch::note(bool Compiles) {
  std::vector<size_t> Group = std::move(Groups.back());
  Groups.pop_back();
  if (Compiles)
    Kept.insert(Group.begin(), Group.end());
  else
    split(Group);
}

static FileOverlay overlayOf(const std::map<std::string, std::string> &Files) {
  return FileOverlay(Files.begin(), Files.end());
}

llvm::Expected<std::vector<bool>>
Verifier::compile(llvm::ArrayRef<Attempt> Attempts) {
  // What crashes has no message that says otherwise.
  std::vector<bool> Compiles(Attempts.size(), false);
  auto Work = [&](size_t Task) -> llvm::json::Value {
    const Attempt &A = Attempts[Task];
    return firstError(Units[A.Unit], A.Changed).value_or("");
  };
  auto Done = [&](const TaskResult &Result) {
    Compiles[Result.Task] = Result.Value.getAsString() == llvm::StringRef("");
  };
  if (llvm::Error E = runOnWorkers(Attempts.size(), Options.Workers,
                                   Options.Limits, Work, {.Done = Done}))
    return std::move(E);
  return Compiles;
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

// Units that were not analysed may never have compiled; these have no say.
llvm::Error Verifier::leaveOutBroken(std::vector<size_t> &Failing) {
  std::vector<size_t> Others;
  llvm::copy_if(Failing, std::back_inserter(Others),
                [&](size_t Unit) { return Unit >= DB.Units.size(); });
  std::vector<Attempt> Attempts;
  Attempts.reserve(Others.size());
  for (size_t Unit : Others)
    Attempts.push_back({Unit, {}});
  llvm::Expected<std::vector<bool>> Compiles = compile(Attempts);
  if (!Compiles)
    return Compiles.takeError();
  for (size_t I = 0; I < Others.size(); ++I)
    if (!(*Compiles)[I])
      Broken.insert(Others[I]);
  llvm::erase_if(Failing, [&](size_t Unit) { return Broken.count(Unit) != 0; });
  return llvm::Error::success();
}

bool Verifier::reads(size_t Unit, const std::set<std::string> &Files) const {
  if (Broken.count(Unit))
    return false;
  return !FilesRead[Unit] ||
         llvm::any_of(*FilesRead[Unit], [&](const std::string &File) {
           return Files.count(File) != 0;
         });
}

std::vector<size_t> Verifier::suspectsOf(size_t Unit) const {
  std::set<size_t> Suspects;
  if (!FilesRead[Unit])
    Suspects = Plan.applied();
  else
    for (const std::string &File : *FilesRead[Unit])
      for (size_t Fix : Plan.fixesOf(File))
        Suspects.insert(Fix);
  return {Suspects.begin(), Suspects.end()};
}

Verifier::Attempt Verifier::attemptWith(size_t Unit,
                                        const std::set<size_t> &Fixes) const {
  FixPlan Some = Plan;
  for (size_t Other : Plan.applied())
    if (!Fixes.count(Other))
      Some.drop(Other, "");
  return {Unit, overlayOf(Some.contents())};
}

llvm::Expected<std::vector<size_t>>
Verifier::failingUnits(llvm::ArrayRef<size_t> Which) {
  FileOverlay Changed = overlayOf(Plan.contents());
  std::vector<Attempt> Attempts;
  Attempts.reserve(Which.size());
  for (size_t Unit : Which)
    Attempts.push_back({Unit, Changed});
  llvm::Expected<std::vector<bool>> Compiles = compile(Attempts);
  if (!Compiles)
    return Compiles.takeError();
  std::vector<size_t> Failing;
  for (size_t I = 0; I < Which.size(); ++I)
    if (!(*Compiles)[I])
      Failing.push_back(Which[I]);
  return Failing;
}

// Searches on behalf of all units at once that have no suspect in common, one
// attempt each at a time. Returns the files that culprits were in.
llvm::Expected<std::set<std::string>>
Verifier::dropCulprits(llvm::ArrayRef<size_t> Failing) {
  std::vector<CulpritSearch> Searches;
  std::set<size_t> Suspected;
  for (size_t Unit : Failing) {
    std::vector<size_t> Suspects = suspectsOf(Unit);
    if (Suspects.empty() || llvm::any_of(Suspects, [&](size_t Fix) {
          return Suspected.count(Fix) != 0;
        }))
      continue;
    Suspected.insert(Suspects.begin(), Suspects.end());
    Searches.emplace_back(Unit, Suspects);
  }
  while (true) {
    std::vector<CulpritSearch *> Open;
    std::vector<Attempt> Attempts;
    for (CulpritSearch &S : Searches)
      if (!S.isFinished()) {
        Open.push_back(&S);
        Attempts.push_back(attemptWith(S.unit(), S.attempt()));
      }
    if (Open.empty())
      break;
    llvm::Expected<std::vector<bool>> Compiles = compile(Attempts);
    if (!Compiles)
      return Compiles.takeError();
    for (size_t I = 0; I < Open.size(); ++I)
      Open[I]->note((*Compiles)[I]);
  }
  std::set<std::string> Files;
  for (const CulpritSearch &S : Searches)
    for (size_t Fix : S.culprits()) {
      for (const std::string &File : Plan.filesOf(Fix))
        Files.insert(File);
      Plan.drop(Fix, "with it, " + Units[S.unit()].File + " would not compile");
    }
  return Files;
}

llvm::Error Verifier::verify() {
  addOtherUnits();
  std::set<std::string> Changed;
  for (const auto &[File, Edits] : Plan.edits())
    Changed.insert(File);
  std::vector<size_t> Pending;
  for (size_t Unit = 0; Unit < Units.size(); ++Unit)
    if (reads(Unit, Changed))
      Pending.push_back(Unit);
  while (!Plan.applied().empty()) {
    llvm::Expected<std::vector<size_t>> Failing = failingUnits(Pending);
    if (!Failing)
      return Failing.takeError();
    if (llvm::Error E = leaveOutBroken(*Failing))
      return E;
    llvm::Expected<std::set<std::string>> Files = dropCulprits(*Failing);
    if (!Files)
      return Files.takeError();
    if (Files->empty())
      break;
    // The others compile with what is still to be applied.
    Pending.clear();
    for (size_t Unit = 0; Unit < Units.size(); ++Unit)
      if (llvm::is_contained(*Failing, Unit) || reads(Unit, *Files))
        Pending.push_back(Unit);
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

// What is left, with its lines as they were when it was found.
static void printRemaining(llvm::raw_ostream &OS, const FixPlan &Plan,
                           const FixOptions &Options,
                           llvm::ArrayRef<ReportedFinding> Findings) {
  // A dry run prints a diff, for tools that take diffs.
  if (Options.DryRun)
    return;
  TextReport Text(OS, wantsColors(Options.Check.Color));
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
  std::string Remaining;
  llvm::raw_string_ostream RemainingStream(Remaining);
  printRemaining(RemainingStream, Plan, Options, Report->Findings);
  if (Options.DryRun) {
    printDiff(Plan);
  } else if (llvm::Error E = writeAtomically(Contents, Plan.originals())) {
    printError(llvm::toString(std::move(E)));
    return Failed;
  }
  llvm::outs() << Remaining;
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
