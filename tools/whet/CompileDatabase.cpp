#include "CompileDatabase.h"
#include "clang/Driver/Types.h"
#include "clang/Options/Options.h"
#include "clang/Tooling/ArgumentsAdjusters.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "clang/Tooling/JSONCompilationDatabase.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/VirtualFileSystem.h"

using namespace whet;
using namespace clang;
using namespace clang::tooling;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static constexpr llvm::StringLiteral DatabaseName = "compile_commands.json";

std::string whet::realPath(llvm::StringRef Path) {
  llvm::SmallString<256> Absolute(Path);
  (void)fs::make_absolute(Absolute);
  llvm::SmallString<256> Real;
  if (!fs::real_path(Absolute, Real))
    return Real.str().str();
  path::remove_dots(Absolute, /*remove_dot_dot=*/true);
  return Absolute.str().str();
}

// --- Reading
// ---------------------------------------------------------------------

static llvm::Error error(const llvm::Twine &Message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), Message);
}

// clang's own reader takes what it can from a broken file; whoever has a
// truncated database wants to know.
static llvm::Error checkWellFormed(llvm::StringRef File, llvm::StringRef Text) {
  if (Text.trim().empty())
    return error(File + " is empty; run the build's configure step again");
  llvm::Expected<llvm::json::Value> Parsed = llvm::json::parse(Text);
  if (!Parsed)
    return error(File + " is not valid JSON (" +
                 llvm::toString(Parsed.takeError()) +
                 "); run the build's configure step again");
  if (!Parsed->getAsArray())
    return error(File + " is not a list of compile commands; it has to be a "
                        "JSON array, as CMake writes with "
                        "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON");
  return llvm::Error::success();
}

static std::string absoluteIn(llvm::StringRef Directory, llvm::StringRef File) {
  llvm::SmallString<256> Path(File);
  path::make_absolute(Directory, Path);
  path::remove_dots(Path, /*remove_dot_dot=*/true);
  return Path.str().str();
}

static driver::types::ID languageOf(const CompileUnit &Unit) {
  llvm::StringRef Language;
  const std::vector<std::string> &Args = Unit.Arguments;
  for (size_t I = 1; I < Args.size(); ++I) {
    llvm::StringRef Arg = Args[I];
    if (Arg == "-x" && I + 1 < Args.size())
      Language = Args[I + 1];
    else if (Arg.consume_front("-x"))
      Language = Arg;
    else if (Arg.starts_with("--language="))
      Language = Arg.drop_front(strlen("--language="));
  }
  if (!Language.empty())
    return driver::types::lookupTypeForTypeSpecifier(Language.str().c_str());
  llvm::StringRef Extension = path::extension(Unit.File);
  (void)Extension.consume_front(".");
  driver::types::ID Type = driver::types::lookupTypeForExtension(Extension);
  // `g++ x.c` compiles C++.
  bool IsPlusPlusDriver =
      !Args.empty() && path::filename(Args[0]).contains("++");
  return IsPlusPlusDriver && Type == driver::types::TY_C ? driver::types::TY_CXX
                                                         : Type;
}

// --- Making commands fit for clang
// --------------------------------------------

// Options that make clang read or write a precompiled header or a module cache
// that only the build has.
static bool isPrecompiledHeader(llvm::StringRef File,
                                llvm::StringRef Directory) {
  return (File.ends_with(".pch") || File.ends_with(".gch")) &&
         !fs::exists(absoluteIn(Directory, File));
}

// `-include cmake_pch.hxx` finds cmake_pch.hxx.pch or .gch of its own accord,
// in the format of the build's compiler. Naming the header does no harm; naming
// the .pch does when it was never built.
static std::string headerOfPCH(llvm::StringRef File) {
  if (!File.consume_back(".pch"))
    File.consume_back(".gch");
  return File.str();
}

