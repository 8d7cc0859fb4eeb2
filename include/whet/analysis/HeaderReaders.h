//===- HeaderReaders.h - Who else reads a header ----------------*- C++ -*-===//
//
// A record's layout is also known to programs that are not among the project's
// C++ units: to those that are built with an installed header, and to C files.
// Units cannot know of them, but who knows the build does, and adds what it
// knows to the facts of the units:
//
//   noteInstalled(Facts, "include/net/Packet.h");   // or a folder
//   noteCSources(Facts);
//
//   F.Conditions.push_back(isNotInstalled(Record));
//   if (std::optional<Condition> C = isNotForC(Record)) ...
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_HEADERREADERS_H
#define WHET_ANALYSIS_HEADERREADERS_H

#include "whet/facts/Fact.h"
#include "whet/support/Condition.h"
#include "clang/AST/DeclCXX.h"
#include <optional>

namespace whet {

/// \p Path, a portable one, is installed, or all below it.
void noteInstalled(FactBase &Facts, llvm::StringRef Path);

/// The project has files in C, which are not analysed.
void noteCSources(FactBase &Facts);

/// On the fix's promise: that the file that defines \p Record is not installed.
Condition isNotInstalled(const clang::CXXRecordDecl &Record);

/// On the fix: that no C file may read the definition of \p Record; nothing if
/// it is not in a header, or no C.
std::optional<Condition> isNotForC(const clang::CXXRecordDecl &Record);

} // namespace whet

#endif // WHET_ANALYSIS_HEADERREADERS_H
