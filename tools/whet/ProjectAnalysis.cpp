#include "ProjectAnalysis.h"
#include "BuildFacts.h"
#include "PreambleCache.h"
#include "ProjectPreambles.h"
#include "Talk.h"
#include "TextReport.h"
#include "WorkerPool.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace whet;

static llvm::Expected<CompileDatabase>
findDatabase(const ProjectOptions &Options) {
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

llvm::Expected<CompileDatabase>
whet::openDatabase(const ProjectOptions &Options) {
  llvm::Expected<CompileDatabase> DB = findDatabase(Options);
  if (!DB)
    return DB;
  llvm::Expected<ProjectConfig> Config =
      ProjectConfig::find(Options.ConfigFile, DB->ProjectRoot);
  if (!Config)
    return Config.takeError();
  DB->Config = std::move(*Config);
  return DB;
}

AnalysisOptions whet::analysisOptions(const ProjectOptions &Options,
                                      const CompileDatabase &DB) {
  return {Options.Checks,          Options.HeaderFilter,
          DB.ProjectRoot,          DB.BuildDirectory,
          DB.Config.Containers,    DB.Config.Locks,
          Options.CollectsRecords, Options.RecordTargets,
          Options.CollectsEscapes, Options.CollectsCompiler};
}

// One line for all units that fail for the same reason, so that a header that
// is missing everywhere is said once.
static std::vector<std::string>
groupFailures(const std::map<std::string, std::set<std::string>> &ByReason) {
  std::vector<std::string> Lines;
  Lines.reserve(ByReason.size());
  for (const auto &[Reason, Files] : ByReason) {
    std::string Line = *Files.begin() + " could not be analysed: " + Reason;
    if (Files.size() > 1)
      Line += Files.size() == 2 ? " (so is 1 more file)"
                                : " (so are " + llvm::utostr(Files.size() - 1) +
                                      " more files)";
    Lines.push_back(std::move(Line));
  }
  llvm::sort(Lines);
  return Lines;
}

// --- Map
// -----------------------------------------------------------------------

namespace {
/// Seconds that units took when they were last analysed, by name.
class UnitTimes {
public:
  explicit UnitTimes(llvm::StringRef Text) {
    while (!Text.empty()) {
      llvm::StringRef Line;
      std::tie(Line, Text) = Text.split('\n');
      auto [Number, Name] = Line.split(' ');
      unsigned Milliseconds = 0;
      if (!Number.getAsInteger(10, Milliseconds) && !Name.empty())
        Known[Name] = Milliseconds;
    }
  }

  void set(llvm::StringRef Name, double Seconds) {
    Known[Name] = static_cast<unsigned>(Seconds * 1000);
  }

  /// Negative if it is not known.
  double of(llvm::StringRef Name) const {
    auto It = Known.find(Name);
    return It == Known.end() ? -1 : It->second / 1000.0;
  }

  std::string save() const {
    std::string Text;
    for (const auto &Entry : Known)
      Text += std::to_string(Entry.second) + ' ' + Entry.getKey().str() + '\n';
    return Text;
  }

private:
  llvm::StringMap<unsigned> Known;
};

/// The map step over one database.
class Mapper {
public:
  Mapper(const CompileDatabase &DB, const ProjectOptions &Options,
         const FileOverlay &Overlay, MapCallbacks Callbacks)
      : DB(DB), Analysis(analysisOptions(Options, DB)),
        Paths(projectPaths(Analysis)), Overlay(Overlay), Callbacks(Callbacks),
        Options(Options), Cache(Options.Cache), Files(Paths, Overlay) {}

  llvm::Error run();

private:
  void takeFromCache();
  void orderByTime();
  void finish(TaskResult Result);
  void noteRemaining();
  llvm::Error findPreambles();
  llvm::json::Value analyse(size_t Task) const;

  const CompileDatabase &DB;
  AnalysisOptions Analysis;
  ProjectPaths Paths;
  const FileOverlay &Overlay;
  MapCallbacks Callbacks;
  const ProjectOptions &Options;
  UnitCache Cache;
  FileStates Files;
  std::vector<std::string> Keys;
  /// Units to analyse, by index.
  std::vector<size_t> Missing;
  std::optional<PreambleCache> KeptPreambles;
  std::optional<ProjectPreambles> Preambles;
  UnitTimes Times{""};
  std::optional<RemainingTime> Remaining;
};
} // namespace

static constexpr llvm::StringLiteral FilesNote = "files";
static constexpr llvm::StringLiteral TimesNote = "times";

void Mapper::takeFromCache() {
  Files.load(Cache.loadNotes(Paths.root(), FilesNote));
  std::string Identity = runIdentity(Analysis);
  Keys.reserve(DB.Units.size());
  for (size_t I = 0; I < DB.Units.size(); ++I) {
    Keys.push_back(cacheKey(DB.Units[I], Analysis, Identity));
    std::optional<std::string> Found = Cache.find(Keys[I], Files, Paths);
    llvm::Expected<Shard> Yield =
        Found ? readShard(*Found, "a cached shard", Callbacks.Seen)
              : llvm::createStringError("not in the cache");
    if (Yield) {
      MappedUnit Mapped;
      Mapped.Unit = I;
      Mapped.Yield = std::move(*Yield);
      Mapped.WasCached = true;
      Callbacks.Done(std::move(Mapped));
      continue;
    }
    llvm::consumeError(Yield.takeError());
    Missing.push_back(I);
  }
  if (Files.hasNews())
    Cache.storeNotes(Paths.root(), FilesNote, Files.save());
}

// Largest first: what is begun last should be short. What is not known may be
// large, so it goes before all.
void Mapper::orderByTime() {
  Times = UnitTimes(Cache.loadNotes(Paths.root(), TimesNote));
  auto Rank = [&](size_t Unit) {
    double Seconds = Times.of(DB.Units[Unit].File);
    return std::pair(Seconds < 0 ? -HUGE_VAL : -Seconds, Unit);
  };
  llvm::sort(Missing, [&](size_t A, size_t B) { return Rank(A) < Rank(B); });
  std::vector<double> Before;
  Before.reserve(Missing.size());
  for (size_t Unit : Missing)
    Before.push_back(Times.of(DB.Units[Unit].File));
  Remaining.emplace(std::move(Before), Options.Workers);
}

llvm::Error Mapper::findPreambles() {
  if (Options.Preambles == ProjectOptions::None)
    return llvm::Error::success();
  std::vector<KeyedUnit> Units;
  Units.reserve(Missing.size());
  for (size_t Unit : Missing)
    Units.push_back({&DB.Units[Unit], Keys[Unit]});
  KeptPreambles.emplace(Cache, Files, Paths);
  Preambles.emplace(Units, Options.Workers, Options.Limits, Overlay, Paths,
                    *KeptPreambles);
  if (llvm::Error E = Preambles->build())
    return E;
  if (!Options.Verbose)
    return llvm::Error::success();
  for (const std::string &Problem : Preambles->problems())
    printNote("files share headers that are parsed in each: " + Problem);
  if (const ProjectPreambles::Cost &Cost = Preambles->cost(); Cost.Count > 0)
    printNote(llvm::formatv("{0} preambles of {1} MiB: {2:F2} s to see what "
                            "files include, {3:F2} s to build",
                            Cost.Count, Cost.Bytes >> 20, Cost.ScanSeconds,
                            Cost.BuildSeconds)
                  .str());
  return llvm::Error::success();
}

// Where the texts part, with what is around it; empty if they are the same.
static std::string firstDifference(llvm::StringRef With,
                                   llvm::StringRef Without) {
  if (With == Without)
    return "";
  auto From =
      static_cast<size_t>(llvm::mismatch(With, Without).first - With.begin());
  From -= std::min<size_t>(From, 60);
  return ("with it ..." + With.substr(From, 120) + "..., without it ..." +
          Without.substr(From, 120) + "...")
      .str();
}

// In a worker.
llvm::json::Value Mapper::analyse(size_t Task) const {
  UnitResult Result = analyseUnit(DB.Units[Missing[Task]], Analysis, Overlay,
                                  Preambles ? Preambles->of(Task) : nullptr);
  std::string Yield = writeShard(Result.Yield);
  if (Result.Cost.SharedHeaders > 0 &&
      Options.Preambles == ProjectOptions::Verified) {
    UnitResult Plain = analyseUnit(DB.Units[Missing[Task]], Analysis, Overlay);
    std::string Difference = firstDifference(Yield, writeShard(Plain.Yield));
    if (!Difference.empty())
      return llvm::json::Object{
          {"difference", "its preamble changes what is found; " + Difference}};
  }
  std::optional<std::string> Entry =
      Cache.isUsed() ? makeEntry(Result.Read, Yield, Paths) : std::nullopt;
  llvm::json::Object O{
      {"parse", Result.Cost.ParseSeconds},
      {"checks", Result.Cost.CheckSeconds},
      {"shared", static_cast<int64_t>(Result.Cost.SharedHeaders)},
      {"objection", Result.Cost.Objection}};
  if (Entry)
    O["entry"] = std::move(*Entry);
  else
    O["shard"] = std::move(Yield);
  return O;
}

void Mapper::noteRemaining() {
  if (Callbacks.Idle)
    Callbacks.Idle(Remaining->seconds());
}

// What one unit cost, for people.
static void printCost(const CompileUnit &Unit, const TaskResult &Result) {
  const llvm::json::Object *O = Result.Value.getAsObject();
  llvm::errs() << displayPath(Unit.File)
               << llvm::formatv(": {0:F2} s", Result.Seconds);
  if (O)
    llvm::errs() << llvm::formatv(" (parsing {0:F2}, checks {1:F2})",
                                  O->getNumber("parse").value_or(0),
                                  O->getNumber("checks").value_or(0));
  if (int64_t Shared = O ? O->getInteger("shared").value_or(0) : 0)
    llvm::errs() << ", with a preamble of " << Shared << " headers";
  if (O && !O->getString("objection").value_or("").empty())
    llvm::errs() << ", parsed again without its preamble: "
                 << *O->getString("objection");
  if (Result.PeakMemory > 0)
    llvm::errs() << ", at most " << (Result.PeakMemory >> 20) << " MiB";
  llvm::errs() << '\n';
}

void Mapper::finish(TaskResult Result) {
  size_t Unit = Missing[Result.Task];
  Remaining->finished(Result.Task, Result.Seconds);
  noteRemaining();
  if (Options.Verbose)
    printCost(DB.Units[Unit], Result);
  MappedUnit Mapped;
  Mapped.Unit = Unit;
  Mapped.Failure = std::move(Result.Failure);
  const llvm::json::Object *O = Result.Value.getAsObject();
  if (!O) {
    if (Mapped.Failure.empty())
      Mapped.Failure = "a worker answered with something else";
    Callbacks.Done(std::move(Mapped));
    return;
  }
  if (std::optional<llvm::StringRef> Difference = O->getString("difference")) {
    Mapped.Failure = Difference->str();
    Callbacks.Done(std::move(Mapped));
    return;
  }
  std::optional<llvm::StringRef> Entry = O->getString("entry");
  llvm::StringRef Text =
      Entry ? shardOfEntry(*Entry) : O->getString("shard").value_or("");
  llvm::Expected<Shard> Yield =
      readShard(Text, "a worker's shard", Callbacks.Seen);
  if (Yield)
    Mapped.Yield = std::move(*Yield);
  else
    Mapped.Failure = llvm::toString(Yield.takeError());
  if (Entry && Mapped.Failure.empty())
    Cache.store(Keys[Unit], *Entry);
  Times.set(DB.Units[Unit].File, Result.Seconds);
  Callbacks.Done(std::move(Mapped));
}

llvm::Error Mapper::run() {
  takeFromCache();
  if (Missing.empty())
    return llvm::Error::success();
  orderByTime();
  if (llvm::Error E = findPreambles())
    return E;
  llvm::Error Result =
      runOnWorkers(Missing.size(), Options.Workers, Options.Limits,
                   [&](size_t Task) { return analyse(Task); },
                   {.Done = [&](TaskResult R) { finish(std::move(R)); },
                    .Idle =
                        [&] {
                          if (Callbacks.Idle)
                            Callbacks.Idle(Remaining->seconds());
                        }});
  Cache.storeNotes(Paths.root(), TimesNote, Times.save());
  Cache.prune();
  if (!Cache.problem().empty())
    printWarning(Cache.problem());
  return Result;
}

llvm::Error whet::mapProject(const CompileDatabase &DB,
                             const ProjectOptions &Options,
                             const FileOverlay &Overlay,
                             MapCallbacks Callbacks) {
  return Mapper(DB, Options, Overlay, Callbacks).run();
}

std::vector<std::optional<std::vector<std::string>>>
whet::rememberedFiles(llvm::ArrayRef<CompileUnit> Units,
                      const CompileDatabase &DB,
                      const ProjectOptions &Options) {
  AnalysisOptions Analysis = analysisOptions(Options, DB);
  ProjectPaths Paths = projectPaths(Analysis);
  UnitCache Cache(Options.Cache);
  FileOverlay NoOverlay;
  FileStates Files(Paths, NoOverlay);
  Files.load(Cache.loadNotes(Paths.root(), FilesNote));
  std::string Identity = runIdentity(Analysis);
  std::vector<std::optional<std::vector<std::string>>> Result(Units.size());
  for (size_t I = 0; I < Units.size(); ++I) {
    std::optional<std::string> Found =
        Cache.find(cacheKey(Units[I], Analysis, Identity), Files, Paths);
    if (!Found)
      continue;
    llvm::Expected<Shard> Yield = readShard(*Found, "a cached shard");
    if (!Yield) {
      llvm::consumeError(Yield.takeError());
      continue;
    }
    Result[I].emplace();
    for (const std::string &File : Yield->FilesRead)
      Result[I]->push_back(Paths.absolute(File));
  }
  return Result;
}

// --- Reduce
// --------------------------------------------------------------------

ProjectReport whet::reportOf(Reduced Result) {
  ProjectReport Report;
  Report.Findings = std::move(Result.Findings);
  Report.FileHashes = std::move(Result.FileHashes);
  Report.Facts = std::move(Result.Facts);
  Report.Problems = std::move(Result.ConfigProblems);
  for (std::string &Line : groupFailures(Result.Failures))
    Report.Problems.push_back(std::move(Line));
  return Report;
}

llvm::Expected<ProjectReport>
whet::analyseProject(const CompileDatabase &DB, const ProjectOptions &Options,
                     ProgressCallback Progress, const FileOverlay &Overlay) {
  ProjectPaths Paths = projectPaths(analysisOptions(Options, DB));
  Reduction All(Paths);
  All.addFacts(buildFacts(DB, Paths));
  if (DB.IsPart)
    All.setPart();
  std::vector<std::vector<std::string>> FilesRead(DB.Units.size());
  ProgressState State;
  State.Total = DB.Units.size();
  size_t Cached = 0;
  auto Done = [&](MappedUnit Mapped) {
    Cached += Mapped.WasCached;
    if (!Mapped.Failure.empty())
      All.addFailure(Paths.portable(DB.Units[Mapped.Unit].File),
                     Mapped.Failure);
    else if (Mapped.Yield.Failure.empty())
      for (const std::string &File : Mapped.Yield.FilesRead)
        FilesRead[Mapped.Unit].push_back(Paths.absolute(File));
    if (Mapped.Failure.empty())
      All.add(std::move(Mapped.Yield));
    ++State.Done;
    State.Findings = All.certain();
    Progress(State);
  };
  auto Idle = [&](std::optional<double> SecondsLeft) {
    State.SecondsLeft = SecondsLeft;
    Progress(State);
  };
  SeenFacts Seen;
  if (llvm::Error E = mapProject(DB, Options, Overlay,
                                 {.Done = Done, .Idle = Idle, .Seen = &Seen}))
    return std::move(E);
  ProjectReport Report = reportOf(All.finish());
  DB.Config.apply(Report.Findings, DB.ProjectRoot);
  Report.UnitCount = DB.Units.size();
  Report.CachedUnits = Cached;
  Report.FilesRead = std::move(FilesRead);
  std::vector<std::string> Unusable;
  Unusable.reserve(DB.Problems.size());
  for (const DatabaseProblem &Problem : DB.Problems)
    Unusable.push_back(Problem.Message);
  Report.Problems.insert(Report.Problems.begin(), Unusable.begin(),
                         Unusable.end());
  return Report;
}
