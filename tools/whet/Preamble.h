//===- Preamble.h - Headers, parsed once for many units ---------*- C++ -*-===//
//
// A precompiled header of headers that several units include anyway. A unit
// that begins with it parses only what is its own:
//
//   llvm::Expected<Preamble> P = buildPreamble(Plan, "/cache/p1");
//   analyseUnit(Unit, Options, Overlay, &*P);
//
// What a unit yields has to be the same with it and without. It is, if
//   - the unit includes all that is in it, at file scope,
//   - no macro that the unit defines before means something to these headers,
//   - no macro of theirs is asked for before they are included,
//   - no pragma before them changes what they mean,
//   - headers of the project that mind their order (HeaderOrder.h) are included
//     in the order in which they were compiled, and
//   - the unit declares nothing before the project's that these use the name
//     of, and refers to nothing before the header that declares it.
// The first two are asked of the unit's directives beforehand
// (PreamblePlan.h); PreambleGuard watches over all while the unit is parsed. If
// one does not hold, or the unit has errors, it is parsed without.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_PREAMBLE_H
#define WHET_TOOLS_WHET_PREAMBLE_H

#include "FileTrace.h"
#include "HeaderOrder.h"
#include "UnitInvocation.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace clang {
class ASTContext;
} // namespace clang

namespace whet {

/// What is to be precompiled.
struct PreambleRequest {
  /// Compiled like this one.
  CompileUnit Like;
  /// Headers by their spellings, in the order in which they are included: the
  /// system's as between angle brackets, others by absolute paths.
  std::vector<std::string> Headers;
  /// Of these, those that nothing guards from being read twice. Headers like
  /// <cstring> leave nothing the second time; those that do are left out.
  std::vector<std::string> Unguarded;
  /// -D and -U that all its units have; true for -U.
  std::vector<std::pair<std::string, bool>> Macros;
};

struct Preamble {
  /// The precompiled header.
  std::string File;
  /// All headers in it.
  CompiledHeaders Headers;
  /// What all its units define on their command lines; true for -U.
  std::vector<std::pair<std::string, bool>> Macros;
  /// Headers that are looked for in all folders, by their spellings.
  std::map<std::string, std::string> Lookups;
  /// All names that occur in the headers.
  llvm::StringSet<> Names;
  /// What building it asked of the file system.
  Dependencies Read;
};

/// The text that the precompiled header in \p File was made of.
std::string textOfPreamble(llvm::StringRef File);

llvm::json::Value toJSON(const Preamble &P);
std::optional<Preamble> preambleFrom(const llvm::json::Value &Value);

/// Builds \p Request as \p File, with its text beside it, without headers that
/// cannot be shared. An error says what is wrong with the rest.
llvm::Expected<Preamble> buildPreamble(const PreambleRequest &Request,
                                       llvm::StringRef File,
                                       const ProjectPaths &Paths,
                                       const FileOverlay &Overlay);

/// Watches the parse of a unit that begins with a preamble.
class PreambleGuard {
public:
  explicit PreambleGuard(const Preamble &P);
  ~PreambleGuard();

  /// Call before the main file is entered. The guard has to live as long as the
  /// parse.
  void attachTo(clang::CompilerInstance &Compiler);

  /// Call when all is parsed.
  void finish(clang::ASTContext &Context);

  /// Why the unit may mean something else without the preamble; nothing if it
  /// does not. Ask after finish().
  std::optional<std::string> objection() const;

  /// Adds to \p Read what the unit would have asked without the preamble.
  void addReads(Dependencies &Read, const ProjectPaths &Paths) const;

  /// The project's headers in the preamble, by real path.
  std::vector<std::string> ownHeaders() const;

private:
  class Callbacks;

  void object(std::string Why);
  bool isDone() const;
  bool include(const std::string &Header, clang::SourceLocation At);
  void checkKind(const std::string &Header, bool IsSystem);
  void checkOrder(const std::string &Header, const CompiledHeader &H);
  void checkReferences(const clang::NamedDecl &D,
                       const clang::SourceManager &Sources);
  std::optional<std::string>
  laterHeader(const clang::NamedDecl &Entity, clang::SourceLocation Loc,
              const clang::SourceManager &Sources) const;
  void checkDeclaration(const clang::NamedDecl &D,
                        const clang::SourceManager &Sources);
  bool isKnownIn(const clang::NamedDecl &D, llvm::StringRef Header,
                 const clang::SourceManager &Sources) const;

  const Preamble &P;
  /// Those of its headers that the unit has included by now, and where.
  llvm::StringMap<clang::SourceLocation> Included;
  /// The project's headers that use a name.
  llvm::StringMap<std::vector<llvm::StringRef>> Mentioning;
  clang::SourceLocation LastInclude;
  /// The folders that the unit looks for headers in, in this order.
  std::vector<std::string> SearchFolders;
  std::string Objection;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_PREAMBLE_H
