//===- OverloadChoice.h - Who is called after an edit -----------*- C++ -*-===//
//
// An argument of another type may choose another function. Before a fix drops a
// conversion, this says whether the same function is chosen without it:
//
//   if (staysChosen(Callee, 0, Call, 1)) // f(S) calls what f(S.c_str()) did
//
// Overload resolution is not run anew; the answer is yes only where no other
// function of the name could take the new argument as well as this one does.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_OVERLOADCHOICE_H
#define WHET_ANALYSIS_OVERLOADCHOICE_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"

namespace whet {

/// Whether \p Callee, which \p Call passes \p Args arguments, is still chosen
/// if argument \p I is a std::string, or a view if \p Callee takes one, or what
/// converts to it by the library's own conversions. O(overloads).
bool staysChosen(const clang::FunctionDecl &Callee, unsigned I,
                 const clang::Expr &Call, unsigned Args);

} // namespace whet

#endif // WHET_ANALYSIS_OVERLOADCHOICE_H
