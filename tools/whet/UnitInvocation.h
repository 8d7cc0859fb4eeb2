//===- UnitInvocation.h - How clang is run on a unit ------------*- C++ -*-===//
//
// The files that a translation unit sees, and the arguments that it is parsed
// with, the same for whatever is to be done with it:
//
//   auto FS = unitFileSystem(Unit, Overlay);
//   tooling::ToolInvocation Invocation(unitArguments(Unit), ...);
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_UNITINVOCATION_H
#define WHET_TOOLS_WHET_UNITINVOCATION_H

#include "CompileDatabase.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/FileEntry.h"
#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/IntrusiveRefCntPtr.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <map>
#include <optional>

namespace clang {
class CompilerInvocation;
class FileManager;
class SourceManager;
} // namespace clang

namespace whet {

/// What stands in for files: contents by real path; nothing for a file that is
/// to be taken for absent.
using FileOverlay = std::map<std::string, std::optional<std::string>>;

/// The file system as \p Unit sees it from its folder, with \p Overlay, which
/// has to live as long.
llvm::IntrusiveRefCntPtr<llvm::vfs::OverlayFileSystem>
unitFileSystem(const CompileUnit &Unit, const FileOverlay &Overlay);

/// The command of \p Unit, with clang's own headers where they are.
std::vector<std::string> unitArguments(const CompileUnit &Unit);

/// Makes the folder of \p File, in which nothing but what whet has made itself
/// is, visible in \p FS as it is in \p Base: whoever traces \p FS below that
/// does not see it.
void addOwnFiles(llvm::vfs::OverlayFileSystem &FS,
                 llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Base,
                 llvm::StringRef File);

/// CMake marks the header that it precompiles, and with it all headers of the
/// project that are in it, as one of the system. Makes it visible in \p FS as
/// one of the project's.
void addCMakeHeaders(llvm::vfs::OverlayFileSystem &FS, const CompileUnit &Unit);

/// As clang-tidy does: code can say what is meant for analysis only.
void prepareForAnalysis(clang::CompilerInvocation &Invocation);

/// \p File as it was asked for, made absolute; ".." may be left in.
std::string absolutePath(clang::FileEntryRef File, clang::FileManager &Files);

/// The real path of \p File. One that was looked up before is remembered for
/// as long as the process lives.
const std::string &realFile(clang::FileEntryRef File,
                            clang::FileManager &Files);

/// The real path of the file that \p Loc is in; empty if it is in none.
std::string realFile(clang::SourceLocation Loc,
                     const clang::SourceManager &Sources);

/// Keeps the first error, and forgets warnings.
class FirstError : public clang::DiagnosticConsumer {
public:
  /// As "file:line: message".
  std::optional<std::string> Message;
  /// The line of the main file whose text, or whose include, it is in; 0 if
  /// that is not known.
  unsigned MainLine = 0;

  void HandleDiagnostic(clang::DiagnosticsEngine::Level Level,
                        const clang::Diagnostic &Info) override;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_UNITINVOCATION_H
