//===- TypeCost.h - What a copy of a value costs ----------------*- C++ -*-===//
//
// How many bytes a copy has by the target's layout, how many of its parts
// allocate when they are not empty, and how many reference counts it raises:
//
//   TypeCosts Costs;
//   if (std::optional<CopyCost> C = Costs.copy(Var->getType()))
//     ... describe(*C) ...                 // "96 bytes and up to 2
//     allocations"
//
// What library types do is data; a class is what its bases and members are. A
// copy constructor that a project wrote itself does what nobody knows: its
// members' cost is given, and RunsUnknownCode says that there may be more or
// less to it.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_TYPECOST_H
#define WHET_ANALYSIS_TYPECOST_H

#include "whet/analysis/ContainerModels.h"
#include "llvm/ADT/DenseMap.h"
#include <optional>
#include <string>

namespace whet {

struct CopyCost {
  /// sizeof.
  uint64_t Bytes = 0;
  /// Parts that allocate unless they are empty, or small enough to be inline.
  unsigned Allocations = 0;
  unsigned AtomicIncrements = 0;
  /// The bytes are copied, and nothing else is done.
  bool IsTrivial = false;
  /// Whether a copy constructor of the project's own is run: it may do more
  /// than copy, and somebody may rely on it.
  bool RunsUnknownCode = false;
};

class TypeCosts {
public:
  /// What copying a \p T costs; nothing if it is incomplete, dependent, or
  /// cannot be copied. Cached by class: O(members) once.
  std::optional<CopyCost> copy(clang::QualType T);

  /// Whether \p T is meant to be passed by value: views, iterators, handles of
  /// other people's data.
  bool isView(clang::QualType T) const;

  /// Whether \p T shares the ownership of one object: std::shared_ptr.
  bool isSharedPointer(clang::QualType T) const;

private:
  std::optional<CopyCost> compute(const clang::CXXRecordDecl &Record);
  void addHeld(const clang::ClassTemplateSpecializationDecl &Holder,
               CopyCost &Cost);
  bool addParts(const clang::CXXRecordDecl &Record, CopyCost &Cost);

  ContainerModels Models;
  llvm::DenseMap<const clang::CXXRecordDecl *, std::optional<CopyCost>> Cache;
};

/// "32 bytes and up to 1 allocation"
std::string describe(const CopyCost &Cost);

} // namespace whet

#endif // WHET_ANALYSIS_TYPECOST_H
