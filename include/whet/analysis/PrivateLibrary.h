//===- PrivateLibrary.h - What the library does with arguments --*- C++ -*-===//
//
// Which classes and functions of the standard library work on nothing but what
// they are given, and at what cost, as data (lib/analysis/PrivateWork.inc):
//
//   if (const Cost *C = costOfFunction(Callee)) ... *C == Cost::Loops ...
//
// What is not there may do anything.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_PRIVATELIBRARY_H
#define WHET_ANALYSIS_PRIVATELIBRARY_H

#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Type.h"
#include "llvm/ADT/StringRef.h"

namespace whet {

enum class Cost { Nothing, Allocates, Loops };

/// What making an object of \p Record costs; null if its members may do
/// anything.
const Cost *costOfClass(const clang::CXXRecordDecl &Record);

/// What calling \p F, outside of classes, costs; null if it may do anything.
const Cost *costOfFunction(const clang::FunctionDecl &F);

/// Whether \p Record is a base of streams: a reference to one may be to any.
bool isStreamBase(const clang::CXXRecordDecl &Record);

/// Whether members of that name allocate, if not on each call.
bool isAllocatingMember(llvm::StringRef Name);

bool isIteratorClass(const clang::CXXRecordDecl &Record);
bool isFunctionObjectOfLibrary(const clang::CXXRecordDecl &Record);

/// Whether a \p T leads to what is somewhere else: pointers, smart ones too,
/// iterators, views.
bool isPointing(clang::QualType T);

/// Whether a parameter of type \p T is given what it leads to for the time of
/// the call: pointers and views of strings.
bool isLentByValue(clang::QualType T);

/// Whether \p F is an algorithm, which is done with what it was given when it
/// returns.
bool isAlgorithm(const clang::FunctionDecl &F);

/// Whether \p F, as make_unique does, returns a pointer to what it has made.
bool makesPointee(const clang::FunctionDecl &F);

} // namespace whet

#endif // WHET_ANALYSIS_PRIVATELIBRARY_H
