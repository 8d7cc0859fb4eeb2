//===- AccessPath.h - Named storage -----------------------------*- C++ -*-===//
//
// An access path names storage the way a reader does: a variable or `*this`,
// then fields and dereferences. `this->Rows`, `Out`, `Result.Names` and
// `*Buffer` are access paths; `f().Rows` and `Table[i]` are not.
//
// Two paths overlap when one is a prefix of the other: whoever writes
// `Result` writes `Result.Names`. References are not resolved: a path that
// starts at a reference variable starts there.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_ACCESSPATH_H
#define WHET_ANALYSIS_ACCESSPATH_H

#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace whet {

class AccessPath {
public:
  /// The path that \p E denotes; parentheses and implicit casts are ignored.
  static std::optional<AccessPath> of(const clang::Expr *E);

  /// The path of a variable itself.
  static AccessPath ofVariable(const clang::ValueDecl &D);

  /// The path of what this one, a pointer, points to.
  AccessPath pointee() const;

  /// The path that this one, which starts at `*this`, is where `*this` is
  /// \p Object.
  AccessPath within(const AccessPath &Object) const;

  /// The variable it starts at; null for `*this`.
  const clang::ValueDecl *root() const { return Root; }
  bool startsAtThis() const { return Root == nullptr; }

  /// Fields in order; null stands for a dereference.
  llvm::ArrayRef<const clang::FieldDecl *> steps() const { return Steps; }
  bool hasDereference() const { return llvm::is_contained(Steps, nullptr); }

  /// What uses are filed under: the root, or the first field of `*this`; null
  /// for `*this` as a whole.
  const clang::ValueDecl *key() const;

  bool isPrefixOf(const AccessPath &Other) const;
  bool overlaps(const AccessPath &Other) const {
    return isPrefixOf(Other) || Other.isPrefixOf(*this);
  }
  bool operator==(const AccessPath &Other) const {
    return Root == Other.Root && Steps == Other.Steps;
  }

private:
  const clang::ValueDecl *Root = nullptr;
  llvm::SmallVector<const clang::FieldDecl *, 4> Steps;
};

} // namespace whet

#endif // WHET_ANALYSIS_ACCESSPATH_H
