//===- IncludeScan.h - What a unit includes, without parsing it -*- C++ -*-===//
//
// Runs clang's preprocessor over the directives of a unit alone, as
// clang-scan-deps does, and takes down which system headers the unit's own
// files include, in which order, and which macros they define before:
//
//   IncludeScan Scan = scanIncludes(Unit);
//   for (const SystemInclude &Root : Scan.Roots) ...   // <vector>, <string>
//
// "System" is what clang takes for it: found by -isystem or among the
// compiler's own folders, or so marked by a pragma.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_INCLUDESCAN_H
#define WHET_TOOLS_WHET_INCLUDESCAN_H

#include "UnitInvocation.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/JSON.h"

namespace whet {

/// A system header that one of the unit's own files includes.
struct SystemInclude {
  /// As it stands between the angle brackets.
  std::string Spelling;
  /// Absolute, as clang names it; ".." may be left in.
  std::string File;
  /// Whether including it twice is the same as once.
  bool IsGuarded = false;
};

struct IncludeScan {
  /// Each header once, in the order of their first inclusion.
  std::vector<SystemInclude> Roots;
  /// Each system header that is read, with those that it includes; its size in
  /// bytes.
  struct Header {
    uint64_t Size = 0;
    std::vector<std::string> Includes;
  };
  std::map<std::string, Header> Headers;
  /// Names that the unit's own files define or undefine before they include
  /// the last root; sorted.
  std::vector<std::string> Macros;
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
