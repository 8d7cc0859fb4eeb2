#include "MapReduceCommands.h"
#include "AtomicFile.h"
#include "BuildFacts.h"
#include "Talk.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace whet;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static constexpr llvm::StringLiteral ShardExtension = ".shard";

// --- Map
// -----------------------------------------------------------------------

// "src_a.cpp-0123abcd.shard": one folder holds the shards of all units.
static std::string shardName(const Shard &S) {
  std::string Name = S.Unit;
  llvm::replace(Name, '/', '_');
  return Name + "-" + S.Command.substr(0, 8) + ShardExtension.str();
}

namespace {
/// Where shards go.
class ShardWriter {
public:
  ShardWriter(const MapOptions &Options, size_t UnitCount)
      : Options(Options),
        IsFile(UnitCount == 1 &&
               path::extension(Options.Output) == ShardExtension) {}

  llvm::Error write(const Shard &S) {
    if (Options.Dump) {
      llvm::outs() << llvm::formatv("{0:2}", toJSON(S)) << '\n';
      return llvm::Error::success();
    }
    if (IsFile)
      return writeFileAtomically(Options.Output, writeShard(S));
    if (std::error_code E = fs::create_directories(Options.Output))
      return llvm::createStringError("cannot make the folder " +
                                     Options.Output + ": " + E.message());
    return writeFileAtomically(Options.Output + "/" + shardName(S),
                               writeShard(S));
  }

private:
  const MapOptions &Options;
  bool IsFile;
};
} // namespace

int whet::runMap(const MapOptions &Options) {
  if (Options.Output.empty() && !Options.Dump) {
    printError("whet map needs -o FOLDER, or -o FILE.shard for one file");
    return Failed;
  }
  llvm::Expected<CompileDatabase> DB = openDatabase(Options.Project);
  if (!DB) {
    printError(llvm::toString(DB.takeError()));
    return Failed;
  }
  ShardWriter Writer(Options, DB->Units.size());
  std::vector<std::string> Problems;
  for (const DatabaseProblem &Problem : DB->Problems)
    Problems.push_back(Problem.Message);
  // In the order of units: a dump does not depend on who was done first.
  std::map<size_t, Shard> Waiting;
  size_t Next = 0;
  std::map<size_t, std::string> Failures;
  auto WriteReady = [&] {
    while (true) {
      Next += Failures.count(Next);
      auto It = Waiting.find(Next);
      if (It == Waiting.end())
        return;
      if (llvm::Error E = Writer.write(It->second))
        Problems.push_back(llvm::toString(std::move(E)));
      Waiting.erase(It);
      ++Next;
    }
  };
  auto Done = [&](MappedUnit Mapped) {
    const std::string &File = DB->Units[Mapped.Unit].File;
    if (!Mapped.Failure.empty()) {
      Failures[Mapped.Unit] = Mapped.Failure;
      Problems.push_back(File + " could not be analysed: " + Mapped.Failure);
    } else {
      if (!Mapped.Yield.Failure.empty())
        Problems.push_back(File +
                           " could not be analysed: " + Mapped.Yield.Failure);
      Waiting[Mapped.Unit] = std::move(Mapped.Yield);
    }
    WriteReady();
  };
  if (llvm::Error E = mapProject(*DB, Options.Project, {}, {.Done = Done})) {
    printError(llvm::toString(std::move(E)));
    return Failed;
  }
  llvm::sort(Problems);
  for (const std::string &Problem : Problems)
    printError(Problem);
  return Problems.empty() ? NothingToReport : Failed;
}

// --- Reduce
// --------------------------------------------------------------------

// All shards that the arguments name, sorted.
static std::vector<std::string>
shardFiles(llvm::ArrayRef<std::string> Arguments) {
  std::vector<std::string> Files;
  for (const std::string &Argument : Arguments) {
    if (!fs::is_directory(Argument)) {
      Files.push_back(Argument);
      continue;
    }
    std::error_code Error;
    for (fs::directory_iterator It(Argument, Error), End; It != End && !Error;
         It.increment(Error))
      if (path::extension(It->path()) == ShardExtension)
        Files.push_back(It->path());
  }
  llvm::sort(Files);
  return Files;
}

static llvm::Expected<Shard> loadShard(const std::string &File) {
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer)
    return llvm::createStringError("cannot read " + File + ": " +
                                   Buffer.getError().message());
  return readShard((*Buffer)->getBuffer(), File);
}

int whet::runReduce(const ReduceOptions &Options) {
  const ProjectOptions &Project = Options.Check.Project;
  std::vector<std::string> Problems;
  ProjectPaths Paths(Options.Root.empty() ? projectFolderAround(".")
                                          : realPath(Options.Root),
                     "");
  std::optional<CompileDatabase> DB;
  if (!Project.BuildPath.empty()) {
    llvm::Expected<CompileDatabase> Loaded = openDatabase(Project);
    if (!Loaded) {
      printError(llvm::toString(Loaded.takeError()));
      return Failed;
    }
    DB = std::move(*Loaded);
    Paths = projectPaths(analysisOptions(Project, *DB));
  }
  llvm::Expected<ProjectConfig> Config =
      DB ? std::move(DB->Config)
         : ProjectConfig::find(Project.ConfigFile, Paths.root());
  if (!Config) {
    printError(llvm::toString(Config.takeError()));
    return Failed;
  }
  llvm::Expected<BaselineGate> Gate =
      BaselineGate::open(Options.Check.Baseline);
  if (!Gate) {
    printError(llvm::toString(Gate.takeError()));
    return Failed;
  }
  Reduction All(Paths);
  if (DB)
    All.addFacts(buildFacts(*DB, Paths));
  // Without the database nobody knows whether these are all shards.
  if (!DB || DB->IsPart)
    All.setPart();
  std::set<std::pair<std::string, std::string>> Seen;
  for (const std::string &File : shardFiles(Options.Shards)) {
    llvm::Expected<Shard> S = loadShard(File);
    if (!S) {
      Problems.push_back(llvm::toString(S.takeError()));
      All.setIncomplete();
      continue;
    }
    Seen.insert({S->Unit, S->Command});
    All.add(std::move(*S));
  }
  if (DB)
    for (const CompileUnit &Unit : DB->Units)
      if (!Seen.count({Paths.portable(Unit.File), commandHash(Unit, Paths)}))
        All.addFailure(Paths.portable(Unit.File),
                       "it has no shard; whet map writes one");
  ProjectReport Report = reportOf(All.finish());
  Config->apply(Report.Findings, Paths.root());
  Report.UnitCount = Seen.size();
  Report.Problems.insert(Report.Problems.end(), Problems.begin(),
                         Problems.end());
  for (const std::string &Problem : Report.Problems)
    printError(Problem);
  BaselineScope Scope;
  if (DB)
    Scope = baselineScope(Project, *DB);
  else
    Scope.IsWhole = false;
  Gate->apply(Report, Paths, std::move(Scope), Options.Check.Quiet);
  return conclude(Report, Paths.root(), Options.Check);
}
