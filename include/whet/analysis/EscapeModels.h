//===- EscapeModels.h - What libraries keep of what they get ----*- C++ -*-===//
//
// What functions without a body do to pointers, and functions of the standard
// library whatever their bodies, as data. The table is in
// lib/analysis/EscapeModels.inc; its head says how flows are written:
//
//   if (const EscapeModel *M = escapeModel(*Callee))
//     for (const ModelFlow &F : M->Flows) ...
//
// Functions of std that are not in the table keep nothing beyond their
// arguments and what they return; that is for the caller to know. A function
// that is neither there nor has a body may keep anything.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_ESCAPEMODELS_H
#define WHET_ANALYSIS_ESCAPEMODELS_H

#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/SmallVector.h"

namespace whet {

struct ModelFlow {
  enum Place : int {
    /// Parameters are 0 and more.
    This = -1,
    Unknown = -2,
    Result = -3,
    Heap = -4,
    /// Each parameter.
    All = -5
  };
  int From = Unknown;
  int To = Heap;
  int Derefs = 0;
  /// Whether it is the value of From that flows, looked through once more if
  /// the parameter is a reference.
  bool IsValue = false;
  /// Whether it does not flow from what owns what it holds.
  bool IsNotOwners = false;
  /// Whether it flows from a parameter only that is passed by value.
  bool IsByValue = false;
};

struct EscapeModel {
  llvm::SmallVector<ModelFlow, 2> Flows;
  /// Whether it calls functions of the types that it is instantiated with.
  bool CallsBack = false;
};

/// The model of \p F by its qualified name; null if there is none.
const EscapeModel *escapeModel(const clang::FunctionDecl &F);

/// Whether \p R is a class of std whose objects own what they hold, and hold no
/// references.
bool ownsWhatItHolds(const clang::CXXRecordDecl &R);

} // namespace whet

#endif // WHET_ANALYSIS_ESCAPEMODELS_H
