//===- FileTrace.h - What an analysis asked of the file system --*- C++ -*-===//
//
// Records every question that clang puts to the file system while it handles a
// unit, with its answer: contents that were read, paths that exist, paths that
// do not, and folders that were listed. As long as all answers are the same,
// the result is: among the paths that do not exist are all those where a new
// file would shadow an include.
//
//   auto Trace = llvm::makeIntrusiveRefCnt<FileTrace>(BaseFS, Paths);
//   ... run clang on Trace ...
//   Dependencies Deps = Trace->take();
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_FILETRACE_H
#define WHET_TOOLS_WHET_FILETRACE_H

#include "whet/facts/ProjectPaths.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <map>
#include <memory>
#include <set>
#include <string>

namespace whet {

/// Questions and answers. Paths are ProjectPaths' portable ones, with ".."
/// left in: `a/../b` is not `b` when `a` is a link.
struct Dependencies {
  /// Files that were read, with the hash of what was read.
  std::map<std::string, std::string> Contents;
  /// Files and folders that were seen to exist.
  std::set<std::string> Present;
  /// Paths that were seen not to.
  std::set<std::string> Absent;
  /// Folders that were listed, with a hash of the names in them.
  std::map<std::string, std::string> Listings;
  /// Whether a path led out of the project relative to it: the same command
  /// elsewhere would then read other files.
  bool IsBoundToPlace = false;
};

class FileTrace : public llvm::vfs::ProxyFileSystem {
public:
  FileTrace(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Base,
            ProjectPaths Paths);
  ~FileTrace() override;

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override;
  bool exists(const llvm::Twine &Path) override;
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>>
  openFileForRead(const llvm::Twine &Path) override;
  llvm::vfs::directory_iterator dir_begin(const llvm::Twine &Path,
                                          std::error_code &Error) override;

  /// What was recorded so far. The trace is empty after that.
  Dependencies take();

private:
  struct Record;
  class TracedFile;

  std::string key(const llvm::Twine &Path);
  void noteStatus(const llvm::Twine &Path, bool Exists);

  std::shared_ptr<Record> Recorded;
};

/// A hash of the names in folder \p Path; empty if it cannot be listed.
std::string listingHash(llvm::vfs::FileSystem &FS, const llvm::Twine &Path);

} // namespace whet

#endif // WHET_TOOLS_WHET_FILETRACE_H
