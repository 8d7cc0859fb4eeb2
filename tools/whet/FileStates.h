//===- FileStates.h - Whether files are what they were ----------*- C++ -*-===//
//
// Answers, once per run and path, what FileTrace recorded: does it exist, what
// is the hash of its contents. Contents are read only where size, times or
// inode differ from when they were last hashed, which is remembered from run to
// run, per project.
//
//   FileStates Files(Paths, Overlay);
//   Files.load(Text);
//   if (Files.hash("src/a.cpp") == Recorded) ...
//
// Paths are ProjectPaths' portable ones. A file that was changed less than two
// seconds before it was hashed is hashed anew the next time: its times could
// stay the same while it changes once more.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_FILESTATES_H
#define WHET_TOOLS_WHET_FILESTATES_H

#include "UnitAnalysis.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

namespace whet {

class FileStates {
public:
  FileStates(ProjectPaths Paths, const FileOverlay &Overlay)
      : Paths(std::move(Paths)), Overlay(Overlay) {}

  /// Takes over what an earlier run's save() returned; lines that are not of
  /// its form are passed over.
  void load(llvm::StringRef Text);
  std::string save() const;
  /// Whether save() would say more than was loaded.
  bool hasNews() const { return HasNews; }

  /// Whether there is a file or folder \p Name in \p Folder.
  bool exists(llvm::StringRef Folder, llvm::StringRef Name);

  /// The hash of the contents of file \p Name in \p Folder; empty if it cannot
  /// be read.
  llvm::StringRef hash(llvm::StringRef Folder, llvm::StringRef Name);

  /// listingHash of \p Folder.
  llvm::StringRef listing(llvm::StringRef Folder);

private:
  /// What tells a file from itself after a change, without reading it.
  struct Stamp {
    int64_t Size = 0;
    int64_t Modified = 0;
    int64_t Changed = 0;
    uint64_t Inode = 0;

    bool operator==(const Stamp &) const = default;
  };
  struct HashedFile {
    Stamp At;
    std::string Hash;
    /// Whether it was changed too short a time before it was hashed.
    bool IsFresh = false;
  };
  struct FolderState {
    std::string Absolute;
    bool Exists = false;
    llvm::StringMap<bool> Names;
    llvm::StringMap<std::string> Hashes;
    std::optional<std::string> Listing;
  };

  FolderState &folder(llvm::StringRef Portable);
  std::string hashOf(const std::string &File);
  const std::optional<std::string> *overlaid(llvm::StringRef File) const;

  ProjectPaths Paths;
  const FileOverlay &Overlay;
  llvm::StringMap<FolderState> Folders;
  llvm::StringMap<HashedFile> Hashed;
  bool HasNews = false;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_FILESTATES_H
