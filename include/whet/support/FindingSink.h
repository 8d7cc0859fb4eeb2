//===- FindingSink.h - What a diagnostic cannot carry -----------*- C++ -*-===//
//
// A finding reaches its host as a clang-tidy diagnostic: a place, a message and
// edits. The rest, its declaration and its conditions, goes to the sink of the
// translation unit at hand, if the host has one: `whet` does, clang-tidy and
// clangd do not.
//
//   FindingSink::Scope Active(MySink);   // while one unit is analysed
//
//===----------------------------------------------------------------------===//
#ifndef WHET_SUPPORT_FINDINGSINK_H
#define WHET_SUPPORT_FINDINGSINK_H

#include "whet/support/Condition.h"
#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace whet {

class FindingSink {
public:
  virtual ~FindingSink();

  /// Takes note of a finding that is about to become a diagnostic.
  virtual void note(llvm::StringRef Check, llvm::StringRef Message,
                    clang::SourceLocation Loc, llvm::StringRef Declaration,
                    llvm::ArrayRef<Condition> Conditions) = 0;

  /// The sink of this thread's unit; null if its host has none.
  static FindingSink *current();

  /// Makes a sink the current one while it lives.
  class Scope {
  public:
    explicit Scope(FindingSink &Sink);
    ~Scope();
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;

  private:
    FindingSink *Outer;
  };
};

} // namespace whet

#endif // WHET_SUPPORT_FINDINGSINK_H
