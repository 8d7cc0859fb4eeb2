//===- CompileDatabase.h - Which files to analyse, and how ------*- C++ -*-===//
//
// Compile databases as they come: written for GCC, with precompiled headers
// that were never built, response files, relative paths, duplicates, and files
// that are gone. Loading one yields commands that clang can run, each distinct
// one once, in a fixed order:
//
//   llvm::Expected<CompileDatabase> DB = CompileDatabase::find("src");
//   for (const CompileUnit &Unit : DB->Units) ...
//   for (const DatabaseProblem &Problem : DB->Problems) ...
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_COMPILEDATABASE_H
#define WHET_TOOLS_WHET_COMPILEDATABASE_H

#include "ProjectConfig.h"
#include "whet/facts/ProjectPaths.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace whet {

/// An entry that could not be used.
struct DatabaseProblem {
  std::string File;
  /// A line that names the file and says what to do.
  std::string Message;

  auto operator<=>(const DatabaseProblem &) const = default;
};

/// One translation unit and how it is compiled.
struct CompileUnit {
  /// Absolute, without "." and "..".
  std::string File;
  std::string Directory;
  /// The compiler's name first; made fit for clang.
  std::vector<std::string> Arguments;

  auto operator<=>(const CompileUnit &) const = default;
};

struct CompileDatabase {
  /// Sorted by file; C++ only.
  std::vector<CompileUnit> Units;
  /// Those that select() left out.
  std::vector<CompileUnit> OtherUnits;
  /// The folder whose files are the project's own.
  std::string ProjectRoot;
  /// The build folder, whose files are generated; empty if it is the root.
  std::string BuildDirectory;
  /// The folder that the database was found in; empty if there is none.
  std::string DatabaseFolder;
  /// Whether files in C are left out.
  bool HasCUnits = false;
  std::vector<DatabaseProblem> Problems;
  /// Whether there may be more units than these.
  bool IsPart = false;
  /// What the project's `.whet.yaml` says; loading a database does not read
  /// it.
  ProjectConfig Config;

  /// Loads \p Path, a compile_commands.json or a folder that has one. An error
  /// names the file and says what to do.
  static llvm::Expected<CompileDatabase> load(llvm::StringRef Path);

  /// Looks for a database in \p Start, or the folder of that file, its build*/,
  /// and its parents.
  static llvm::Expected<CompileDatabase> find(llvm::StringRef Start);

  /// \p Files, compiled with \p Flags.
  static CompileDatabase fixed(llvm::ArrayRef<std::string> Files,
                               llvm::ArrayRef<std::string> Flags);

  /// Keeps the units that are, or are below, one of \p Paths. An error names
  /// the path that no unit is under.
  llvm::Error select(llvm::ArrayRef<std::string> Paths);
};

/// The repository around \p Folder, or the folder itself.
std::string projectFolderAround(llvm::StringRef Folder);

/// \p Path, absolute and with symbolic links resolved as far as it exists.
std::string realPath(llvm::StringRef Path);

} // namespace whet

#endif // WHET_TOOLS_WHET_COMPILEDATABASE_H
