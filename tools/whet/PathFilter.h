//===- PathFilter.h - Folders and globs of paths ----------------*- C++ -*-===//
//
// A set of paths, given as people write them in lists of what to leave out:
//
//   PathFilter Excluded;
//   llvm::Error E = Excluded.add("third_party");   // and all below it
//   E = Excluded.add("**/*.pb.h");                 // in any folder
//   Excluded.matches("third_party/zlib/inflate.c") // true
//
// Patterns and paths are relative to one folder, with "/" between parts. Each
// part is a glob (`*`, `?`, `[a-z]`, `{a,b}`), which never matches a "/"; the
// part `**` stands for any number of parts. A pattern that matches a folder
// matches all that is below it.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_PATHFILTER_H
#define WHET_TOOLS_WHET_PATHFILTER_H

#include "llvm/Support/Error.h"
#include "llvm/Support/GlobPattern.h"
#include <memory>
#include <string>
#include <vector>

namespace whet {

class PathFilter {
public:
  /// Adds a pattern. An error says what is wrong with it, and names no place.
  llvm::Error add(llvm::StringRef Pattern);

  /// Whether \p Path, which is relative, or a folder above it, is in the set.
  /// O(parts of the path × parts of all patterns).
  bool matches(llvm::StringRef Path) const;

  bool empty() const { return Patterns.empty(); }

private:
  struct Part {
    /// Globs refer to their text.
    std::shared_ptr<const std::string> Text;
    /// Nothing for `**`.
    std::optional<llvm::GlobPattern> Glob;
  };
  using Pattern = std::vector<Part>;

  static bool matches(const Pattern &P,
                      llvm::ArrayRef<llvm::StringRef> PathParts);

  std::vector<Pattern> Patterns;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_PATHFILTER_H
