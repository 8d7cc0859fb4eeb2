//===- HiddenMentions.h - Uses that this parse does not see -----*- C++ -*-===//
//
// A variable may be used in code that the preprocessor leaves out here and
// keeps elsewhere: under `#ifdef _WIN32`, in an assert of a debug build. The
// AST knows nothing of it, but the tokens are at hand:
//
//   if (hasHiddenMention(Parameter, Index)) // the type has to stay
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_HIDDENMENTIONS_H
#define WHET_ANALYSIS_HIDDENMENTIONS_H

#include "whet/analysis/BodyIndex.h"

namespace whet {

/// Whether the text of the statement that \p V is in scope in names \p V, or
/// something else by the same name, where the AST has no use of \p V. Also true
/// for `decltype(V)`, which has no place of its own. O(tokens of the file up to
/// there).
bool hasHiddenMention(const clang::VarDecl &V, const BodyIndex &Index);

/// Whether there are directives between \p Begin and \p End, or these are not
/// of one file: what is left out in this build may use anything. O(tokens).
bool hasDirectives(clang::SourceLocation Begin, clang::SourceLocation End,
                   const clang::SourceManager &SM);

} // namespace whet

#endif // WHET_ANALYSIS_HIDDENMENTIONS_H
