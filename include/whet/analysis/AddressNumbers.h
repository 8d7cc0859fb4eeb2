//===- AddressNumbers.h - Integers that are addresses -----------*- C++ -*-===//
//
// Whether a local integer that is initialised with an address only becomes a
// pointer again, or is compared, so that it is a pointer under another name:
//
//   auto N = reinterpret_cast<std::uintptr_t>(P);
//   Q = reinterpret_cast<Node *>(N & ~std::uintptr_t(7));     // yes: Q is P
//   Key = N;                                                  // no
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_ADDRESSNUMBERS_H
#define WHET_ANALYSIS_ADDRESSNUMBERS_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"

namespace whet {

/// Whether \p E is an integer whose value is computed from an address: a
/// pointer that was converted, with arithmetic around it.
bool isMadeOfAddress(const clang::Expr &E);

/// Calls \p Leaf with the operands that the arithmetic of \p E is made of:
/// what is left when casts between integers, parentheses and operators are
/// taken off.
void forEachOperand(const clang::Expr &E,
                    llvm::function_ref<void(const clang::Expr &Leaf)> Leaf);

/// Whether all that \p Body does with \p V, beyond its initialisation, is to
/// convert it, with arithmetic, to a pointer or to compare it. O(body).
bool isAddressOnly(const clang::VarDecl &V, const clang::Stmt &Body);

} // namespace whet

#endif // WHET_ANALYSIS_ADDRESSNUMBERS_H
