//===- LineHashes.h - What GitHub knows a line again by ---------*- C++ -*-===//
//
// GitHub's code scanning tells alerts apart by `primaryLocationLineHash` alone.
// Its upload action computes it where it is missing, warns where it differs
// from what it would compute itself, and is not there at all for who uploads by
// the API. So this computes the same: a hash of a line's first hundred
// characters, those of the next lines included, blanks and tabs left out; and a
// number, for lines that have the same hash.
//
//   lineHashes("int a;\nint a;\n")[1]   // line 2
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_LINEHASHES_H
#define WHET_TOOLS_WHET_LINEHASHES_H

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace whet {

/// One for each line; none if \p Text is not UTF-8.
std::vector<std::string> lineHashes(llvm::StringRef Text);

} // namespace whet

#endif // WHET_TOOLS_WHET_LINEHASHES_H
