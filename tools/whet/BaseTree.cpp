#include "BaseTree.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace whet;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

// --- Git
// -----------------------------------------------------------------------

namespace {
/// Runs git in one repository.
class Git {
public:
  explicit Git(std::string Folder) : Folder(std::move(Folder)) {}

  /// What git prints when run with \p Arguments and \p Input; its complaint if
  /// it fails.
  llvm::Expected<std::string> run(llvm::ArrayRef<llvm::StringRef> Arguments,
                                  llvm::StringRef Input = "") const;

private:
  std::string Folder;
};

/// A file that is gone when this is.
class ScratchFile {
public:
  explicit ScratchFile(llvm::StringRef Contents = "") {
    int FD = -1;
    if (fs::createTemporaryFile("whet", "git", FD, Path))
      return;
    llvm::raw_fd_ostream(FD, /*shouldClose=*/true) << Contents;
  }
  ~ScratchFile() { (void)fs::remove(Path); }
  ScratchFile(const ScratchFile &) = delete;
  ScratchFile &operator=(const ScratchFile &) = delete;

  llvm::StringRef path() const { return Path; }
  std::string contents() const {
    auto Buffer = llvm::MemoryBuffer::getFile(Path);
    return Buffer ? (*Buffer)->getBuffer().str() : "";
  }

private:
  llvm::SmallString<128> Path;
};
} // namespace

llvm::Expected<std::string> Git::run(llvm::ArrayRef<llvm::StringRef> Arguments,
                                     llvm::StringRef Input) const {
  llvm::ErrorOr<std::string> Program = llvm::sys::findProgramByName("git");
  if (!Program)
    return llvm::createStringError("git is not installed; --diff needs it");
  std::vector<llvm::StringRef> All{"git", "-C", Folder};
  All.insert(All.end(), Arguments.begin(), Arguments.end());
  ScratchFile In(Input);
  ScratchFile Out;
  ScratchFile Err;
  int Status = llvm::sys::ExecuteAndWait(*Program, All, std::nullopt,
                                         {In.path(), Out.path(), Err.path()});
  if (Status == 0)
    return Out.contents();
  std::string Complaint = llvm::StringRef(Err.contents()).trim().str();
  return llvm::createStringError(
      "git " + Arguments.front() + ": " +
      (Complaint.empty() ? "status " + std::to_string(Status) : Complaint));
}

