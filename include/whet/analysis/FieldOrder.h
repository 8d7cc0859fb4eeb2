//===- FieldOrder.h - The order of fields that wastes least -----*- C++ -*-===//
//
// The order in which a record's fields take the fewest bytes, and, among those
// orders, one that is near to the one that is written:
//
//   if (std::optional<FieldOrder> Best = bestFieldOrder(Record))
//     ... Best->Layout.size() ... Best->Fields ... Best->Moved ...
//
// "Near" means: fields stay in their access section where that costs nothing;
// then, as few fields as possible move. Bit-fields that are declared one after
// another move as one, unless only taking them apart saves bytes.
//
// Invariants: the layout is clang's own for that order, and smaller than that
// of the record. Fields that depend on one another stay in order:
// FieldDependence.h. IsProven says that no such order is smaller: either it
// reaches the sum of the parts rounded up to the alignment or the least that
// any order of such sizes and alignments can, or all were compared.
//
// The question of who else relies on the order as it is, is another.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_FIELDORDER_H
#define WHET_ANALYSIS_FIELDORDER_H

#include "whet/analysis/RecordLayout.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace whet {

struct FieldOrder {
  /// All fields, in the order proposed.
  llvm::SmallVector<const clang::FieldDecl *, 8> Fields;
  RecordLayout Layout;
  /// How many fields are not where they were, at least.
  unsigned Moved = 0;
  bool IsProven = false;
};

/// A smaller order of \p Record; nothing if there is none, or none that was
/// found. Records with bit-fields that have no name, which somebody padded by
/// hand, and those that end in an array without a bound stay as they are.
/// O(n^3) for n fields and each move that saves something, besides up to 20,000
/// choices of fields that are placed first; up to 5,040 orders are compared
/// after that, where clang has to lay each out (bit-fields and the like) or
/// fields depend on one another.
std::optional<FieldOrder> bestFieldOrder(const clang::CXXRecordDecl &Record);

/// What no order of the fields is smaller than, in bits: the sum of the parts,
/// rounded up to the alignment. Tells at once where a search is in vain.
uint64_t leastConceivableSize(const RecordLayout &Layout);

/// The fields that need not move, for the others to come into the order \p
/// Fields. O(n^2).
llvm::SmallPtrSet<const clang::FieldDecl *, 8>
stayingFields(llvm::ArrayRef<const clang::FieldDecl *> Fields);

} // namespace whet

#endif // WHET_ANALYSIS_FIELDORDER_H
