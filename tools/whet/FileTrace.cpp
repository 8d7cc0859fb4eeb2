#include "FileTrace.h"
#include "whet/facts/Shard.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Path.h"

using namespace whet;
namespace path = llvm::sys::path;
namespace vfs = llvm::vfs;

struct FileTrace::Record {
  enum Kind { Absent, Present };
  ProjectPaths Paths;
  /// By absolute path, since the same few are asked for again and again.
  llvm::StringMap<Kind> Known;
  llvm::StringMap<std::string> Contents;
  llvm::StringMap<std::string> Listings;
  bool IsBoundToPlace = false;
};

/// Notes the hash of what is read.
class FileTrace::TracedFile : public vfs::File {
public:
  TracedFile(std::unique_ptr<vfs::File> Base, std::string Key,
             std::shared_ptr<Record> Recorded)
      : Base(std::move(Base)), Key(std::move(Key)),
        Recorded(std::move(Recorded)) {}

  llvm::ErrorOr<vfs::Status> status() override { return Base->status(); }
  llvm::ErrorOr<std::string> getName() override { return Base->getName(); }
  std::error_code close() override { return Base->close(); }

  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>
  getBuffer(const llvm::Twine &Name, int64_t FileSize,
            bool RequiresNullTerminator, bool IsVolatile) override {
    auto Buffer =
        Base->getBuffer(Name, FileSize, RequiresNullTerminator, IsVolatile);
    if (Buffer)
      Recorded->Contents[Key] = contentHash((*Buffer)->getBuffer());
    return Buffer;
  }

private:
  std::unique_ptr<vfs::File> Base;
  std::string Key;
  std::shared_ptr<Record> Recorded;
};

FileTrace::FileTrace(llvm::IntrusiveRefCntPtr<vfs::FileSystem> Base,
                     ProjectPaths Paths)
    : ProxyFileSystem(std::move(Base)), Recorded(std::make_shared<Record>()) {
  Recorded->Paths = std::move(Paths);
}

FileTrace::~FileTrace() = default;

// Absolute, without "." parts. Notes a path that leaves the project.
std::string FileTrace::key(const llvm::Twine &Path) {
  llvm::SmallString<256> Absolute;
  Path.toVector(Absolute);
  const ProjectPaths &Paths = Recorded->Paths;
  bool IsOurs = path::is_relative(Absolute) || isBelow(Absolute, Paths.root());
  (void)makeAbsolute(Absolute);
  path::remove_dots(Absolute, /*remove_dot_dot=*/false);
  if (IsOurs && Absolute.str().contains("..")) {
    llvm::SmallString<256> Plain = Absolute;
    path::remove_dots(Plain, /*remove_dot_dot=*/true);
    Recorded->IsBoundToPlace |= !isBelow(Plain, Paths.root()) &&
                                !isBelow(Plain, Paths.buildDirectory());
  }
  return Absolute.str().str();
}

void FileTrace::noteStatus(const llvm::Twine &Path, bool Exists) {
  // The first answer counts: a file that appears later was not seen by all.
  Recorded->Known.try_emplace(key(Path),
                              Exists ? Record::Present : Record::Absent);
}

llvm::ErrorOr<vfs::Status> FileTrace::status(const llvm::Twine &Path) {
  llvm::ErrorOr<vfs::Status> Result = ProxyFileSystem::status(Path);
  noteStatus(Path, bool(Result));
  return Result;
}

bool FileTrace::exists(const llvm::Twine &Path) { return bool(status(Path)); }

llvm::ErrorOr<std::unique_ptr<vfs::File>>
FileTrace::openFileForRead(const llvm::Twine &Path) {
  auto File = ProxyFileSystem::openFileForRead(Path);
  noteStatus(Path, bool(File));
  if (!File)
    return File;
  return std::make_unique<TracedFile>(std::move(*File), key(Path), Recorded);
}

std::string whet::listingHash(vfs::FileSystem &FS, const llvm::Twine &Path) {
  std::error_code Error;
  std::set<std::string> Names;
  for (vfs::directory_iterator It = FS.dir_begin(Path, Error), End;
       !Error && It != End; It.increment(Error))
    Names.insert(path::filename(It->path()).str());
  if (Error)
    return "";
  std::string Text;
  for (const std::string &Name : Names)
    Text.append(Name).append(1, '\n');
  return contentHash(Text);
}

vfs::directory_iterator FileTrace::dir_begin(const llvm::Twine &Path,
                                             std::error_code &Error) {
  std::string Key = key(Path);
  auto [Known, IsNew] = Recorded->Listings.try_emplace(Key);
  if (IsNew)
    Known->second = listingHash(getUnderlyingFS(), Key);
  return ProxyFileSystem::dir_begin(Path, Error);
}

// Which files above the project configure it depends on where it lies; that is
// part of the question, not of its answer.
static bool isConfigAbove(llvm::StringRef Path, const ProjectPaths &Paths) {
  return path::filename(Path) == ".clang-tidy" &&
         isBelow(Paths.root(), path::parent_path(Path)) &&
         !isBelow(Path, Paths.root());
}

Dependencies FileTrace::take() {
  Dependencies Result;
  const ProjectPaths &Paths = Recorded->Paths;
  for (const auto &Entry : Recorded->Contents)
    if (!isConfigAbove(Entry.getKey(), Paths))
      Result.Contents[Paths.portable(Entry.getKey())] = Entry.second;
  for (const auto &Entry : Recorded->Known) {
    if (Recorded->Contents.count(Entry.getKey()) ||
        isConfigAbove(Entry.getKey(), Paths))
      continue;
    auto &Answers =
        Entry.second == Record::Present ? Result.Present : Result.Absent;
    Answers.insert(Paths.portable(Entry.getKey()));
  }
  for (const auto &Entry : Recorded->Listings)
    Result.Listings[Paths.portable(Entry.getKey())] = Entry.second;
  Result.IsBoundToPlace = Recorded->IsBoundToPlace;
  *Recorded = Record();
  return Result;
}
