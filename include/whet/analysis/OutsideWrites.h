//===- OutsideWrites.h - What a call may change outside ---------*- C++ -*-===//
//
// Whether running a function may change an object that its caller owns, by the
// types of what is written outside of the function's own frame:
//
//   OutsideWrites Writes;
//   const WrittenOutside &W = Writes.of(Function);
//   if (!W.Unknown && !W.firstOverlapping(ParamType)) // the argument stays
//
// A write through a reference, a pointer, `this` or a global may reach any
// object of the written type, an object that contains one, or a part of one;
// nothing else is assumed of pointers. Calls are followed into bodies that the
// translation unit has; functions of the standard library change what they are
// given as non-const, and nothing else. Virtual and indirect calls and bodies
// elsewhere are unknown.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_OUTSIDEWRITES_H
#define WHET_ANALYSIS_OUTSIDEWRITES_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace whet {

struct WrittenOutside {
  struct Write {
    clang::QualType Type;
    clang::SourceLocation Where;
  };
  /// One for each type, in source order of the first.
  llvm::SmallVector<Write, 4> Writes;
  /// A call or statement that may write anything; invalid if there is none.
  clang::SourceLocation Unknown;

  /// The first write that may change an object of type \p T; null if none may.
  /// Writes of objects of type \p Except are left out, unless it is null.
  const Write *
  firstOverlapping(clang::QualType T,
                   clang::QualType Except = clang::QualType()) const;
};

class OutsideWrites {
public:
  /// What a call of \p F, which has a body, may write. Linear in the bodies
  /// that it reaches, each looked at once.
  const WrittenOutside &of(const clang::FunctionDecl &F);

  /// What \p Region, a part of \p F, may write outside of \p F; with
  /// \p CountLocals, also what it writes to variables of \p F that are declared
  /// before it. Not cached.
  WrittenOutside in(const clang::FunctionDecl &F,
                    llvm::ArrayRef<const clang::Stmt *> Region,
                    bool CountLocals);

private:
  WrittenOutside compute(const clang::FunctionDecl &F);

  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<WrittenOutside>>
      Known;
  unsigned Depth = 0;
};

/// Whether \p Whole is a \p Part, or has one as a base, as a member, as an
/// array's element or a container's. O(members).
bool isPartOf(clang::QualType Part, clang::QualType Whole);

/// Whether writing an object of type \p Written may change one of type \p T:
/// the types are the same, related as base and derived, or one contains the
/// other as a member, an array's element or a container's. O(members).
bool mayOverlap(clang::QualType Written, clang::QualType T);

} // namespace whet

#endif // WHET_ANALYSIS_OUTSIDEWRITES_H
