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
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

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

/// A function that allocates an object, and returns what owns it.
struct ObjectMaker {
  llvm::StringLiteral Name;
  /// Whether references to the object are counted.
  bool HasCount;
  /// Whether the object is made of the function's arguments.
  bool IsGiven;
};

/// What \p F is, as make_unique; null if it is none.
const ObjectMaker *findObjectMaker(const clang::FunctionDecl &F);

/// Whether \p R is a string: it holds characters, and owns them.
bool holdsCharacters(const clang::RecordDecl &R);

/// Whether \p R is an iterator or its like: it says where something is in a
/// container.
bool isPosition(const clang::RecordDecl &R);

/// Whether \p R is std::function or its like.
bool isCallable(const clang::RecordDecl &R);

/// Whether \p Member gives the smart pointer that it is called on another
/// object to own, its first argument, as std::unique_ptr::reset does.
bool takesOver(const clang::FunctionDecl &Member);

/// Functions of users' classes that the standard library calls by these names,
/// besides operators.
llvm::ArrayRef<llvm::StringLiteral> customisations();

} // namespace whet

#endif // WHET_ANALYSIS_STANDARDLIBRARY_H
