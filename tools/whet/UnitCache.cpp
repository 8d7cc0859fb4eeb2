#include "UnitCache.h"
#include "AtomicFile.h"
#include "whet/support/Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>

using namespace whet;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

// What llvm::pruneCache looks after.
static constexpr llvm::StringLiteral EntryPrefix = UnitCache::EntryPrefix;
static constexpr llvm::StringLiteral FileMagic = "whet units 1\n";
static constexpr size_t HashSize = 32;
static constexpr unsigned MaxEntriesPerKey = 4;

// --- What results depend on
// --------------------------------------------------------

// The linker's hash of an object's contents.
static int addBuildId(struct dl_phdr_info *Info, size_t /*Size*/, void *Data) {
  llvm::StringRef Name = Info->dlpi_name;
  // The program itself has no name here.
  bool MattersHere =
      Name.empty() || Name.contains("libclang-cpp") || Name.contains("libLLVM");
  for (int I = 0; MattersHere && I < Info->dlpi_phnum; ++I) {
    const ElfW(Phdr) &Header = Info->dlpi_phdr[I];
    if (Header.p_type != PT_NOTE)
      continue;
    const char *At =
        // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader has numbers.
        reinterpret_cast<const char *>(Info->dlpi_addr + Header.p_vaddr);
    const char *End = At + Header.p_memsz;
    while (At + sizeof(ElfW(Nhdr)) <= End) {
      const auto *Note = reinterpret_cast<const ElfW(Nhdr) *>(At);
      const char *NoteName = At + sizeof(*Note);
      const char *Contents = NoteName + llvm::alignTo(Note->n_namesz, 4);
      if (Note->n_type == NT_GNU_BUILD_ID)
        *static_cast<std::string *>(Data) += llvm::toHex(
            llvm::StringRef(Contents, Note->n_descsz), /*LowerCase=*/true);
      At = Contents + llvm::alignTo(Note->n_descsz, 4);
    }
  }
  return 0;
}

static std::string toolIdentity() {
  std::string Text = WHET_VERSION;
  ::dl_iterate_phdr(addBuildId, &Text);
  return Text;
}

std::string whet::runIdentity(const AnalysisOptions &Options) {
  std::string Text = toolIdentity();
  for (const char *Name :
       {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "COMPILER_PATH",
        "GCC_EXEC_PREFIX", "CCC_OVERRIDE_OPTIONS", "SDKROOT"})
    Text.append(1, '\0').append(llvm::sys::Process::GetEnv(Name).value_or(""));
  for (llvm::StringRef Folder = path::parent_path(Options.ProjectRoot);
       !Folder.empty(); Folder = path::parent_path(Folder)) {
    auto Config = llvm::MemoryBuffer::getFile(Folder + "/.clang-tidy");
    if (Config)
      Text.append(1, '\0').append((*Config)->getBuffer().str());
  }
  Text += '\0' + Options.Checks + '\0' + Options.HeaderFilter;
  Text +=
      '\0' + containerText(Options.Containers) + '\0' + Options.Locks.text();
  if (Options.CollectsRecords)
    Text +=
        std::string("\0records", 8) + llvm::join(Options.RecordTargets, ",");
  if (Options.CollectsEscapes)
    Text += std::string("\0escapes", 8);
  if (Options.CollectsCompiler)
    Text += std::string("\0compiler", 9);
  return contentHash(Text);
}

std::string whet::cacheKey(const CompileUnit &Unit,
                           const AnalysisOptions &Options,
                           llvm::StringRef RunIdentity) {
  ProjectPaths Paths = projectPaths(Options);
  return contentHash(RunIdentity.str() + '\0' + Paths.portable(Unit.File) +
                     '\0' + commandHash(Unit, Paths));
}

// --- Entries
// -----------------------------------------------------------------------
//
// Lines, each with a letter and a value, the paths of one folder together:
//   place ROOT        only in this project root; empty for any
//   D FOLDER          what follows is in it
//   =HASH NAME        was read, with these contents
//   +NAME  -NAME      was there; was not
//   #HASH             the folder was listed
//   shard             the rest is the shard

namespace {
/// What is asked of one folder.
struct FolderQuestions {
  std::string Lines;
};
} // namespace

static std::pair<llvm::StringRef, llvm::StringRef>
folderAndName(llvm::StringRef Path) {
  size_t Slash = Path.rfind('/');
  if (Slash == llvm::StringRef::npos)
    return ProjectPaths::isBuildDirectory(Path)
               ? std::pair(Path, llvm::StringRef())
               : std::pair(llvm::StringRef(), Path);
  return {Slash == 0 ? "/" : Path.take_front(Slash),
          Path.drop_front(Slash + 1)};
}

