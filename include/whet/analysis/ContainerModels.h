//===- ContainerModels.h - What libraries' containers do --------*- C++ -*-===//
//
// Knowledge about containers of std, absl, boost, LLVM, Qt and folly, as data:
// which types own a growing buffer, how they grow, and which calls grow them by
// how much. The tables are in lib/analysis/ContainerModels.inc; a project adds
// its own types by name, in an option's text:
//
//   ContainerModels Models("my::Vec;my::Table=hash");
//   if (const ContainerModel *M = Models.find(Object->getType()))
//     ... M->Reserve ...
//
// Names are qualified without inline namespaces, so "std::vector" is also
// libc++'s std::__1::vector. A class that derives publicly from a model's type
// is that model. Lookups are cached by declaration: O(bases) once per class.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_CONTAINERMODELS_H
#define WHET_ANALYSIS_CONTAINERMODELS_H

#include "whet/analysis/ContainerModel.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <optional>
#include <string>

namespace whet {

/// How much one call grows its container.
struct GrowthAmount {
  /// Elements added by one call.
  uint64_t Elements = 1;
  /// Whether the call may add fewer, because equal keys are merged.
  bool IsUpperBound = false;
};

/// What a member call does to its container's capacity or contents.
enum class ContainerEffect {
  /// Reads, or hands out elements; size and capacity stay.
  None,
  /// Adds a known number of elements at the end, or at a key.
  Grows,
  /// Adds elements; the call does not say how many.
  GrowsUnknown,
  /// Leaves it empty; the capacity stays.
  Clears,
  /// Sets size or capacity: reserve, resize, assign.
  Sizes,
  /// Anything else.
  Unknown
};

class ContainerModels {
public:
  ContainerModels();
  ~ContainerModels();

  /// Adds the types named in \p Extra, `name[=sequence|string|hash]` separated
  /// by ';'. An error names the entry that is not of that form; the others are
  /// added all the same.
  llvm::Error add(llvm::StringRef Extra);

  /// The model of \p T, which may be a reference or a pointer; null if none.
  const ContainerModel *find(clang::QualType T);
  const ContainerModel *find(const clang::CXXRecordDecl *Record);

  /// Whether a member called \p Name makes room in some model's type.
  bool isReserve(llvm::StringRef Name) const {
    return ReserveNames.contains(Name);
  }

  /// Whether \p T is a range whose size() is O(1).
  bool hasCheapSize(clang::QualType T);

  /// What calling \p Method with \p Args does to a container of model \p M.
  /// \p Args are without the object. When it grows, \p Amount says how much.
  ContainerEffect effect(const ContainerModel &M,
                         const clang::CXXMethodDecl &Method,
                         llvm::ArrayRef<const clang::Expr *> Args,
                         GrowthAmount &Amount);

private:
  void insert(ContainerModel Model);
  const ContainerModel *lookUp(const clang::CXXRecordDecl *Record);

  std::vector<std::unique_ptr<ContainerModel>> Models;
  llvm::StringMap<const ContainerModel *> ByName;
  llvm::StringSet<> ReserveNames;
  llvm::DenseMap<const clang::Decl *, const ContainerModel *> Cache;
};

/// The qualified name of \p D with inline and anonymous namespaces left out:
/// "std::vector" for libc++'s std::__1::vector.
std::string stableName(const clang::NamedDecl &D);

} // namespace whet

#endif // WHET_ANALYSIS_CONTAINERMODELS_H
