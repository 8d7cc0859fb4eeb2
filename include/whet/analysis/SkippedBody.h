//===- SkippedBody.h - Function bodies that were not parsed -----*- C++ -*-===//
//
// An editor parses the headers of a file without the bodies of their functions:
// the functions are there, flagged as skipped. What such a body does is unknown
// to the AST, but its tokens are at hand. They tell which names it mentions,
// and that is enough to stay silent where a compiler's parse would have spoken
// up.
//
//   if (skippedBodyMentions(Method, {"Items", "reserve"}, SM, LangOpts)) ...
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_SKIPPEDBODY_H
#define WHET_ANALYSIS_SKIPPEDBODY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace clang {
class FunctionDecl;
class LangOptions;
class SourceManager;
} // namespace clang

namespace whet {

/// Whether the body of \p F was skipped and has each of \p Names as an
/// identifier. O(tokens of the body); false at once for a body that was parsed.
bool skippedBodyMentions(const clang::FunctionDecl &F,
                         llvm::ArrayRef<llvm::StringRef> Names,
                         const clang::SourceManager &SM,
                         const clang::LangOptions &LangOpts);

} // namespace whet

#endif // WHET_ANALYSIS_SKIPPEDBODY_H
