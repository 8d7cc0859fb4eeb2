//===- TidyModule.cpp - whet as a clang-tidy module -----------------------===//
//
// The one clang-tidy module of the suite: it offers every registered check to
// the host that this object is linked into.
//
//===----------------------------------------------------------------------===//
#include "clang-tidy/ClangTidyModule.h"
#include "whet/support/Registry.h"

using namespace whet;

namespace {
class TidyModule : public clang::tidy::ClangTidyModule {
public:
  void
  addCheckFactories(clang::tidy::ClangTidyCheckFactories &Factories) override {
    for (const RegisteredCheck &C : registeredChecks())
      Factories.registerCheckFactory(C.Info->Id, C.Create);
  }
};
} // namespace

static clang::tidy::ClangTidyModuleRegistry::Add<TidyModule>
    X("whet-module", "performance anti-patterns and their fixes");
