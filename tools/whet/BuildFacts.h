//===- BuildFacts.h - What the build knows of a project ---------*- C++ -*-===//
//
// Facts that no translation unit has: which headers are installed, for programs
// that are built without this project, and whether there are files in C.
//
//   All.addFacts(buildFacts(DB, Paths));     // All is a Reduction
//
// Installed is what CMake's install scripts (cmake_install.cmake, below the
// build folder) copy, or what Meson lists (meson-info/intro-installed.json).
// What other builds install is not known, and taken for not installed.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_BUILDFACTS_H
#define WHET_TOOLS_WHET_BUILDFACTS_H

#include "CompileDatabase.h"
#include "whet/facts/Fact.h"
#include "whet/facts/ProjectPaths.h"

namespace whet {

/// O(n) in the texts of the install scripts.
FactBase buildFacts(const CompileDatabase &DB, const ProjectPaths &Paths);

/// The files and folders that \p Script, a cmake_install.cmake, installs:
/// absolute paths in the order of the script.
std::vector<std::string> installedByCMake(llvm::StringRef Script);

/// The same of Meson's list; nothing if it is none.
std::vector<std::string> installedByMeson(llvm::StringRef Json);

} // namespace whet

#endif // WHET_TOOLS_WHET_BUILDFACTS_H
