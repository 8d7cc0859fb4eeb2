#include "FileStates.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <chrono>
#include <sys/stat.h>
#include <unistd.h>

using namespace whet;

// --- Remembered from run to run
// ----------------------------------------------------

void FileStates::load(llvm::StringRef Text) {
  while (!Text.empty()) {
    llvm::StringRef Line;
    std::tie(Line, Text) = Text.split('\n');
    HashedFile File;
    auto Number = [&](auto &Value) {
      llvm::StringRef Word;
      std::tie(Word, Line) = Line.split(' ');
      return !Word.getAsInteger(10, Value);
    };
    if (!Number(File.At.Size) || !Number(File.At.Modified) ||
        !Number(File.At.Changed) || !Number(File.At.Inode))
      continue;
    llvm::StringRef Hash;
    std::tie(Hash, Line) = Line.split(' ');
    if (Hash.empty() || Line.empty())
      continue;
    File.Hash = Hash.str();
    Hashed[Line] = std::move(File);
  }
}

std::string FileStates::save() const {
  std::string Text;
  for (const auto &Entry : Hashed) {
    const HashedFile &File = Entry.second;
    // A name with a line break in it would be read as two lines.
    if (File.IsFresh || Entry.getKey().contains('\n'))
      continue;
    Text += std::to_string(File.At.Size) + ' ' +
            std::to_string(File.At.Modified) + ' ' +
            std::to_string(File.At.Changed) + ' ' +
            std::to_string(File.At.Inode) + ' ' + File.Hash + ' ' +
            Entry.getKey().str() + '\n';
  }
  return Text;
}

// --- Asked in this run
// ---------------------------------------------------------------

const std::optional<std::string> *
FileStates::overlaid(llvm::StringRef File) const {
  if (Overlay.empty() || !isBelow(File, Paths.root()))
    return nullptr;
  auto It = Overlay.find(realPath(File));
  return It == Overlay.end() ? nullptr : &It->second;
}

FileStates::FolderState &FileStates::folder(llvm::StringRef Portable) {
  auto [It, IsNew] = Folders.try_emplace(Portable);
  FolderState &Folder = It->second;
  if (IsNew) {
    Folder.Absolute = Paths.absolute(Portable.empty() ? "." : Portable);
    Folder.Exists = ::access(Folder.Absolute.c_str(), F_OK) == 0;
  }
  return Folder;
}

static std::string joined(const std::string &Folder, llvm::StringRef Name) {
  return Folder == "/" ? Folder + Name.str() : Folder + "/" + Name.str();
}

bool FileStates::exists(llvm::StringRef Folder, llvm::StringRef Name) {
  FolderState &F = folder(Folder);
  if (!F.Exists && Overlay.empty())
    return false;
  auto [It, IsNew] = F.Names.try_emplace(Name, false);
  if (!IsNew)
    return It->second;
  std::string File = joined(F.Absolute, Name);
  if (const std::optional<std::string> *Contents = overlaid(File))
    It->second = Contents->has_value();
  else
    It->second = ::access(File.c_str(), F_OK) == 0;
  return It->second;
}

llvm::StringRef FileStates::hash(llvm::StringRef Folder, llvm::StringRef Name) {
  FolderState &F = folder(Folder);
  auto [It, IsNew] = F.Hashes.try_emplace(Name);
  if (!IsNew)
    return It->second;
  std::string File = joined(F.Absolute, Name);
  if (const std::optional<std::string> *Contents = overlaid(File))
    It->second = *Contents ? contentHash(**Contents) : "";
  else
    It->second = hashOf(File);
  return It->second;
}

llvm::StringRef FileStates::listing(llvm::StringRef Folder) {
  FolderState &F = folder(Folder);
  if (!F.Listing)
    F.Listing = listingHash(*llvm::vfs::getRealFileSystem(), F.Absolute);
  return *F.Listing;
}

static int64_t nanoseconds(const struct timespec &T) {
  return int64_t(T.tv_sec) * 1'000'000'000 + T.tv_nsec;
}

std::string FileStates::hashOf(const std::string &File) {
  struct stat Status = {};
  if (::stat(File.c_str(), &Status) != 0 || !S_ISREG(Status.st_mode))
    return "";
  Stamp Now{.Size = Status.st_size,
            .Modified = nanoseconds(Status.st_mtim),
            .Changed = nanoseconds(Status.st_ctim),
            .Inode = Status.st_ino};
  auto Known = Hashed.find(File);
  if (Known != Hashed.end() && Known->second.At == Now)
    return Known->second.Hash;
  auto Buffer = llvm::MemoryBuffer::getFile(File, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return "";
  struct timespec Clock = {};
  ::clock_gettime(CLOCK_REALTIME, &Clock);
  int64_t Limit = nanoseconds(Clock) - 2'000'000'000;
  HashedFile Result{.At = Now,
                    .Hash = contentHash((*Buffer)->getBuffer()),
                    .IsFresh = Now.Modified > Limit || Now.Changed > Limit};
  std::string Hash = Result.Hash;
  HasNews |= !Result.IsFresh;
  Hashed[File] = std::move(Result);
  return Hash;
}
