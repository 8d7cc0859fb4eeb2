#include "LayoutCommand.h"
#include "CheckCommand.h"
#include "LayoutReport.h"
#include "Talk.h"
#include "whet/analysis/RecordFacts.h"
#include "llvm/Support/FileSystem.h"

using namespace whet;

// Whether Name is the record's, with as many of its scopes as somebody cared to
// write, and with template arguments or without.
static bool isNamed(const RecordFact &R, llvm::StringRef Name) {
  llvm::StringRef Full = R.Name;
  if (!Name.contains('<') && Full.ends_with(">")) {
    // The last name's own arguments: those of scopes stay.
    unsigned Depth = 0;
    size_t At = Full.size();
    while (At > 0) {
      --At;
      Depth += Full[At] == '>';
      Depth -= Full[At] == '<';
      if (Depth == 0)
        break;
    }
    Full = Full.take_front(At);
  }
  Name.consume_front("::");
  return Full == Name ||
         (Full.ends_with(Name) && Full.drop_back(Name.size()).ends_with("::"));
}

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

static std::vector<RecordFact> named(llvm::ArrayRef<RecordFact> All,
                                     llvm::StringRef Name) {
  std::vector<RecordFact> Result;
  llvm::copy_if(All, std::back_inserter(Result),
                [&](const RecordFact &R) { return isNamed(R, Name); });
  return Result;
}

static void printEach(const LayoutOptions &Options,
                      llvm::ArrayRef<RecordFact> Records) {
  bool IsFirst = true;
  for (const RecordFact &R : Records) {
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

// What can be saved most comes first, then what is largest.
static std::vector<RecordFact> listed(std::vector<RecordFact> Records,
                                      bool All) {
  if (!All)
    llvm::erase_if(Records, [](const RecordFact &R) { return !R.Best; });
  llvm::sort(Records, [](const RecordFact &A, const RecordFact &B) {
    return std::tuple(B.saved(), B.Size, A.Name, A.File, A.Line) <
           std::tuple(A.saved(), A.Size, B.Name, B.File, B.Line);
  });
  return Records;
}

int whet::runLayout(LayoutOptions Options) {
  Options.Project.Checks = "-*";
  Options.Project.CollectsRecords = true;
  std::vector<std::string> Names = takeNames(Options);
  llvm::Expected<CompileDatabase> DB = openDatabase(Options.Project);
  if (!DB) {
    printError(llvm::toString(DB.takeError()));
    return Failed;
  }
  std::optional<ProjectReport> Report =
      analyseWithProgress(*DB, Options.Project, Options.Quiet);
  if (!Report)
    return Failed;
  std::vector<RecordFact> All = records(Report->Facts);
  bool IsMissing = false;
  if (Names.empty()) {
    std::vector<RecordFact> Records = listed(All, Options.All);
    if (Options.Format == LayoutFormat::Json)
      printEach(Options, Records);
    else
      printRecordList(llvm::outs(), Records);
    if (!Options.Quiet)
      llvm::errs() << counted(All.size(), "record") << " in "
                   << counted(Report->UnitCount, "file") << ", "
                   << llvm::count_if(All,
                                     [](const RecordFact &R) {
                                       return R.Best.has_value();
                                     })
                   << " could be smaller\n";
  }
  std::vector<RecordFact> Chosen;
  for (const std::string &Name : Names) {
    std::vector<RecordFact> Found = named(All, Name);
    if (Found.empty()) {
      printError("no record of the " + counted(Report->UnitCount, "file") +
                 " analysed is called '" + Name +
                 "'; whet layout --all lists all that there are");
      IsMissing = true;
    }
    llvm::append_range(Chosen, Found);
  }
  printEach(Options, Chosen);
  return IsMissing || !Report->Problems.empty() ? Failed : NothingToReport;
}
