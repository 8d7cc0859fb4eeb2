//===- ProjectPaths.h - Paths that mean the same elsewhere ------*- C++ -*-===//
//
// What is written of a unit is read in other folders and on other machines:
// paths in it are relative to the project.
//
//   ProjectPaths Paths("/home/ada/calc", "/tmp/build");
//   Paths.portable("/home/ada/calc/src/a.cpp")   // "src/a.cpp"
//   Paths.portable("/tmp/build/gen.h")           // "<build>/gen.h"
//   Paths.portable("/usr/include/stdio.h")       // itself
//   Paths.absolute("src/a.cpp")                  // "/home/ada/calc/src/a.cpp"
//
// Invariant: absolute(portable(P)) == P for absolute paths without "." parts.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_FACTS_PROJECTPATHS_H
#define WHET_FACTS_PROJECTPATHS_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace whet {

class ProjectPaths {
public:
  ProjectPaths() = default;
  /// Both absolute; either may be empty.
  ProjectPaths(std::string Root, std::string BuildDirectory)
      : Root(std::move(Root)), Build(std::move(BuildDirectory)) {}

  std::string portable(llvm::StringRef Absolute) const;
  std::string absolute(llvm::StringRef Portable) const;

  /// Whether \p Portable is the build folder itself.
  static bool isBuildDirectory(llvm::StringRef Portable);

  /// \p Text with each of the project's paths in it made portable, as in
  /// "-I/home/ada/calc/include".
  std::string portableText(llvm::StringRef Text) const;

  /// Whether \p Text names one of the project's folders.
  bool isMentionedIn(llvm::StringRef Text) const;

  const std::string &root() const { return Root; }
  const std::string &buildDirectory() const { return Build; }

private:
  std::string Root;
  std::string Build;
};

/// Whether \p File is \p Folder or below it; both absolute.
bool isBelow(llvm::StringRef File, llvm::StringRef Folder);

} // namespace whet

#endif // WHET_FACTS_PROJECTPATHS_H
