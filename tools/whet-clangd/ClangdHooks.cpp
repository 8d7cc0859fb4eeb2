//===- ClangdHooks.cpp - Where whet-clangd differs from clangd ------------===//
//
// clangd is a closed program: its headers are not installed and its checks
// policy is compiled in. The functions here take the place of a few of its own
// by the linker's --wrap (see CMakeLists.txt): a call of `f` from another
// object reaches `__wrap_f`, defined here, and `__real_f` is the original. Each
// hook asks the original first and changes as little as it can.
//
//   isFastTidyCheck       clangd runs only checks whose speed it has measured;
//                         whet's own count as fast.
//   provideClangTidyFiles whet's checks are on unless .clang-tidy says which of
//                         them are; the same rule as for `whet check`.
//   provideDefaultChecks  clangd's defaults still hold where the user chose no
//                         checks, or only turned off some of whet's.
//   GetResourcesPath      clang's own headers are found from any folder.
//   versionString         tells a whet-clangd from a clangd.
//
// Order of the lists of checks, later ones win: whet's, .clang-tidy, clangd's
// configuration (Diagnostics.ClangTidy.Add and .Remove). A .clang-tidy that
// never names one of whet's was not written for whet: there, whet's come after
// it.
//
//===----------------------------------------------------------------------===//
#include "clang-tidy/ClangTidyOptions.h"
#include "whet/support/Registry.h"
#include "whet/support/Version.h"
#include "llvm/ADT/FunctionExtras.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include <optional>
#include <string>

using namespace whet;

namespace clang::clangd {
class ThreadsafeFS;
} // namespace clang::clangd

namespace {
using clang::clangd::ThreadsafeFS;
using clang::tidy::ClangTidyOptions;

/// Fills in the options of a file; clangd calls one after the other.
using TidyProvider =
    llvm::unique_function<void(ClangTidyOptions &, llvm::StringRef) const>;
} // namespace

// The original and its replacement.
#define HOOK(RESULT, NAME, PARAMETERS, SYMBOL)                                 \
  RESULT real##NAME PARAMETERS __asm__("__real_" SYMBOL);                      \
  RESULT wrap##NAME PARAMETERS __asm__("__wrap_" SYMBOL);                      \
  RESULT wrap##NAME PARAMETERS

/// Means `whet-*`, yet is not the same as a `whet-*` that the user wrote: that
/// is a choice of checks, and clangd's defaults must stay off.
static constexpr llvm::StringLiteral OnByDefault = "whet-**";

static bool isWhetCheck(llvm::StringRef Id) {
  const CheckInfo *Info = findCheck(Id);
  return Info && Info->Id == Id;
}

HOOK(std::optional<bool>, IsFastTidyCheck, (llvm::StringRef Check),
     "_ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE") {
  if (isWhetCheck(Check))
    return true;
  return realIsFastTidyCheck(Check);
}

HOOK(TidyProvider, ProvideClangTidyFiles, (ThreadsafeFS & FS),
     "_ZN5clang6clangd21provideClangTidyFilesERNS0_12ThreadsafeFSE") {
  return [Files = realProvideClangTidyFiles(FS)](ClangTidyOptions &Options,
                                                 llvm::StringRef File) {
    Files(Options, File);
    std::string Checks = Options.Checks.value_or("");
    if (Checks.empty())
      Options.Checks = OnByDefault.str();
    else if (llvm::StringRef(Checks).contains("whet-"))
      Options.Checks = (OnByDefault + "," + Checks).str();
    else
      Options.Checks = (Checks + "," + OnByDefault).str();
  };
}

// Whether the user chose no checks, except for some of whet's to be off.
static bool leavesChecksToClangd(llvm::StringRef Checks) {
  return Checks.consume_front(OnByDefault) &&
         llvm::all_of(llvm::split(Checks, ','), [](llvm::StringRef Item) {
           return Item.trim().empty() || Item.trim().starts_with("-whet-");
         });
}

HOOK(TidyProvider, ProvideDefaultChecks, (),
     "_ZN5clang6clangd20provideDefaultChecksEv") {
  return [Defaults = realProvideDefaultChecks()](ClangTidyOptions &Options,
                                                 llvm::StringRef File) {
    if (!Options.Checks || !leavesChecksToClangd(*Options.Checks))
      return Defaults(Options, File);
    std::string Whet = std::move(*Options.Checks);
    Options.Checks.reset();
    Defaults(Options, File);
    Options.Checks = *Options.Checks + "," + Whet;
  };
}

HOOK(std::string, GetResourcesPath, (const char *Argv0, void *MainAddress),
     "_ZN5clang16GetResourcesPathB5cxx11EPKcPv") {
  // The original looks next to the executable, where clang is not.
  if (llvm::sys::fs::is_directory(WHET_RESOURCE_DIR))
    return WHET_RESOURCE_DIR;
  return realGetResourcesPath(Argv0, MainAddress);
}

HOOK(std::string, VersionString, (),
     "_ZN5clang6clangd13versionStringB5cxx11Ev") {
  return realVersionString() + " with whet " WHET_VERSION;
}
