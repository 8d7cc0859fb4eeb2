#include "UnitInvocation.h"
#include "clang/Basic/LLVM.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace whet;
using namespace clang;

namespace {
/// Files in memory under their real paths, found by every path that leads to
/// them.
class EditedFiles : public llvm::vfs::ProxyFileSystem {
public:
  explicit EditedFiles(IntrusiveRefCntPtr<llvm::vfs::FileSystem> Memory)
      : ProxyFileSystem(std::move(Memory)) {}

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override {
    auto Found = ProxyFileSystem::status(real(Path));
    if (!Found)
      return Found;
    return llvm::vfs::Status::copyWithNewName(*Found, Path);
  }

  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>>
  openFileForRead(const llvm::Twine &Path) override {
    return llvm::vfs::File::getWithPath(
        ProxyFileSystem::openFileForRead(real(Path)), Path);
  }

private:
  std::string real(const llvm::Twine &Path) {
    llvm::SmallString<256> Absolute;
    Path.toVector(Absolute);
    (void)makeAbsolute(Absolute);
    llvm::SmallString<256> Real;
    if (llvm::sys::fs::real_path(Absolute, Real))
      return Absolute.str().str();
    return Real.str().str();
  }
};

/// Real files, some of which are taken for absent.
class HiddenFiles : public llvm::vfs::ProxyFileSystem {
public:
  HiddenFiles(IntrusiveRefCntPtr<llvm::vfs::FileSystem> Base,
              const FileOverlay &Overlay)
      : ProxyFileSystem(std::move(Base)), Overlay(Overlay) {}

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override {
    if (isHidden(Path))
      return std::make_error_code(std::errc::no_such_file_or_directory);
    return ProxyFileSystem::status(Path);
  }

  bool exists(const llvm::Twine &Path) override {
    return !isHidden(Path) && ProxyFileSystem::exists(Path);
  }

  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>>
  openFileForRead(const llvm::Twine &Path) override {
    if (isHidden(Path))
      return std::make_error_code(std::errc::no_such_file_or_directory);
    return ProxyFileSystem::openFileForRead(Path);
  }

private:
  bool isHidden(const llvm::Twine &Path) {
    llvm::SmallString<256> Absolute;
    Path.toVector(Absolute);
    (void)makeAbsolute(Absolute);
    auto It = Overlay.find(realPath(Absolute));
    return It != Overlay.end() && !It->second;
  }

  const FileOverlay &Overlay;
};
} // namespace

IntrusiveRefCntPtr<llvm::vfs::OverlayFileSystem>
whet::unitFileSystem(const CompileUnit &Unit, const FileOverlay &Overlay) {
  // Not the process's working directory, which many units share.
  IntrusiveRefCntPtr<llvm::vfs::FileSystem> Real =
      llvm::vfs::createPhysicalFileSystem();
  bool HidesAny =
      llvm::any_of(Overlay, [](const auto &Entry) { return !Entry.second; });
  if (HidesAny)
    Real = llvm::makeIntrusiveRefCnt<HiddenFiles>(Real, Overlay);
  auto FS = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(Real);
  (void)FS->setCurrentWorkingDirectory(Unit.Directory);
  if (Overlay.empty())
    return FS;
  auto Memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  for (const auto &[Path, Contents] : Overlay)
    if (Contents)
      Memory->addFile(Path, 0,
                      llvm::MemoryBuffer::getMemBuffer(*Contents, Path));
  FS->pushOverlay(llvm::makeIntrusiveRefCnt<EditedFiles>(Memory));
  (void)FS->setCurrentWorkingDirectory(Unit.Directory);
  return FS;
}

std::vector<std::string> whet::unitArguments(const CompileUnit &Unit) {
  std::vector<std::string> Arguments = Unit.Arguments;
  bool HasOne = llvm::any_of(Arguments, [](llvm::StringRef Arg) {
    return Arg.starts_with("-resource-dir");
  });
  if (!HasOne)
    Arguments.insert(Arguments.begin() + 1, "-resource-dir=" WHET_RESOURCE_DIR);
  return Arguments;
}

void whet::prepareForAnalysis(CompilerInvocation &Invocation) {
  Invocation.getPreprocessorOpts().SetUpStaticAnalyzer = true;
  // The compiler's own warnings are not asked for, and some of them read all
  // that is in a precompiled header.
  Invocation.getDiagnosticOpts().IgnoreWarnings = true;
  // No "2 warnings generated." on stderr.
  Invocation.getDiagnosticOpts().ShowCarets = false;
}

namespace {
/// What whet has made itself, and the unit does not depend on.
class FilesOfOurs : public llvm::vfs::ProxyFileSystem {
public:
  FilesOfOurs(IntrusiveRefCntPtr<llvm::vfs::FileSystem> Base,
              std::string Folder)
      : ProxyFileSystem(std::move(Base)), Folder(std::move(Folder)) {}

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override {
    if (!isOurs(Path))
      return std::make_error_code(std::errc::no_such_file_or_directory);
    return ProxyFileSystem::status(Path);
  }

  bool exists(const llvm::Twine &Path) override {
    return isOurs(Path) && ProxyFileSystem::exists(Path);
  }

  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>>
  openFileForRead(const llvm::Twine &Path) override {
    if (!isOurs(Path))
      return std::make_error_code(std::errc::no_such_file_or_directory);
    return ProxyFileSystem::openFileForRead(Path);
  }

  llvm::vfs::directory_iterator dir_begin(const llvm::Twine & /*Path*/,
                                          std::error_code &Error) override {
    Error = std::make_error_code(std::errc::no_such_file_or_directory);
    return {};
  }

private:
  bool isOurs(const llvm::Twine &Path) const {
    llvm::SmallString<256> Buffer;
    return Path.toStringRef(Buffer).starts_with(Folder);
  }

  std::string Folder;
};
} // namespace

void whet::addOwnFiles(llvm::vfs::OverlayFileSystem &FS,
                       IntrusiveRefCntPtr<llvm::vfs::FileSystem> Base,
                       llvm::StringRef File) {
  FS.pushOverlay(llvm::makeIntrusiveRefCnt<FilesOfOurs>(
      std::move(Base), llvm::sys::path::parent_path(File).str()));
}
