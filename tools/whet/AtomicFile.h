//===- AtomicFile.h - Files that are there whole or not at all --*- C++ -*-===//
//
// Writes a file so that whoever reads it, or kills the writer, sees the old
// contents or the new, and never a part of them.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_ATOMICFILE_H
#define WHET_TOOLS_WHET_ATOMICFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace whet {

/// Writes \p Contents beside \p File and renames it into place. An error names
/// the file and the system's reason; the old file is then untouched.
llvm::Error writeFileAtomically(llvm::StringRef File, llvm::StringRef Contents);

} // namespace whet

#endif // WHET_TOOLS_WHET_ATOMICFILE_H