// CMake's GCC and clang commands for a precompiled header:
//   -Xclang -include-pch -Xclang X.hxx.pch -Xclang -include -Xclang X.hxx
static std::vector<std::string> withoutPCH(const CompileUnit &Unit) {
  std::vector<std::string> Result;
  const std::vector<std::string> &Args = Unit.Arguments;
  auto IsXclang = [&](size_t I) {
    return I < Args.size() && Args[I] == "-Xclang";
  };
  for (size_t I = 0; I < Args.size(); ++I) {
    bool IsFrontend = IsXclang(I);
    size_t Name = IsFrontend ? I + 1 : I;
    if (Name >= Args.size()) {
      Result.push_back(Args[I]);
      continue;
    }
    size_t Value = IsXclang(Name + 1) ? Name + 2 : Name + 1;
    if (Args[Name] == "-include-pch" && Value < Args.size()) {
      std::string Header = headerOfPCH(Args[Value]);
      bool IsIncludedAnyway = llvm::is_contained(
          llvm::ArrayRef(Args).drop_front(Value + 1), Header);
      if (!IsIncludedAnyway && fs::exists(absoluteIn(Unit.Directory, Header)))
        Result.insert(Result.end(), {"-include", Header});
      I = Value;
      continue;
    }
    if (Args[Name] == "-include" && Value < Args.size() &&
        isPrecompiledHeader(Args[Value], Unit.Directory)) {
      Result.insert(Result.end(), {"-include", headerOfPCH(Args[Value])});
      I = Value;
      continue;
    }
    llvm::StringRef Arg = Args[Name];
    if (Arg == "-fpch-preprocess" || Arg == "-Winvalid-pch" ||
        Arg == "-fpch-instantiate-templates" || Arg == "-emit-pch") {
      I = Name;
      continue;
    }
    Result.push_back(Args[I]);
  }
  return Result;
}

// GCC's options that clang does not know would make its driver give up.
static std::vector<std::string>
withoutUnknown(const std::vector<std::string> &Args) {
  std::vector<const char *> Pointers;
  Pointers.reserve(Args.size());
  for (const std::string &Arg : llvm::drop_begin(Args))
    Pointers.push_back(Arg.c_str());
  unsigned MissingIndex = 0;
  unsigned MissingCount = 0;
  llvm::opt::InputArgList Parsed = getDriverOptTable().ParseArgs(
      Pointers, MissingIndex, MissingCount,
      llvm::opt::Visibility(options::ClangOption));
  llvm::DenseSet<unsigned> Unknown;
  for (const llvm::opt::Arg *A : Parsed.filtered(options::OPT_UNKNOWN))
    Unknown.insert(A->getIndex());
  std::vector<std::string> Result{Args.front()};
  for (unsigned I = 0; I < Pointers.size(); ++I)
    if (!Unknown.contains(I))
      Result.push_back(Args[I + 1]);
  return Result;
}

// Clang looks for headers beside its compiler. A name without a folder would be
// taken for one in the unit's working directory.
static std::string compilerPath(const std::string &Name) {
  if (llvm::StringRef(Name).contains('/'))
    return Name;
  llvm::ErrorOr<std::string> Found = llvm::sys::findProgramByName(Name);
  return Found ? *Found : "/usr/bin/" + Name;
}

// Drops what is about the output: -o, -c, dependency files, -save-temps.
static std::vector<std::string> adjusted(const CompileUnit &Unit) {
  CommandLineArguments Args = withoutPCH(Unit);
  for (const ArgumentsAdjuster &Adjust :
       {getClangStripOutputAdjuster(), getClangStripDependencyFileAdjuster(),
        getClangSyntaxOnlyAdjuster(), getStripPluginsAdjuster()})
    Args = Adjust(Args, Unit.File);
  Args = withoutUnknown(Args);
  Args.front() = compilerPath(Args.front());
  llvm::erase_if(Args, [](llvm::StringRef Arg) {
    return Arg == "-Werror" || Arg.starts_with("-Werror=") ||
           Arg == "-pedantic-errors" || Arg.starts_with("-fplugin") ||
           Arg.starts_with("-flto");
  });
  // A warning of the compiler's is the compiler's business.
  auto End = llvm::find(Args, "--");
  Args.insert(End, {"-Wno-unknown-warning-option", "-Wno-error",
                    "-Wno-unused-command-line-argument",
                    "-Wno-ignored-optimization-argument"});
  return Args;
}

// --- Where the project is
// -------------------------------------------------------

static std::string commonFolder(llvm::ArrayRef<CompileUnit> Units) {
  std::string Common;
  for (const CompileUnit &Unit : Units) {
    llvm::StringRef Folder = path::parent_path(Unit.File);
    if (Common.empty()) {
      Common = Folder.str();
      continue;
    }
    while (!isBelow(Folder, Common) && Common != "/")
      Common = path::parent_path(Common).str();
  }
  return Common;
}

static std::string repositoryOf(llvm::StringRef Folder) {
  for (; !Folder.empty(); Folder = path::parent_path(Folder))
    for (llvm::StringRef Mark : {"/.git", "/.hg", "/.svn"})
      if (fs::exists(Folder + Mark))
        return Folder.str();
  return "";
}

