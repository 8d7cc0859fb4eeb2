#include "whet/support/Registry.h"
#include "llvm/ADT/STLExtras.h"

using namespace whet;

// A function's static: it exists before the first check's static registers.
static std::vector<RegisteredCheck> &checks() {
  static std::vector<RegisteredCheck> Checks;
  return Checks;
}

void whet::registerCheck(const CheckInfo &Info, CheckFactory Create) {
  checks().push_back({&Info, Create});
}

std::vector<RegisteredCheck> whet::registeredChecks() {
  std::vector<RegisteredCheck> Sorted = checks();
  llvm::sort(Sorted, [](const RegisteredCheck &A, const RegisteredCheck &B) {
    return A.Info->Id < B.Info->Id;
  });
  return Sorted;
}

const CheckInfo *whet::findCheck(llvm::StringRef Id) {
  for (const RegisteredCheck &C : checks())
    if (C.Info->Id == Id || C.Info->shortName() == Id)
      return C.Info;
  return nullptr;
}
