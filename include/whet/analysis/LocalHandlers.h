//===- LocalHandlers.h - Exceptions that end where they began ---*- C++ -*-===//
//
// Whether what a try block throws is caught by its own handlers, and by nobody
// else, and gone once these are done:
//
//   try {
//     throw P;                      // int *
//   } catch (int *Q) {              // yes: Q is P, and that is all
//     Last = *Q;
//   } catch (...) {
//     log();                        // no: log may ask for the exception
//   }
//
// A handler that calls anything may hand the exception on:
// std::current_exception and `throw;` work in whatever it calls. Handlers of a
// function's own try block count as such: a constructor's throw again.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_LOCALHANDLERS_H
#define WHET_ANALYSIS_LOCALHANDLERS_H

#include "clang/AST/DeclBase.h"
#include "clang/AST/StmtCXX.h"
#include "clang/AST/Type.h"

namespace whet {

/// Whether an exception of type \p Thrown that leaves the block of \p Try in
/// the body of a function ends in a handler of \p Try: by address or, if it is
/// no object of a class, by value. O(handlers).
bool endsInHandlers(const clang::CXXTryStmt &Try, clang::QualType Thrown);

} // namespace whet

#endif // WHET_ANALYSIS_LOCALHANDLERS_H
