//===- ContainerModel.h - One container type, as data -----------*- C++ -*-===//
//
// What has to be known of a container type, without clang's headers, and the
// types that a project adds to those that whet knows:
//
//   std::optional<ContainerModel> M = knownContainer("std::vector");
//   M->Name = "my::Vec";
//   ProjectContainers Scope({*M});      // the host, around one parse
//   ContainerModels Models;             // knows my::Vec
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_CONTAINERMODEL_H
#define WHET_ANALYSIS_CONTAINERMODEL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace whet {

enum class ContainerFamily {
  /// Elements in a row, appended at the end: std::vector.
  Sequence,
  /// A sequence of characters: std::string.
  String,
  /// Elements by key, in buckets: std::unordered_map.
  Hash
};

struct ContainerModel {
  std::string Name;
  ContainerFamily Family = ContainerFamily::Sequence;
  /// The member that makes room for N elements in all.
  std::string Reserve = "reserve";
  /// Capacity after growth, in percent of the capacity before.
  unsigned GrowthPercent = 200;
  /// Bytes that the object itself holds before it first allocates.
  unsigned InlineBytes = 0;

  auto operator<=>(const ContainerModel &) const = default;
};

/// "sequence", "string" or "hash" as a family; nothing for anything else.
std::optional<ContainerFamily> containerFamily(llvm::StringRef Name);

/// What is known of the library type \p Name; "std::string" is
/// "std::basic_string". O(n).
std::optional<ContainerModel> knownContainer(llvm::StringRef Name);

/// All names that knownContainer() takes.
std::vector<llvm::StringRef> knownContainerNames();

/// \p Models as text: equal models, equal text. Part of what a cached result
/// depends on.
std::string containerText(llvm::ArrayRef<ContainerModel> Models);

/// While it lives, each ContainerModels that is made in this thread knows these
/// types, too; of two models of one name these win.
class ProjectContainers {
public:
  explicit ProjectContainers(llvm::ArrayRef<ContainerModel> Models);
  ~ProjectContainers();
  ProjectContainers(const ProjectContainers &) = delete;
  ProjectContainers &operator=(const ProjectContainers &) = delete;

  /// Those of this thread; empty without a scope.
  static llvm::ArrayRef<ContainerModel> current();

private:
  llvm::ArrayRef<ContainerModel> Outer;
};

} // namespace whet

#endif // WHET_ANALYSIS_CONTAINERMODEL_H