std::string whet::projectFolderAround(llvm::StringRef Folder) {
  std::string Real = realPath(Folder);
  std::string Repository = repositoryOf(Real);
  return Repository.empty() ? Real : Repository;
}

// The source folder that CMake configured into \p BuildDirectory.
static std::string cmakeHome(llvm::StringRef BuildDirectory) {
  auto Cache = llvm::MemoryBuffer::getFile(BuildDirectory + "/CMakeCache.txt");
  if (!Cache)
    return "";
  llvm::StringRef Key = "\nCMAKE_HOME_DIRECTORY:INTERNAL=";
  size_t At = (*Cache)->getBuffer().find(Key);
  if (At == llvm::StringRef::npos)
    return "";
  return realPath(
      (*Cache)->getBuffer().substr(At + Key.size()).split('\n').first.trim());
}

static void locateProject(CompileDatabase &DB, llvm::StringRef Folder) {
  std::string Home = cmakeHome(Folder);
  std::vector<CompileUnit> Sources;
  llvm::copy_if(
      DB.Units, std::back_inserter(Sources),
      [&](const CompileUnit &Unit) { return !isBelow(Unit.File, Folder); });
  std::string Common = commonFolder(Sources.empty() ? DB.Units : Sources);
  std::string Repository = repositoryOf(Home.empty() ? Common : Home);
  if (!Repository.empty())
    DB.ProjectRoot = Repository;
  else if (!Home.empty())
    DB.ProjectRoot = Home;
  else
    DB.ProjectRoot =
        isBelow(Common, Folder) || Sources.empty() ? Folder.str() : Common;
  // A database at the root of the sources is no build folder.
  if (!Sources.empty() && Folder != DB.ProjectRoot &&
      !isBelow(DB.ProjectRoot, Folder) && !isBelow(Common, Folder))
    DB.BuildDirectory = Folder.str();
}

// --- Loading
// ---------------------------------------------------------------------

static void addEntries(CompileDatabase &DB, llvm::StringRef File,
                       const std::vector<CompileCommand> &Commands) {
  llvm::StringSet<> Vanished;
  for (const CompileCommand &Command : Commands) {
    CompileUnit Unit;
    Unit.Directory =
        realPath(absoluteIn(path::parent_path(File), Command.Directory));
    Unit.File = absoluteIn(Unit.Directory, Command.Filename);
    Unit.Arguments = Command.CommandLine;
    if (Unit.Arguments.empty())
      continue;
    driver::types::ID Language = languageOf(Unit);
    DB.HasCUnits |= Language == driver::types::TY_C;
    if (Language == driver::types::TY_INVALID ||
        !driver::types::isCXX(Language))
      continue;
    if (!fs::exists(Unit.File)) {
      if (Vanished.insert(Unit.File).second)
        DB.Problems.push_back(
            {Unit.File, Unit.File + " is in " + File.str() +
                            ", but does not exist; configure the build again, "
                            "or build what generates it"});
      continue;
    }
    Unit.File = realPath(Unit.File);
    Unit.Arguments = adjusted(Unit);
    DB.Units.push_back(std::move(Unit));
  }
  llvm::sort(DB.Units);
  DB.Units.erase(llvm::unique(DB.Units), DB.Units.end());
  llvm::sort(DB.Problems);
}

llvm::Expected<CompileDatabase> CompileDatabase::load(llvm::StringRef Path) {
  std::string File = realPath(Path);
  if (fs::is_directory(File))
    File += "/" + DatabaseName.str();
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer)
    return error("cannot read " + File + ": " + Buffer.getError().message() +
                 "; pass -p the folder of a compile_commands.json");
  if (llvm::Error E = checkWellFormed(File, (*Buffer)->getBuffer()))
    return std::move(E);
  std::string Message;
  std::unique_ptr<CompilationDatabase> Base =
      JSONCompilationDatabase::loadFromBuffer(
          (*Buffer)->getBuffer(), Message, JSONCommandLineSyntax::AutoDetect);
  if (!Base)
    return error(File + " is not a compile database: " + Message +
                 "; run the build's configure step again");
  Base = expandResponseFiles(std::move(Base),
                             llvm::vfs::createPhysicalFileSystem());
  Base = inferTargetAndDriverMode(std::move(Base));
  CompileDatabase DB;
  DB.DatabaseFolder = path::parent_path(File).str();
  addEntries(DB, File, Base->getAllCompileCommands());
  locateProject(DB, path::parent_path(File));
  if (!DB.BuildDirectory.empty())
    llvm::erase_if(DB.Units, [&](const CompileUnit &Unit) {
      return isBelow(Unit.File, DB.BuildDirectory);
    });
  if (DB.Units.empty() && DB.Problems.empty())
    return error(File + " has no C++ files; is it the right build folder?");
  return DB;
}

