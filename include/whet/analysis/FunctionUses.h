//===- FunctionUses.h - How a program uses its functions --------*- C++ -*-===//
//
// What has to be known of all translation units before the type of a parameter
// is changed: whether the function's own type matters to somebody (its address
// is taken, it is a template's argument, it is instantiated explicitly), where
// it is declared, and what callers pass:
//
//   FunctionUses Uses(ByValue);                 // which parameters matter
//   Uses.collect(Context);                      // one walk over the unit
//   for (const FunctionDecl *F : Uses.definitions()) ...
//   Uses.publish(Facts);
//   F.Conditions = {*onlyCalled(Function), *isDeclaredOnlyAt(Function,
//   Places)};
//
// A function template is one function, whatever its instantiations; so is a
// virtual function with all that override it. Facts are kept per function,
// "function-use", and per parameter, "parameter-use".
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_FUNCTIONUSES_H
#define WHET_ANALYSIS_FUNCTIONUSES_H

#include "whet/facts/Fact.h"
#include "whet/support/Condition.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <set>
#include <string>

namespace whet {

/// What may use a function without there being one in the unit: a table of
/// functions, an explicit instantiation, another declaration. Checks match it
/// to be told of units that have nothing else. Editors match what is in the
/// open file only, and never the unit as such.
clang::ast_matchers::DeclarationMatcher mayUseFunctions();

/// The function that \p F is known as: the pattern of an instantiation, the
/// first declaration, the root of a virtual function. Null if there is no such
/// one function, as for one that overrides two.
const clang::FunctionDecl *representative(const clang::FunctionDecl &F);

/// What one unit does with one parameter's arguments.
struct ParameterUse {
  /// Some call copies an argument that stays.
  bool IsCopied = false;
  /// Some call passes a temporary or moves.
  bool IsMoved = false;
  /// Some argument may be reached, and changed, by others during the call.
  bool IsShared = false;
  /// Some definition changes, keeps or consumes the parameter.
  bool NeedsValue = false;
  /// A call that copies; not part of the fact.
  clang::SourceLocation Copying;
};

struct FunctionUse {
  /// Its type matters to somebody: no parameter can be changed.
  bool IsPinned = false;
  /// Its declarations, each parameter list once.
  llvm::SmallVector<const clang::FunctionDecl *, 2> Declarations;
  /// Of these, and of instantiations, those with a body.
  llvm::SmallVector<const clang::FunctionDecl *, 2> Definitions;
  llvm::DenseMap<unsigned, ParameterUse> Parameters;
};

class FunctionUses {
public:
  /// Looks at functions for which \p IsTracked says so of some parameter.
  explicit FunctionUses(
      llvm::function_ref<bool(const clang::ParmVarDecl &)> IsTracked)
      : IsTracked(IsTracked) {}

  /// Walks all declarations of the unit that are not in system headers, with
  /// the instantiations of templates. O(n) in their size.
  void collect(clang::ASTContext &Ctx);

  /// By representative, in source order.
  llvm::MapVector<const clang::FunctionDecl *, FunctionUse> &functions() {
    return Functions;
  }

  /// Adds all that was found to \p Facts.
  void publish(FactBase &Facts) const;

private:
  friend class FunctionUseCollector;
  FunctionUse *find(const clang::FunctionDecl &F);

  llvm::function_ref<bool(const clang::ParmVarDecl &)> IsTracked;
  llvm::MapVector<const clang::FunctionDecl *, FunctionUse> Functions;
  llvm::DenseMap<const clang::FunctionDecl *, const clang::FunctionDecl *>
      Tracked;
};

/// The condition that the type of \p F matters to nobody: it is called, and
/// nothing else. Nothing if it has no name that units share.
std::optional<Condition> onlyCalled(const clang::FunctionDecl &F);

/// The condition that \p F, and what overrides it, has no declarations but
/// \p Declarations.
std::optional<Condition>
isDeclaredOnlyAt(const clang::FunctionDecl &F,
                 llvm::ArrayRef<const clang::FunctionDecl *> Declarations);

/// The condition that some call copies an argument for parameter \p I, or that
/// nobody is seen to call \p F at all.
std::optional<Condition> mayBeCopied(const clang::FunctionDecl &F, unsigned I);

/// The condition that no definition of \p F needs parameter \p I for itself.
std::optional<Condition> isOnlyRead(const clang::FunctionDecl &F, unsigned I);

/// The condition that whatever is passed for parameter \p I stays as it is
/// during the call.
std::optional<Condition> isUnshared(const clang::FunctionDecl &F, unsigned I);

} // namespace whet

#endif // WHET_ANALYSIS_FUNCTIONUSES_H
