//===- Talk.h - What whet says besides its findings -------------*- C++ -*-===//
//
// Lines for people, on stderr; stdout is for findings alone.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_TALK_H
#define WHET_TOOLS_WHET_TALK_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include <string>

namespace whet {

/// Prints "whet: error: ...".
void printError(const llvm::Twine &Message);

/// Prints "whet: warning: ...".
void printWarning(const llvm::Twine &Message);

/// Prints "whet: note: ...".
void printNote(const llvm::Twine &Message);

/// "1 finding", "2 findings".
std::string counted(size_t Count, llvm::StringRef Noun);

} // namespace whet

#endif // WHET_TOOLS_WHET_TALK_H