static std::vector<llvm::StringRef> splitAtNulls(llvm::StringRef Text) {
  llvm::SmallVector<llvm::StringRef, 64> Parts;
  Text.split(Parts, '\0', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  return {Parts.begin(), Parts.end()};
}

// --- The difference
// ------------------------------------------------------------

namespace {
/// One line of `git diff --raw`; paths relative to the repository.
struct ChangedFile {
  /// Empty if the file is new.
  std::string Then;
  /// Empty if the file is gone.
  std::string Now;
  /// What it was, if it was a regular file.
  std::string Blob;
};
} // namespace

// Lines are ":MODE MODE BLOB BLOB STATUS", and one path, or two for renames.
static std::vector<ChangedFile> parseRawDiff(llvm::StringRef Text) {
  std::vector<ChangedFile> Files;
  std::vector<llvm::StringRef> Parts = splitAtNulls(Text);
  for (size_t I = 0; I + 1 < Parts.size();) {
    llvm::SmallVector<llvm::StringRef, 5> Fields;
    Parts[I].split(Fields, ' ');
    if (Fields.size() != 5)
      return Files;
    char Status = Fields[4].front();
    bool HasTwo = (Status == 'R' || Status == 'C') && I + 2 < Parts.size();
    ChangedFile File;
    // A copy leaves the old file as it is.
    if (Status != 'A' && Status != 'C')
      File.Then = Parts[I + 1].str();
    if (Status != 'D')
      File.Now = Parts[HasTwo ? I + 2 : I + 1].str();
    if (!File.Then.empty() && Fields[0].starts_with(":100"))
      File.Blob = Fields[2].str();
    Files.push_back(std::move(File));
    I += HasTwo ? 3 : 2;
  }
  return Files;
}

// What the files were, by their path then, as a checkout would write them.
static llvm::Expected<std::map<std::string, std::string>>
contentsThen(const Git &Repository, llvm::ArrayRef<ChangedFile> Files) {
  std::string Request;
  std::vector<const ChangedFile *> Wanted;
  for (const ChangedFile &File : Files) {
    // The request has one line for each.
    if (File.Blob.empty() || File.Then.find('\n') != std::string::npos)
      continue;
    Wanted.push_back(&File);
    Request += File.Blob;
    Request += " ";
    Request += File.Then;
    Request += "\n";
  }
  std::map<std::string, std::string> Result;
  if (Wanted.empty())
    return Result;
  llvm::Expected<std::string> Answer =
      Repository.run({"cat-file", "--batch", "--filters"}, Request);
  if (!Answer)
    return Answer.takeError();
  llvm::StringRef Rest = *Answer;
  for (const ChangedFile *File : Wanted) {
    llvm::StringRef Header;
    std::tie(Header, Rest) = Rest.split('\n');
    size_t Size = 0;
    if (Header.rsplit(' ').second.getAsInteger(10, Size) || Size > Rest.size())
      return llvm::createStringError("git cat-file answered '" + Header +
                                     "' for " + File->Then);
    Result[File->Then] = Rest.take_front(Size).str();
    Rest = Rest.drop_front(std::min(Size + 1, Rest.size()));
  }
  return Result;
}

static llvm::Expected<std::string> mergeBase(const Git &Repository,
                                             llvm::StringRef Revision) {
  llvm::Expected<std::string> Commit =
      Repository.run({"merge-base", "HEAD", Revision});
  if (Commit)
    return llvm::StringRef(*Commit).trim().str();
  return llvm::createStringError(
      "cannot compare with " + Revision + " (" +
      llvm::toString(Commit.takeError()) +
      "); fetch it with its history: in CI, the checkout needs all commits "
      "(fetch-depth: 0, GIT_DEPTH: 0)");
}

llvm::Expected<BaseTree> BaseTree::load(llvm::StringRef Root,
                                        llvm::StringRef Revision) {
  llvm::Expected<std::string> Top =
      Git(Root.str()).run({"rev-parse", "--show-toplevel"});
  if (!Top)
    return llvm::createStringError(
        Root + " is in no git repository; --diff compares with a revision (" +
        llvm::toString(Top.takeError()) + ")");
  std::string Folder = realPath(llvm::StringRef(*Top).trim());
  Git Repository(Folder);
  llvm::Expected<std::string> Commit = mergeBase(Repository, Revision);
  if (!Commit)
    return Commit.takeError();
  llvm::Expected<std::string> Status =
      Repository.run({"diff", "--raw", "--no-abbrev", "-z", "-M",
                      "--no-ext-diff", *Commit, "--"});
  if (!Status)
    return Status.takeError();
  llvm::Expected<std::string> Others =
      Repository.run({"ls-files", "--others", "--exclude-standard", "-z"});
  if (!Others)
    return Others.takeError();

  BaseTree Tree;
  Tree.Commit = Commit->substr(0, 10);
  auto Absolute = [&](llvm::StringRef Path) {
    return (Folder + "/" + Path).str();
  };
  for (llvm::StringRef Path : splitAtNulls(*Others))
    Tree.Untracked.insert(Absolute(Path));
  std::vector<ChangedFile> Changed = parseRawDiff(*Status);
  auto Contents = contentsThen(Repository, Changed);
  if (!Contents)
    return Contents.takeError();
  for (const ChangedFile &File : Changed)
    if (!File.Now.empty() && File.Now != File.Then)
      Tree.Overlay[Absolute(File.Now)] = std::nullopt;
  for (auto &[Path, Text] : *Contents)
    Tree.Overlay[Absolute(Path)] = std::move(Text);
  for (const ChangedFile &File : Changed) {
    if (File.Then.empty() || File.Now == File.Then)
      continue;
    if (File.Now.empty()) {
      Tree.Gone.push_back(Absolute(File.Then));
      continue;
    }
    Tree.NameThen[Absolute(File.Now)] = Absolute(File.Then);
    Tree.NameNow[Absolute(File.Then)] = Absolute(File.Now);
  }
  return Tree;
}

std::string BaseTree::nameNow(llvm::StringRef File) const {
  auto It = NameNow.find(File.str());
  return It == NameNow.end() ? File.str() : It->second;
}

// --- The compile database
// ------------------------------------------------------

// Unit, compiling File instead of its own.
static CompileUnit compiledAs(CompileUnit Unit, const std::string &File) {
  for (std::string &Argument : llvm::drop_begin(Unit.Arguments)) {
    llvm::SmallString<256> Path(Argument);
    path::make_absolute(Unit.Directory, Path);
    if (!llvm::StringRef(Argument).starts_with("-") &&
        realPath(Path) == Unit.File)
      Argument = File;
  }
  Unit.File = File;
  return Unit;
}

// How alike two paths are: characters of the folders that they share.
static size_t nearness(llvm::StringRef A, llvm::StringRef B) {
  size_t Same = 0;
  while (Same < A.size() && Same < B.size() && A[Same] == B[Same])
    ++Same;
  return A.take_front(Same).rfind('/') + 1;
}

static bool isSource(llvm::StringRef File) {
  return llvm::is_contained(
      {".cpp", ".cc", ".cxx", ".c++", ".C", ".CPP", ".cp"},
      path::extension(File));
}

CompileDatabase BaseTree::database(const CompileDatabase &Head) const {
  CompileDatabase Result = Head;
  Result.Problems.clear();
  Result.Units.clear();
  for (const CompileUnit &Unit : Head.Units) {
    if (Untracked.count(Unit.File))
      continue;
    auto Old = NameThen.find(Unit.File);
    auto Replaced = Overlay.find(Unit.File);
    if (Old != NameThen.end())
      Result.Units.push_back(compiledAs(Unit, Old->second));
    else if (Replaced == Overlay.end() || Replaced->second)
      Result.Units.push_back(Unit);
  }
  for (const std::string &File : Gone) {
    if (!isSource(File) || Head.Units.empty())
      continue;
    const CompileUnit *Nearest = std::max_element(
        Head.Units.data(), Head.Units.data() + Head.Units.size(),
        [&](const CompileUnit &A, const CompileUnit &B) {
          return nearness(A.File, File) < nearness(B.File, File);
        });
    Result.Units.push_back(compiledAs(*Nearest, File));
  }
  llvm::sort(Result.Units);
  return Result;
}
