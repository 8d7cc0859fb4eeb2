//===- Registry.h - All checks of this build --------------------*- C++ -*-===//
//
// Checks register themselves where they are written, by a static object:
//
//   static const RegisterCheck<MissingReserve> X(Info);
//
// The checks are linked as an object library, so no anchors are needed. One
// clang-tidy module, `whet-module`, offers the registry's checks to whichever
// host it is linked into: clang-tidy, whet or whet-clangd.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_SUPPORT_REGISTRY_H
#define WHET_SUPPORT_REGISTRY_H

#include "clang-tidy/ClangTidyCheck.h"
#include "whet/support/CheckInfo.h"
#include <memory>
#include <vector>

namespace whet {

using CheckFactory = std::unique_ptr<clang::tidy::ClangTidyCheck> (*)(
    llvm::StringRef Name, clang::tidy::ClangTidyContext *Context);

struct RegisteredCheck {
  const CheckInfo *Info;
  CheckFactory Create;
};

/// Adds a check; called during static initialisation only.
void registerCheck(const CheckInfo &Info, CheckFactory Create);

/// All checks, sorted by id. O(n log n).
std::vector<RegisteredCheck> registeredChecks();

/// The check with this id; "missing-reserve" finds "whet-missing-reserve".
/// Null if there is none.
const CheckInfo *findCheck(llvm::StringRef Id);

template <typename CheckT> struct RegisterCheck {
  explicit RegisterCheck(const CheckInfo &Info) {
    registerCheck(
        Info,
        [](llvm::StringRef Name, clang::tidy::ClangTidyContext *Context)
            -> std::unique_ptr<clang::tidy::ClangTidyCheck> {
          return std::make_unique<CheckT>(Name, Context);
        });
  }
};

} // namespace whet

#endif // WHET_SUPPORT_REGISTRY_H
