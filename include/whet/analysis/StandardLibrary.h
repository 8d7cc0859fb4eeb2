//===- StandardLibrary.h - Whose code a declaration is ----------*- C++ -*-===//
//
// Code of the standard library does what the standard says, whether its body is
// at hand or not:
//
//   if (isOfStandardLibrary(*Callee)) // changes only what it is given
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_STANDARDLIBRARY_H
#define WHET_ANALYSIS_STANDARDLIBRARY_H

#include "clang/AST/Decl.h"

namespace whet {

/// Whether \p D is in std, at whatever depth, or in what libstdc++ keeps
/// outside of it.
bool isOfStandardLibrary(const clang::Decl &D);

/// Whether \p Callee is an algorithm of the standard library that calls what it
/// is given with elements of a range, and is done when it returns.
bool callsWithElements(const clang::FunctionDecl &Callee);

/// Whether \p D is a C function that a system header declares.
bool isCLibrary(const clang::Decl &D);

/// Whether \p F, as setjmp, may return once more, after which local variables
/// that changed have no certain value.
bool returnsTwice(const clang::FunctionDecl &F);

} // namespace whet

#endif // WHET_ANALYSIS_STANDARDLIBRARY_H
