#include "ProjectAnalysis.h"
#include "WorkerPool.h"
#include "llvm/ADT/StringExtras.h"
#include <set>

using namespace whet;

llvm::Expected<CompileDatabase>
whet::openDatabase(const ProjectOptions &Options) {
  if (Options.HasFlags) {
    if (Options.Paths.empty())
      return llvm::createStringError(
          "flags after -- need the files that they compile: whet check "
          "FILE... -- FLAGS");
    return CompileDatabase::fixed(Options.Paths, Options.Flags);
  }
  std::string Start = Options.Paths.empty() ? "." : Options.Paths.front();
  llvm::Expected<CompileDatabase> DB =
      Options.BuildPath.empty() ? CompileDatabase::find(Start)
                                : CompileDatabase::load(Options.BuildPath);
  if (!DB)
    return DB;
  if (llvm::Error E = DB->select(Options.Paths))
    return std::move(E);
  return DB;
}

AnalysisOptions whet::analysisOptions(const ProjectOptions &Options,
                                      const CompileDatabase &DB) {
  return {Options.Checks, Options.HeaderFilter, DB.ProjectRoot,
          DB.BuildDirectory};
}

// One line for all units that fail for the same reason, so that a header that
// is missing everywhere is said once.
static std::vector<std::string>
groupFailures(const std::map<std::string, std::vector<std::string>> &ByReason) {
  std::vector<std::string> Lines;
  Lines.reserve(ByReason.size());
  for (const auto &[Reason, Files] : ByReason) {
    std::string Line = Files.front() + " could not be analysed: " + Reason;
    if (Files.size() > 1)
      Line += Files.size() == 2 ? " (so is 1 more file)"
                                : " (so are " + llvm::utostr(Files.size() - 1) +
                                      " more files)";
    Lines.push_back(std::move(Line));
  }
  llvm::sort(Lines);
  return Lines;
}

llvm::Expected<ProjectReport>
whet::analyseProject(const CompileDatabase &DB, const ProjectOptions &Options,
                     ProgressCallback Progress) {
  AnalysisOptions Unit = analysisOptions(Options, DB);
  ProjectReport Report;
  Report.UnitCount = DB.Units.size();
  Report.FilesRead.resize(DB.Units.size());
  FindingSet All;
  std::map<std::string, std::vector<std::string>> Failures;
  std::set<std::string> ConfigProblems;
  size_t Finished = 0;
  auto Done = [&](TaskResult Result) {
    const std::string &File = DB.Units[Result.Task].File;
    UnitReport Part;
    llvm::json::Path::Root Root;
    if (Result.Failure.empty() && !fromJSON(Result.Value, Part, Root))
      Result.Failure = llvm::toString(Root.getError());
    if (!Result.Failure.empty())
      Part.Failure = Result.Failure;
    if (Part.Failure.empty())
      Report.FilesRead[Result.Task] = std::move(Part.FilesRead);
    else
      Failures[Part.Failure].push_back(File);
    ConfigProblems.insert(Part.ConfigProblems.begin(),
                          Part.ConfigProblems.end());
    All.add(std::move(Part.Findings), /*HasFixes=*/Part.Failure.empty());
    for (auto &[Path, Hash] : Part.FileHashes) {
      auto [Known, IsNew] = Report.FileHashes.try_emplace(Path, Hash);
      // Saved between two units: no contents fit the findings of both.
      if (!IsNew && Known->second != Hash)
        Known->second.clear();
    }
    Progress(++Finished, DB.Units.size(), All.size());
  };
  auto Work = [&](size_t Task) {
    return toJSON(analyseUnit(DB.Units[Task], Unit));
  };
  if (llvm::Error E =
          runOnWorkers(DB.Units.size(), Options.Workers, Work, Done))
    return std::move(E);
  Report.Findings = All.findings();
  for (const DatabaseProblem &Problem : DB.Problems)
    Report.Problems.push_back(Problem.Message);
  Report.Problems.insert(Report.Problems.end(), ConfigProblems.begin(),
                         ConfigProblems.end());
  for (auto &[Reason, Files] : Failures)
    llvm::sort(Files);
  for (std::string &Line : groupFailures(Failures))
    Report.Problems.push_back(std::move(Line));
  return Report;
}
