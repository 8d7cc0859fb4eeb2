//===- UnitScope.h - The translation unit at hand ---------------*- C++ -*-===//
//
// Where analyses leave facts while a unit is mapped, and how they name the
// entities that facts are about, so that other units' facts meet them:
//
//   UnitScope Unit("src/a.cpp", Paths);    // the host, around one parse
//   ...
//   if (UnitScope *U = UnitScope::current())
//     U->Facts.join(Mine);
//
// Hosts that see one unit only have no scope; there, a unit's own facts are all
// that is known.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_FACTS_UNITSCOPE_H
#define WHET_FACTS_UNITSCOPE_H

#include "whet/facts/Fact.h"
#include "whet/facts/ProjectPaths.h"
#include "whet/facts/ReportedFinding.h"
#include "clang/AST/Decl.h"
#include <set>

namespace whet {

class UnitScope {
public:
  /// \p Name tells this unit from all others of the project.
  UnitScope(std::string Name, ProjectPaths Paths);
  ~UnitScope();
  UnitScope(const UnitScope &) = delete;
  UnitScope &operator=(const UnitScope &) = delete;

  /// The scope of this thread; null if there is none.
  static UnitScope *current();

  const std::string Name;
  const ProjectPaths Paths;
  FactBase Facts;
  /// Files, as the unit names them, that edits in its facts are of.
  std::set<std::string> EditedFiles;

private:
  UnitScope *Outer;
};

/// Names \p D in all units; nothing if it has no name that others could know.
///
/// A USR is not enough. Two files may each have a `static` function or an
/// anonymous namespace with the same content, and clang tells these apart by
/// the file's base name only: what has internal linkage is qualified by its
/// unit. Two programs in one project may each have a `struct Node`: members of
/// classes are qualified by the file that defines the class.
std::optional<std::string> entityKey(const clang::NamedDecl &D);

/// The path of the file that \p Loc is in, the same in all units; empty for
/// what is in no file.
std::string sharedPath(clang::SourceLocation Loc,
                       const clang::SourceManager &SM);

/// \p Loc, or where the macro that it comes from is expanded, for facts.
SourcePosition sharedPosition(clang::SourceLocation Loc,
                              const clang::SourceManager &SM);

/// Names the parameter \p Index of \p F.
std::optional<std::string> parameterKey(const clang::FunctionDecl &F,
                                        unsigned Index);

} // namespace whet

#endif // WHET_FACTS_UNITSCOPE_H
