//===- HeaderOrder.h - Which headers mind what comes before -----*- C++ -*-===//
//
// A header of a project may mean something else behind another one that it does
// not include: a macro that it mentions is defined there, or an overload of a
// function that it calls is declared.
//
//   HeaderOrder(Compiler, Headers).constrain();   // all that were compiled
//   Headers["b.h"].After      // {"a.h"}: stood before it, and is meant in it
//   Headers["b.h"].Before     // {"c.h"}: stood behind it, and might be meant
//
// What stood before a header is minded if something in the header refers to it;
// what stood behind it, if it defines a macro that the header mentions, or
// declares a name that the header uses for anything outside of functions and
// classes. Where that is another of the same name, the header minds too much,
// and is only parsed anew where the order is another. A redeclaration of what
// the header declares itself is no reason. Overloaded operators that stood
// behind are not watched.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_HEADERORDER_H
#define WHET_TOOLS_WHET_HEADERORDER_H

#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <map>
#include <set>
#include <string>
#include <vector>

namespace clang {
class CompilerInstance;
class Decl;
class DeclContext;
class NamedDecl;
class QualType;
class TagDecl;
} // namespace clang

namespace whet {

/// A header that was compiled, and what it is to the others.
struct CompiledHeader {
  /// Those that it includes, in this order, by real path.
  std::vector<std::string> Includes;
  bool IsSystem = false;
  /// Its place among all, by where its text ends; 0 while it is read.
  size_t Rank = 0;
  /// Offsets of the first and past the last byte of what conditions leave out.
  std::vector<std::pair<unsigned, unsigned>> Skipped;
  /// Those that have to be included before it, and those that must not be.
  std::vector<std::string> After;
  std::vector<std::string> Before;
  /// Names that it uses for what is declared outside of functions and classes;
  /// only of a header of the project.
  std::vector<std::string> Words;
};

/// By real path.
using CompiledHeaders = std::map<std::string, CompiledHeader>;

/// What a declaration refers to outside of functions and classes.
struct References {
  llvm::SmallPtrSet<const clang::NamedDecl *, 16> Meant;
  /// What calls in templates may turn out to mean.
  llvm::SmallPtrSet<const clang::NamedDecl *, 4> Candidates;
  /// Names of all these, and those that nothing was found for yet.
  llvm::StringSet<> Names;
};

References referencesOf(const clang::NamedDecl &D);

/// The class or enumeration that whoever calls with a \p T has to know, behind
/// pointers and references; null if there is none. \p IsValue is set if a value
/// of it is handed on.
const clang::TagDecl *neededClass(clang::QualType T, bool &IsValue);

/// The names that \p D makes known to whatever follows it: its own, and those
/// of enumerators that need no qualifier.
std::vector<std::string> namesMadeKnown(const clang::NamedDecl &D);

/// Calls \p See for all declarations in \p Scope and in its namespaces, which
/// are none themselves.
void forEachInNamespaces(
    const clang::DeclContext &Scope, bool SkipsPrecompiled,
    llvm::function_ref<void(const clang::NamedDecl &)> See);

class HeaderOrder {
public:
  /// Both have to live as long.
  HeaderOrder(clang::CompilerInstance &Compiler, CompiledHeaders &Headers);

  /// Fills in After, Before and Words. O(words + declarations).
  void constrain();

private:
  /// A name that a header makes known.
  struct Name {
    CompiledHeaders::iterator Header;
    /// What it is a name of; null for a macro.
    const clang::Decl *Entity;
  };

  CompiledHeaders::iterator headerAt(clang::SourceLocation Loc);
  void readDeclaration(const clang::NamedDecl &D);
  void readMacros();
  void readDeclarations();
  void readReferences(const clang::NamedDecl &D,
                      CompiledHeaders::iterator Header);
  llvm::StringSet<> wordsOf(llvm::StringRef File,
                            const CompiledHeader &H) const;
  bool isDeclaredFor(const clang::Decl &Entity,
                     CompiledHeaders::iterator Header);
  bool canHave(clang::QualType T, CompiledHeaders::iterator Header);
  const llvm::StringSet<> &closure(const std::string &File);
  bool canCall(const clang::NamedDecl &Function,
               CompiledHeaders::iterator Header);
  void mind(const clang::Decl &Entity, CompiledHeaders::iterator Header);
  void mind(const Name &N, CompiledHeaders::iterator Header,
            std::set<std::string> &Later);
  void constrain(CompiledHeaders::iterator Header);

  clang::CompilerInstance &Compiler;
  CompiledHeaders &Headers;
  llvm::DenseMap<clang::FileID, CompiledHeaders::iterator> HeaderOf;
  llvm::StringMap<llvm::StringSet<>> Closures;
  llvm::StringMap<std::vector<Name>> Macros;
  llvm::StringMap<std::vector<Name>> Names;
  std::map<const CompiledHeader *, llvm::StringSet<>> NamesUsed;
  /// Headers of the project with using-directives that all behind them see.
  std::vector<CompiledHeaders::iterator> Openers;
  std::map<const CompiledHeader *, llvm::DenseSet<const clang::Decl *>>
      Entities;
  /// Of a header of the project: others that stood before it, and that it
  /// refers to.
  std::map<const CompiledHeader *, std::set<std::string>> Minded;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_HEADERORDER_H
