//===- IncludeScan.h - What a unit includes, without parsing it -*- C++ -*-===//
//
// Runs clang's preprocessor over the directives of a unit alone, as
// clang-scan-deps does, and takes down which headers the unit's own files
// include, in which order, and which macros they define before:
//
//   IncludeScan Scan = scanIncludes(Unit);
//   for (const IncludedHeader &Root : Scan.Roots) ...   // <vector>, "draw.h"
//
// Headers are the system's or the unit's own. "System" is what clang takes for
// it: found by -isystem or among the compiler's own folders, or so marked by a
// pragma.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_INCLUDESCAN_H
#define WHET_TOOLS_WHET_INCLUDESCAN_H

#include "UnitInvocation.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/JSON.h"

namespace whet {

/// A header that one of the unit's own files includes.
struct IncludedHeader {
  /// As it can be included from anywhere: what stands between the angle
  /// brackets for a system header, an absolute path for another.
  std::string Spelling;
  /// Its real path.
  std::string File;
  /// Whether including it twice is the same as once.
  bool IsGuarded = false;
};

struct IncludeScan {
  /// Each header once, in the order of their first inclusion.
  std::vector<IncludedHeader> Roots;
  /// Each header that is read, by its real path.
  struct Header {
    /// In bytes.
    uint64_t Size = 0;
    bool IsSystem = false;
    /// Those that it includes; sorted.
    std::vector<std::string> Includes;
  };
  std::map<std::string, Header> Headers;
  /// A name that one of the unit's own files defines or undefines.
  struct Macro {
    std::string Name;
    /// The real path of the header, empty for the main file.
    std::string File;
    /// How many roots were included before.
    size_t RootsBefore = 0;
  };
  /// In their order. Those behind all roots are left out.
  std::vector<Macro> Macros;
  /// What -D and -U say, such as "NDEBUG=1"; true for -U.
  std::vector<std::pair<std::string, bool>> CommandLineMacros;
};

/// Scans \p Unit; nothing if it has errors, such as a header that is missing.
std::optional<IncludeScan> scanIncludes(const CompileUnit &Unit,
                                        const FileOverlay &Overlay);

llvm::json::Value toJSON(const IncludeScan &Scan);
std::optional<IncludeScan> includeScanFrom(const llvm::json::Value &Value);

} // namespace whet

#endif // WHET_TOOLS_WHET_INCLUDESCAN_H
