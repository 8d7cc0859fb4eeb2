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
// what stood behind it, if it declares a name that the header mentions. Such
// names are compared as words, whatever they stand for: a header that minds too
// much is only parsed anew where the order is another. A redeclaration of what
// the header declares itself is no reason, nor are members behind "." and "->".
// Overloaded operators that stood behind are not watched.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_HEADERORDER_H
#define WHET_TOOLS_WHET_HEADERORDER_H

#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
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
  /// What it mentions and what it declares outside of classes and functions;
  /// only of headers of the project.
  std::vector<std::string> Words;
  std::vector<std::string> Names;
};

/// By real path.
using CompiledHeaders = std::map<std::string, CompiledHeader>;

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

  /// Fills in After, Before, Words and Names. O(words + declarations).
  void constrain();

private:
  /// How a word is used in a header, as bits.
  enum Use : unsigned { Plain = 1, Qualified = 2, Called = 4 };
  using Words = llvm::StringMap<unsigned>;

  /// A name that a header makes known.
  struct Name {
    CompiledHeaders::iterator Header;
    /// What it is a name of; null for a macro.
    const clang::Decl *Entity;
    /// Uses, in the headers of a project, that may mean it.
    unsigned Uses;
  };

  class References;

  CompiledHeaders::iterator headerAt(clang::SourceLocation Loc);
  void readDeclaration(const clang::NamedDecl &D);
  void readMacros();
  void readDeclarations();
  Words wordsOf(llvm::StringRef File, const CompiledHeader &H) const;
  bool isDeclaredFor(const clang::Decl &Entity,
                     CompiledHeaders::iterator Header);
  bool canHave(clang::QualType T, CompiledHeaders::iterator Header);
  const llvm::StringSet<> &closure(const std::string &File);
  void mind(const clang::Decl &Entity, CompiledHeaders::iterator Header);
  void constrain(CompiledHeaders::iterator Header);

  clang::CompilerInstance &Compiler;
  CompiledHeaders &Headers;
  llvm::DenseMap<clang::FileID, CompiledHeaders::iterator> HeaderOf;
  llvm::StringMap<llvm::StringSet<>> Closures;
  llvm::StringMap<std::vector<Name>> Names;
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
