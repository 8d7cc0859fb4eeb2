//===- ProjectLocks.h - Locks and blocking calls of a project ---*- C++ -*-===//
//
// What the user says of the project's own classes and functions, beside the
// data that whet has: which classes are mutexes, guards or condition variables,
// and which functions block.
//
//   LockKnowledge Known{{{"my::Gate", LockRole::Mutex}}, {"my::rpc::call"}};
//   ProjectLocks Scope(Known);          // the host, around one parse
//   ProjectLocks::current().Types ...   // analyses
//
// Names are qualified, without template arguments and inline namespaces.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_PROJECTLOCKS_H
#define WHET_ANALYSIS_PROJECTLOCKS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace whet {

enum class LockRole { Mutex, Guard, SharedGuard, ConditionVariable };

/// "mutex", "guard", "shared-guard", "condition-variable".
llvm::ArrayRef<llvm::StringRef> lockRoleNames();

/// The role of that name; nothing for anything else.
std::optional<LockRole> lockRole(llvm::StringRef Name);

struct LockType {
  std::string Name;
  LockRole Role = LockRole::Mutex;

  auto operator<=>(const LockType &) const = default;
};

struct LockKnowledge {
  std::vector<LockType> Types;
  /// Functions that block.
  std::vector<std::string> Blocking;

  /// A line for each, the same for equal values only.
  std::string text() const;
};

/// While it lives, analyses on this thread know of \p Known, too, which has to
/// outlive it.
class ProjectLocks {
public:
  explicit ProjectLocks(const LockKnowledge &Known);
  ~ProjectLocks();
  ProjectLocks(const ProjectLocks &) = delete;
  ProjectLocks &operator=(const ProjectLocks &) = delete;

  static const LockKnowledge &current();

private:
  const LockKnowledge *Outer;
};

} // namespace whet

#endif // WHET_ANALYSIS_PROJECTLOCKS_H