std::optional<std::string> whet::makeEntry(const Dependencies &Read,
                                           llvm::StringRef Shard,
                                           const ProjectPaths &Paths) {
  std::map<std::string, FolderQuestions> Folders;
  bool HasLineBreak = false;
  auto Add = [&](llvm::StringRef Path, const llvm::Twine &Mark) {
    auto [Folder, Name] = folderAndName(Path);
    // The roots of the file system and of the build are always there.
    if (Name.empty())
      return;
    Folders[Folder.str()].Lines += (Mark + Name + "\n").str();
    HasLineBreak |= Path.contains('\n');
  };
  for (const auto &[Path, Hash] : Read.Contents)
    Add(Path, "=" + Hash + " ");
  for (const std::string &Path : Read.Present)
    Add(Path, "+");
  for (const std::string &Path : Read.Absent)
    Add(Path, "-");
  for (const auto &[Path, Hash] : Read.Listings)
    Folders[Path].Lines += "#" + Hash + "\n";
  if (HasLineBreak)
    return std::nullopt;
  bool IsBound = Read.IsBoundToPlace || Paths.isMentionedIn(Shard);
  std::string Text = "place " + (IsBound ? Paths.root() : "") + "\n";
  for (const auto &[Folder, Questions] : Folders)
    Text.append("D ").append(Folder).append("\n").append(Questions.Lines);
  return Text + "shard\n" + Shard.str();
}

llvm::StringRef whet::shardOfEntry(llvm::StringRef Entry) {
  size_t At = Entry.find("\nshard\n");
  return At == llvm::StringRef::npos
             ? ""
             : Entry.drop_front(At + strlen("\nshard\n"));
}

// Whether all that the entry asked is answered as it was.
static bool isValid(llvm::StringRef Entry, FileStates &Files,
                    const ProjectPaths &Paths) {
  llvm::StringRef Folder;
  llvm::StringRef Line;
  std::tie(Line, Entry) = Entry.split('\n');
  if (!Line.consume_front("place ") || (!Line.empty() && Line != Paths.root()))
    return false;
  while (!Entry.empty()) {
    std::tie(Line, Entry) = Entry.split('\n');
    if (Line == "shard")
      return true;
    if (Line.empty())
      return false;
    llvm::StringRef Value = Line.drop_front();
    switch (Line.front()) {
    case 'D':
      Folder = Value.drop_front();
      break;
    case '=':
      if (Value.size() < HashSize + 1 ||
          Files.hash(Folder, Value.drop_front(HashSize + 1)) !=
              Value.take_front(HashSize))
        return false;
      break;
    case '+':
      if (!Files.exists(Folder, Value))
        return false;
      break;
    case '-':
      if (Files.exists(Folder, Value))
        return false;
      break;
    case '#':
      if (Files.listing(Folder) != Value)
        return false;
      break;
    default:
      return false;
    }
  }
  return false;
}

// --- Files of entries: the magic, a checksum of the rest, and each entry
// behind its size
// -----------------------------------------------------------------------------

static std::vector<llvm::StringRef> entriesOf(llvm::StringRef File) {
  std::vector<llvm::StringRef> Entries;
  if (!File.consume_front(FileMagic))
    return Entries;
  auto [Checksum, Body] = File.split('\n');
  if (Checksum != contentHash(Body))
    return Entries;
  while (!Body.empty()) {
    size_t Size = 0;
    llvm::StringRef Number;
    std::tie(Number, Body) = Body.split('\n');
    if (Number.getAsInteger(10, Size) || Size > Body.size())
      return {};
    Entries.push_back(Body.take_front(Size));
    Body = Body.drop_front(Size);
  }
  return Entries;
}

static std::string fileOfEntries(llvm::ArrayRef<llvm::StringRef> Entries) {
  std::string Body;
  for (llvm::StringRef Entry : Entries)
    Body += std::to_string(Entry.size()) + '\n' + Entry.str();
  return (FileMagic + contentHash(Body) + "\n" + Body).str();
}

std::string whet::cacheDirectory(const CacheOptions &Options) {
  if (!Options.Directory.empty())
    return realPath(Options.Directory);
  // The XDG convention: the variable counts if it is absolute.
  llvm::SmallString<128> Result(
      llvm::sys::Process::GetEnv("XDG_CACHE_HOME").value_or(""));
  if (!path::is_absolute(Result)) {
    Result.clear();
    if (!path::home_directory(Result))
      return "";
    path::append(Result, ".cache");
  }
  path::append(Result, "whet");
  return Result.str().str();
}

UnitCache::UnitCache(const CacheOptions &Options)
    : Directory(Options.IsUsed ? cacheDirectory(Options) : ""),
      SizeLimit(Options.SizeLimit) {}

std::string UnitCache::fileOf(llvm::StringRef Key) const {
  return Directory + "/units/" + (EntryPrefix + Key).str();
}

