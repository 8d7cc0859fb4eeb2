//===- StoredCopy.h - What a statement copies into a container --*- C++ -*-===//
//
// The constant that a statement of its own puts, by copying it, into a
// container of the standard library, or assigns to something that is no string:
//
//   Queue.push_back(Message);   Lines.emplace_back(Message.Text);
//   Routes = NewRoutes;         ById[Id] = Message;
//
//   if (std::optional<StoredCopy> C = storedCopy(S, Costs))
//     ... C->Value, C->Allocations ...
//
// It is copied in any case, so a copy that is made before, and moved in, takes
// no more copies than that. What is not constant may be moved in as it is. What
// a map or a set is given may be there already, and is left out. Strings that
// are assigned to often have the room.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_STOREDCOPY_H
#define WHET_ANALYSIS_STOREDCOPY_H

#include "whet/analysis/TypeCost.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include <optional>

namespace whet {

struct StoredCopy {
  const clang::Expr *Value = nullptr;
  /// One at least.
  unsigned Allocations = 0;
};

/// What \p S copies; nothing if it does something else. O(1).
std::optional<StoredCopy> storedCopy(const clang::Stmt &S, TypeCosts &Costs);

} // namespace whet

#endif // WHET_ANALYSIS_STOREDCOPY_H
