#include "LayoutCommand.h"
#include "BaseTree.h"
#include "CheckCommand.h"
#include "LayoutBudgets.h"
#include "LayoutDiff.h"
#include "LayoutHtml.h"
#include "LayoutReport.h"
#include "Talk.h"
#include "whet/analysis/RecordFacts.h"
#include "llvm/Support/FileSystem.h"

using namespace whet;

// Tells files and folders from names of records.
static std::vector<std::string> takeNames(LayoutOptions &Options) {
  std::vector<std::string> Names;
  for (std::string &Argument : Options.Arguments)
    if (Argument.find('/') != std::string::npos ||
        llvm::sys::fs::exists(Argument))
      Options.Project.Paths.push_back(std::move(Argument));
    else
      Names.push_back(std::move(Argument));
  return Names;
}

static std::vector<KnownRecord> named(llvm::ArrayRef<KnownRecord> All,
                                      llvm::StringRef Name) {
  std::vector<KnownRecord> Result;
  llvm::copy_if(All, std::back_inserter(Result),
                [&](const KnownRecord &R) { return isNamed(R, Name); });
  return Result;
}

static void printEach(const LayoutOptions &Options,
                      llvm::ArrayRef<KnownRecord> Records) {
  if (Options.Format == LayoutFormat::Html)
    return printRecordPage(llvm::outs(), Records);
  bool IsFirst = true;
  for (const KnownRecord &R : Records) {
    if (Options.Format == LayoutFormat::Json) {
      printRecordJson(llvm::outs(), R);
      continue;
    }
    if (!IsFirst)
      llvm::outs() << '\n';
    IsFirst = false;
    printRecord(llvm::outs(), R);
  }
}

// What can be saved most, in all objects that are known of, comes first; then
// that of which there may be many, then what is largest.
static std::vector<KnownRecord> listed(std::vector<KnownRecord> Records,
                                       bool All) {
  if (!All)
    llvm::erase_if(Records,
                   [](const KnownRecord &R) { return !R.isWasteful(); });
  llvm::sort(Records, [](const KnownRecord &A, const KnownRecord &B) {
    auto Rank = [](const KnownRecord &R) {
      return std::tuple(R.savedInAll(), R.Instances.Many.has_value(), R.Size);
    };
    if (Rank(A) != Rank(B))
      return Rank(B) < Rank(A);
    return std::tie(A.Name, A.File, A.Line) < std::tie(B.Name, B.File, B.Line);
  });
  return Records;
}

static std::optional<ProjectReport> analyse(const CompileDatabase &DB,
                                            const LayoutOptions &Options,
                                            const FileOverlay &Overlay = {}) {
  return analyseWithProgress(DB, Options.Project, Options.Quiet, Overlay);
}

static int printList(const LayoutOptions &Options,
                     const std::vector<KnownRecord> &All, size_t Units) {
  std::vector<KnownRecord> Records = listed(All, Options.All);
  if (Options.Format == LayoutFormat::Text)
    printRecordList(llvm::outs(), Records);
  else
    printEach(Options, Records);
  if (!Options.Quiet)
    llvm::errs() << counted(All.size(), "record") << " in "
                 << counted(Units, "file") << ", "
                 << llvm::count_if(
                        All,
                        [](const KnownRecord &R) { return R.isWasteful(); })
                 << " could be smaller\n";
  return NothingToReport;
}

static int printNamed(const LayoutOptions &Options,
                      llvm::ArrayRef<KnownRecord> All,
                      llvm::ArrayRef<std::string> Names, size_t Units) {
  std::vector<KnownRecord> Chosen;
  bool IsMissing = false;
  for (const std::string &Name : Names) {
    std::vector<KnownRecord> Found = named(All, Name);
    if (Found.empty()) {
      printError("no record of the " + counted(Units, "file") +
                 " analysed is called '" + Name +
                 "'; whet layout --all lists all that there are");
      IsMissing = true;
    }
    llvm::append_range(Chosen, Found);
  }
  printEach(Options, Chosen);
  return IsMissing ? Failed : NothingToReport;
}

// Budgets that do not hold, each with the record that it is for.
static int printBroken(const LayoutOptions &Options,
                       const LayoutBudgets &Budgets,
                       llvm::ArrayRef<KnownRecord> All) {
  std::vector<BrokenBudget> Broken = Budgets.broken(All);
  for (const BrokenBudget &B : Broken) {
    llvm::outs() << Options.BudgetFile << ':' << B.Budget.Line << ": "
                 << B.Message << '\n';
    if (B.Record)
      printRecord(llvm::outs(), *B.Record);
  }
  if (!Options.Quiet)
    llvm::errs() << counted(Budgets.size(), "budget") << ", " << Broken.size()
                 << " broken\n";
  return Broken.empty() ? NothingToReport : HasFindings;
}

static int printGrown(const LayoutOptions &Options, const CompileDatabase &DB,
                      llvm::ArrayRef<KnownRecord> Now) {
  llvm::Expected<BaseTree> Base =
      BaseTree::load(DB.ProjectRoot, Options.DiffRevision);
  if (!Base) {
    printError(llvm::toString(Base.takeError()));
    return Failed;
  }
  std::optional<ProjectReport> Then =
      analyse(Base->database(DB), Options, Base->overlay());
  if (!Then)
    return Failed;
  std::vector<RecordChange> Changes = changedRecords(records(Then->Facts), Now);
  size_t Grown = 0;
  for (const RecordChange &C : Changes) {
    printChange(llvm::outs(), C);
    Grown += C.grew();
  }
  if (!Options.Quiet)
    llvm::errs() << counted(Grown, "record") << " grew since " << Base->commit()
                 << ", " << Changes.size() - Grown << " shrank\n";
  return Grown == 0 ? NothingToReport : HasFindings;
}

int whet::runLayout(LayoutOptions Options) {
  Options.Project.Checks = "-*";
  Options.Project.CollectsRecords = true;
  std::vector<std::string> Names = takeNames(Options);
  bool IsGate = !Options.BudgetFile.empty() || !Options.DiffRevision.empty();
  if (IsGate && !Names.empty()) {
    printError("--check and --diff are for all records, and '" + Names.front() +
               "' is no file or folder");
    return Failed;
  }
  std::optional<LayoutBudgets> Budgets;
  if (!Options.BudgetFile.empty()) {
    llvm::Expected<LayoutBudgets> Read =
        LayoutBudgets::read(Options.BudgetFile);
    if (!Read) {
      printError(llvm::toString(Read.takeError()));
      return Failed;
    }
    Budgets = std::move(*Read);
  }
  llvm::Expected<CompileDatabase> DB = openDatabase(Options.Project);
  if (!DB) {
    printError(llvm::toString(DB.takeError()));
    return Failed;
  }
  std::optional<ProjectReport> Report = analyse(*DB, Options);
  if (!Report)
    return Failed;
  std::vector<KnownRecord> All = records(Report->Facts);
  int Status = NothingToReport;
  if (Budgets)
    Status = printBroken(Options, *Budgets, All);
  else if (!Options.DiffRevision.empty())
    Status = printGrown(Options, *DB, All);
  else if (Names.empty())
    Status = printList(Options, All, Report->UnitCount);
  else
    Status = printNamed(Options, All, Names, Report->UnitCount);
  return Report->Problems.empty() ? Status : Failed;
}
