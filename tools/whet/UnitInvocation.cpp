#include "UnitInvocation.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/LLVM.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
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

// Blanked, so that lines and offsets stay as they are.
static std::string withoutSystemMark(llvm::StringRef Text) {
  std::string Result = Text.str();
  for (llvm::StringRef Mark :
       {"#pragma GCC system_header", "#pragma clang system_header"})
    if (size_t At = Text.find(Mark); At != llvm::StringRef::npos)
      Result.replace(At, Mark.size(), Mark.size(), ' ');
  return Result;
}

void whet::addCMakeHeaders(llvm::vfs::OverlayFileSystem &FS,
                           const CompileUnit &Unit) {
  auto Memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  bool HasAny = false;
  for (llvm::StringRef Argument : Unit.Arguments) {
    if (!llvm::sys::path::filename(Argument).starts_with("cmake_pch.h") ||
        !llvm::sys::path::is_absolute(Argument))
      continue;
    auto Buffer = FS.getBufferForFile(Argument);
    if (!Buffer)
      continue;
    Memory->addFile(Argument, 0,
                    llvm::MemoryBuffer::getMemBufferCopy(
                        withoutSystemMark((*Buffer)->getBuffer()), Argument));
    HasAny = true;
  }
  if (HasAny)
    FS.pushOverlay(std::move(Memory));
}

// --- Names of files
// ---------------------------------------------------------------------

std::string whet::absolutePath(FileEntryRef File, FileManager &Files) {
  llvm::SmallString<256> Path(File.getName());
  Files.makeAbsolutePath(Path);
  return Path.str().str();
}

const std::string &whet::realFile(FileEntryRef File, FileManager &Files) {
  static llvm::StringMap<std::string> Known;
  std::string Path = absolutePath(File, Files);
  auto [It, IsNew] = Known.try_emplace(Path);
  if (IsNew)
    It->second = realPath(Path);
  return It->second;
}

std::string whet::realFile(SourceLocation Loc, const SourceManager &Sources) {
  OptionalFileEntryRef File =
      Sources.getFileEntryRefForID(Sources.getFileID(Loc));
  return File ? realFile(*File, Sources.getFileManager()) : "";
}

// --- Errors
// ---------------------------------------------------------------------

static unsigned mainLine(SourceLocation Loc, const SourceManager &Sources) {
  FileID File = Sources.getFileID(Sources.getExpansionLoc(Loc));
  for (SourceLocation At = Sources.getExpansionLoc(Loc); At.isValid();
       At = Sources.getIncludeLoc(File)) {
    File = Sources.getFileID(At);
    if (File == Sources.getMainFileID())
      return Sources.getSpellingLineNumber(At);
  }
  return 0;
}

void FirstError::HandleDiagnostic(DiagnosticsEngine::Level Level,
                                  const Diagnostic &Info) {
  DiagnosticConsumer::HandleDiagnostic(Level, Info);
  if (Level < DiagnosticsEngine::Error || Message)
    return;
  llvm::SmallString<128> Text;
  Info.FormatDiagnostic(Text);
  Message = Text.str().str();
  if (!Info.hasSourceManager() || Info.getLocation().isInvalid())
    return;
  MainLine = mainLine(Info.getLocation(), Info.getSourceManager());
  PresumedLoc Loc = Info.getSourceManager().getPresumedLoc(Info.getLocation());
  if (Loc.isValid())
    Message = (llvm::Twine(Loc.getFilename()) + ":" +
               llvm::Twine(Loc.getLine()) + ": " + *Message)
                  .str();
}