static std::unique_ptr<llvm::MemoryBuffer> readFile(const std::string &File) {
  auto Buffer = llvm::MemoryBuffer::getFile(File, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  return Buffer ? std::move(*Buffer) : nullptr;
}

std::optional<std::string> UnitCache::find(llvm::StringRef Key,
                                           FileStates &Files,
                                           const ProjectPaths &Paths) {
  if (!isUsed())
    return std::nullopt;
  std::string File = fileOf(Key);
  std::unique_ptr<llvm::MemoryBuffer> Buffer = readFile(File);
  if (!Buffer)
    return std::nullopt;
  std::vector<llvm::StringRef> Entries = entriesOf(Buffer->getBuffer());
  auto Valid = llvm::find_if(Entries, [&](llvm::StringRef Entry) {
    return isValid(Entry, Files, Paths);
  });
  if (Valid == Entries.end())
    return std::nullopt;
  std::string Found = shardOfEntry(*Valid).str();
  // Now used last: the others go before it, and other units' files before this.
  if (Valid == Entries.begin()) {
    ::utimensat(AT_FDCWD, File.c_str(), nullptr, 0);
    return Found;
  }
  std::rotate(Entries.begin(), Valid, Valid + 1);
  write(File, fileOfEntries(Entries));
  return Found;
}

void UnitCache::write(llvm::StringRef File, llvm::StringRef Contents) {
  std::error_code NotMade = fs::create_directories(path::parent_path(File));
  llvm::Error NotWritten = NotMade ? llvm::createStringError(NotMade.message())
                                   : writeFileAtomically(File, Contents);
  if (!NotWritten)
    return;
  std::string Why = llvm::toString(std::move(NotWritten));
  if (Problem.empty())
    Problem = "the cache in " + Directory + " cannot be used: " + Why;
}

void UnitCache::store(llvm::StringRef Key, llvm::StringRef Entry) {
  if (!isUsed())
    return;
  std::string File = fileOf(Key);
  std::unique_ptr<llvm::MemoryBuffer> Old = readFile(File);
  std::vector<llvm::StringRef> Entries{Entry};
  if (Old)
    for (llvm::StringRef Other : entriesOf(Old->getBuffer()))
      if (Other != Entry && Entries.size() < MaxEntriesPerKey)
        Entries.push_back(Other);
  write(File, fileOfEntries(Entries));
  HasStored = true;
}

static std::string notesFile(llvm::StringRef Directory, llvm::StringRef Project,
                             llvm::StringRef Name) {
  return (Directory + "/projects/" + contentHash(Project) + "." + Name).str();
}

std::string UnitCache::loadNotes(llvm::StringRef Project,
                                 llvm::StringRef Name) {
  if (!isUsed())
    return "";
  std::unique_ptr<llvm::MemoryBuffer> Buffer =
      readFile(notesFile(Directory, Project, Name));
  return Buffer ? Buffer->getBuffer().str() : "";
}

void UnitCache::storeNotes(llvm::StringRef Project, llvm::StringRef Name,
                           llvm::StringRef Text) {
  if (isUsed())
    write(notesFile(Directory, Project, Name), Text);
}

void UnitCache::prune() {
  if (!isUsed() || !HasStored)
    return;
  llvm::CachePruningPolicy Policy;
  Policy.Interval = std::chrono::seconds(0);
  Policy.Expiration = std::chrono::seconds(0);
  Policy.MaxSizePercentageOfAvailableSpace = 90;
  Policy.MaxSizeBytes = SizeLimit - SizeLimit / 4;
  llvm::pruneCache(Directory + "/units", Policy);
  Policy.MaxSizeBytes = SizeLimit / 4;
  llvm::pruneCache(preambleFolder(), Policy);
}

// --- For people
// --------------------------------------------------------------------

static std::vector<std::string> filesIn(const std::string &Folder) {
  std::vector<std::string> Files;
  std::error_code Error;
  for (fs::directory_iterator It(Folder, Error), End; It != End && !Error;
       It.increment(Error))
    Files.push_back(It->path());
  return Files;
}

CacheStatistics whet::cacheStatistics(const CacheOptions &Options) {
  CacheStatistics Result;
  Result.Directory = cacheDirectory(Options);
  auto IsCounted = [&](llvm::StringRef File) {
    uint64_t Size = 0;
    if (!path::filename(File).starts_with(EntryPrefix) ||
        fs::file_size(File, Size))
      return false;
    Result.Bytes += Size;
    return true;
  };
  std::string OfPreamble = (EntryPrefix + UnitCache::PreambleKey).str();
  for (const std::string &File : filesIn(Result.Directory + "/units"))
    Result.Units +=
        IsCounted(File) && !path::filename(File).starts_with(OfPreamble);
  for (const std::string &File : filesIn(Result.Directory + "/preambles"))
    IsCounted(File);
  return Result;
}

llvm::Error whet::clearCache(const CacheOptions &Options) {
  std::string Directory = cacheDirectory(Options);
  std::vector<std::string> Ours = filesIn(Directory + "/units");
  llvm::append_range(Ours, filesIn(Directory + "/preambles"));
  llvm::erase_if(Ours, [](llvm::StringRef File) {
    // Among them the file that pruning leaves its time in.
    return !path::filename(File).starts_with(EntryPrefix.drop_back());
  });
  for (const std::string &File : filesIn(Directory + "/projects"))
    if (path::filename(File).take_while(llvm::isHexDigit).size() == HashSize)
      Ours.push_back(File);
  for (const std::string &File : Ours)
    if (std::error_code E = fs::remove(File))
      return llvm::createStringError("cannot remove " + File + ": " +
                                     E.message());
  return llvm::Error::success();
}
