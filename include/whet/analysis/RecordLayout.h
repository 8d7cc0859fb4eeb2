//===- RecordLayout.h - Where the parts of an object are --------*- C++ -*-===//
//
// A record as the compiler lays it out: its vptr, bases and fields at their
// offsets, and the bytes and bits between them that nothing uses.
//
//   std::optional<RecordLayout> L = RecordLayout::of(Record);
//   for (const LayoutHole &H : L->holes())
//     ... L->parts()[H.Before] ...   // the part that the hole is in front of
//
// Everything is asked of clang's ASTRecordLayout for the unit's target and ABI;
// nothing is computed anew. What an order of the fields would come to is asked
// of clang too, of a record made for the purpose:
//
//   std::optional<RecordLayout> Other = RecordLayout::ordered(Record, Fields);
//
// All numbers are bits, since fields may be. Invariants: parts are in the order
// of their offsets; holes are in the same order, none of them empty, and none
// overlaps a part; the parts of a union all begin at 0, and it has no holes.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_RECORDLAYOUT_H
#define WHET_ANALYSIS_RECORDLAYOUT_H

#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace whet {

struct LayoutPart {
  enum PartKind { VTablePointer, VirtualBasePointer, Base, VirtualBase, Field };

  PartKind Kind = Field;
  uint64_t Offset = 0;
  /// Without what others may be laid into: of a base, its data; of an empty
  /// one, 0.
  uint64_t Size = 0;
  const clang::FieldDecl *Declaration = nullptr;
  const clang::CXXRecordDecl *BaseClass = nullptr;

  uint64_t end() const { return Offset + Size; }
};

/// Bits that no part uses.
struct LayoutHole {
  uint64_t Offset = 0;
  uint64_t Size = 0;
  /// The index of the part that follows.
  unsigned Before = 0;
};

class RecordLayout {
public:
  /// Nothing for what has no layout: records that are incomplete, dependent or
  /// invalid. O(n) in the parts.
  static std::optional<RecordLayout> of(const clang::RecordDecl &Record);

  /// The layout that \p Record would have if its fields were declared in the
  /// order \p Fields, which are all of them. Parts name the fields of \p
  /// Record. Uses memory of the ASTContext, O(n), which it keeps.
  static std::optional<RecordLayout>
  ordered(const clang::CXXRecordDecl &Record,
          llvm::ArrayRef<const clang::FieldDecl *> Fields);

  /// The layout that \p Record would have if \p Field, one of its own, were
  /// aligned to \p Bytes, a power of two. Uses memory as `ordered` does.
  static std::optional<RecordLayout> aligned(const clang::CXXRecordDecl &Record,
                                             const clang::FieldDecl &Field,
                                             uint64_t Bytes);

  llvm::ArrayRef<LayoutPart> parts() const { return Parts; }
  llvm::ArrayRef<LayoutHole> holes() const { return Holes; }
  /// sizeof.
  uint64_t size() const { return Size; }
  uint64_t alignment() const { return Alignment; }
  /// Unused bits after the last part. A class that derives from this one may be
  /// laid out into them, if it has dataSize() < size().
  uint64_t tailBits() const { return Size - End; }
  /// Without what a derived class may use.
  uint64_t dataSize() const { return DataSize; }
  /// What is in no part: holes and tail. An empty class has none.
  uint64_t unusedBits() const;

private:
  static std::optional<RecordLayout>
  ofCopy(clang::CXXRecordDecl &Copy,
         llvm::ArrayRef<const clang::FieldDecl *> Fields);
  void add(LayoutPart Part);
  void findHoles();

  llvm::SmallVector<LayoutPart, 8> Parts;
  llvm::SmallVector<LayoutHole, 4> Holes;
  uint64_t Size = 0;
  uint64_t DataSize = 0;
  uint64_t Alignment = 0;
  uint64_t End = 0;
};

/// The bytes that malloc takes for an object of so many bits: glibc 2.26 and
/// later, with pointers of 64 bits, adds a word, rounds up to 16 and takes 32
/// at least (malloc/malloc.c, request2size). Nothing where that is not known.
std::optional<uint64_t> mallocBytes(uint64_t Size, uint64_t Alignment,
                                    uint64_t PointerWidth);

} // namespace whet

#endif // WHET_ANALYSIS_RECORDLAYOUT_H
