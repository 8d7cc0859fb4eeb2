#include "whet/analysis/ProjectLocks.h"
#include "llvm/ADT/STLExtras.h"

using namespace whet;

// In the order of LockRole.
static constexpr llvm::StringRef RoleNames[] = {
    "mutex", "guard", "shared-guard", "condition-variable"};

llvm::ArrayRef<llvm::StringRef> whet::lockRoleNames() { return RoleNames; }

std::optional<LockRole> whet::lockRole(llvm::StringRef Name) {
  const auto *It = llvm::find(RoleNames, Name);
  if (It == std::end(RoleNames))
    return std::nullopt;
  return static_cast<LockRole>(It - std::begin(RoleNames));
}

std::string LockKnowledge::text() const {
  std::string Text;
  for (const LockType &T : Types)
    Text.append(T.Name)
        .append(" ")
        .append(RoleNames[static_cast<unsigned>(T.Role)])
        .append("\n");
  for (const std::string &Name : Blocking)
    Text.append(Name).append("()\n");
  return Text;
}

static thread_local const LockKnowledge *CurrentKnowledge = nullptr;

ProjectLocks::ProjectLocks(const LockKnowledge &Known)
    : Outer(CurrentKnowledge) {
  CurrentKnowledge = &Known;
}

ProjectLocks::~ProjectLocks() { CurrentKnowledge = Outer; }

const LockKnowledge &ProjectLocks::current() {
  static const LockKnowledge Nothing;
  return CurrentKnowledge ? *CurrentKnowledge : Nothing;
}