static std::vector<std::string> buildFolders(llvm::StringRef Folder) {
  std::vector<std::string> Result;
  std::error_code Error;
  for (fs::directory_iterator It(Folder, Error), End; It != End && !Error;
       It.increment(Error))
    if (path::filename(It->path()).starts_with("build") &&
        fs::exists(It->path() + "/" + DatabaseName))
      Result.push_back(It->path());
  llvm::sort(Result);
  return Result;
}

llvm::Expected<CompileDatabase> CompileDatabase::find(llvm::StringRef Start) {
  std::string From = realPath(Start);
  if (!fs::exists(From))
    return error(Start + " does not exist");
  if (!fs::is_directory(From))
    From = path::parent_path(From).str();
  for (llvm::StringRef Folder = From; !Folder.empty();
       Folder = path::parent_path(Folder)) {
    if (fs::exists(Folder + "/" + DatabaseName))
      return load(Folder);
    std::vector<std::string> Builds = buildFolders(Folder);
    if (!Builds.empty())
      return load(Builds.front());
  }
  return error("no compile_commands.json in " + From +
               ", its build*/ folders or its parents; configure with "
               "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON, name the folder with -p, "
               "or give the compiler's flags after --");
}

CompileDatabase CompileDatabase::fixed(llvm::ArrayRef<std::string> Files,
                                       llvm::ArrayRef<std::string> Flags) {
  CompileDatabase DB;
  DB.IsPart = true;
  llvm::SmallString<256> Here;
  (void)fs::current_path(Here);
  for (const std::string &File : Files) {
    if (!fs::exists(File)) {
      DB.Problems.push_back({File, File + " does not exist"});
      continue;
    }
    if (fs::is_directory(File)) {
      DB.Problems.push_back(
          {File, File + " is a folder; flags after -- need files"});
      continue;
    }
    CompileUnit Unit{realPath(File), Here.str().str(), {"clang++"}};
    Unit.Arguments.insert(Unit.Arguments.end(), Flags.begin(), Flags.end());
    Unit.Arguments.push_back(Unit.File);
    Unit.Arguments = adjusted(Unit);
    DB.Units.push_back(std::move(Unit));
  }
  llvm::sort(DB.Units);
  DB.Units.erase(llvm::unique(DB.Units), DB.Units.end());
  std::string Common = commonFolder(DB.Units);
  std::string Repository = repositoryOf(Common);
  std::string Root = realPath(Here);
  if (!Repository.empty())
    DB.ProjectRoot = Repository;
  else
    DB.ProjectRoot = isBelow(Common, Root) ? Root : Common;
  return DB;
}

llvm::Error CompileDatabase::select(llvm::ArrayRef<std::string> Paths) {
  if (Paths.empty())
    return llvm::Error::success();
  std::vector<std::string> Real;
  for (const std::string &Path : Paths) {
    Real.push_back(realPath(Path));
    if (!fs::exists(Real.back()))
      return error(Path + " does not exist");
    bool HasUnit = llvm::any_of(Units, [&](const CompileUnit &Unit) {
      return isBelow(Unit.File, Real.back());
    });
    if (!HasUnit)
      return error("the compile database has no C++ file " +
                   llvm::Twine(fs::is_directory(Path) ? "below " : "") + Path +
                   "; a header is analysed with the files that include it");
  }
  auto IsSelected = [&](llvm::StringRef File) {
    return llvm::any_of(
        Real, [&](const std::string &Folder) { return isBelow(File, Folder); });
  };
  size_t All = Units.size();
  llvm::copy_if(
      Units, std::back_inserter(OtherUnits),
      [&](const CompileUnit &Unit) { return !IsSelected(Unit.File); });
  llvm::erase_if(
      Units, [&](const CompileUnit &Unit) { return !IsSelected(Unit.File); });
  IsPart = Units.size() < All;
  llvm::erase_if(Problems, [&](const DatabaseProblem &Problem) {
    return !IsSelected(Problem.File);
  });
  return llvm::Error::success();
}
