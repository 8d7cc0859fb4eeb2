#include "whet/support/CheckInfo.h"
#include "llvm/Support/ErrorHandling.h"

llvm::StringRef whet::topicName(Topic T) {
  switch (T) {
  case Topic::Allocation:
    return "allocation";
  case Topic::Strings:
    return "strings";
  case Topic::Copies:
    return "copies";
  case Topic::Layout:
    return "layout";
  case Topic::Locks:
    return "locks";
  case Topic::Threads:
    return "threads";
  case Topic::IO:
    return "io";
  case Topic::Calls:
    return "calls";
  case Topic::Algorithms:
    return "algorithms";
  }
  llvm_unreachable("covered switch");
}

llvm::StringRef whet::fixKindName(FixKind Kind) {
  switch (Kind) {
  case FixKind::None:
    return "none";
  case FixKind::Unsafe:
    return "unsafe";
  case FixKind::Safe:
    return "safe";
  }
  llvm_unreachable("covered switch");
}
