//===- TargetLayouts.h - Records as other targets have them -----*- C++ -*-===//
//
// What a record, and another order of its fields, come to on targets that the
// unit is not compiled for, and whose headers are not there:
//
//   TargetLayouts Layouts(Context, *layoutTarget("i386"));
//   unsigned Index = Layouts.add(Record, Best.Fields);
//   Layouts.layOut();
//   const TargetSizes &Sizes = Layouts.sizes(Index);
//   ... Sizes.Now ... Sizes.Then ... Sizes.Unknown ...
//
// Records are written anew, as sources without a header: fields by what they
// are in the language (`long`, a pointer, `__UINT64_TYPE__` for `uint64_t`),
// records by value from their own fields, with their bases, alignment, packing
// and virtual functions. Clang compiles that for the target and lays it out;
// nothing is computed here.
//
// What the unit's sources do not say is unknown, and said so: types of the C
// library, as `pthread_mutex_t`; the standard library where the target has
// another one; `T` of an instantiation that is `unsigned long` here, and may
// have been `uint64_t` or `size_t`. Fields are taken to be the same on all
// targets: what the preprocessor leaves out elsewhere is not known.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_TARGETLAYOUTS_H
#define WHET_ANALYSIS_TARGETLAYOUTS_H

#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/ArrayRef.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace whet {

struct LayoutTarget {
  /// As people name it: "i386".
  llvm::StringLiteral Name;
  /// As clang does: "i386-linux-gnu".
  llvm::StringLiteral Triple;
};

/// All that there are.
llvm::ArrayRef<LayoutTarget> layoutTargets();

/// The one of that name; null if there is none.
const LayoutTarget *layoutTarget(llvm::StringRef Name);

struct TargetSizes {
  /// In bits; meaningless where it is unknown.
  uint64_t Now = 0;
  /// In the other order; as Now if none was asked for.
  uint64_t Then = 0;
  /// Why it is not known; empty if it is.
  std::string Unknown;
};

class TargetLayouts {
public:
  TargetLayouts(const clang::ASTContext &Source, const LayoutTarget &Target);
  ~TargetLayouts();
  TargetLayouts(const TargetLayouts &) = delete;
  TargetLayouts &operator=(const TargetLayouts &) = delete;

  /// Adds \p Record, which is complete, and the order \p Order of its fields,
  /// which are all of them, or none. The index to ask for it by. O(n) in the
  /// parts and their parts.
  unsigned add(const clang::CXXRecordDecl &Record,
               llvm::ArrayRef<const clang::FieldDecl *> Order);

  /// Compiles all that was added, for once.
  void layOut();

  const TargetSizes &sizes(unsigned Index) const { return Sizes[Index]; }

private:
  class Writer;

  std::unique_ptr<Writer> Model;
  std::vector<TargetSizes> Sizes;
};

} // namespace whet

#endif // WHET_ANALYSIS_TARGETLAYOUTS_H
