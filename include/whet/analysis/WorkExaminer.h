//===- WorkExaminer.h - Whether others see what is done ---------*- C++ -*-===//
//
// The examination that PrivateWork asks for, of one function's statements:
//
//   WorkExaminer Examiner(Analysis, Locals, F, IsCallee, MayReturn);
//   if (Examiner.statement(S)) ... Examiner.Result ...
//
// It stops at the first thing that others may see. Its parts are in files of
// their own: statements and expressions, calls, and what expressions denote.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_WORKEXAMINER_H
#define WHET_ANALYSIS_WORKEXAMINER_H

#include "whet/analysis/LocalStorage.h"
#include "whet/analysis/PrivateLibrary.h"
#include "whet/analysis/PrivateWork.h"
#include "clang/AST/Stmt.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace whet {

/// Goes over statements and expressions in the order of their evaluation, and
/// stops at the first that may be seen by others.
class WorkExaminer {
public:
  /// \p IsCallee: parameters and `*this` are as private as what is passed.
  WorkExaminer(PrivateWork &Analysis, const LocalStorage &Locals,
               const clang::FunctionDecl &F, bool IsCallee, bool MayReturn)
      : Analysis(Analysis), Locals(Locals), F(F), IsCallee(IsCallee),
        MayReturn(MayReturn) {}

  bool statement(const clang::Stmt *S);
  bool initialisers(const clang::CXXConstructorDecl &Constructor);
  bool reaches(const clang::Expr &Arg);
  bool computes(const clang::Expr &E);

  Work Result;
  /// A member that is as good as a local variable; null if there is none.
  const clang::FieldDecl *Assumed = nullptr;

private:
  bool declaration(const clang::Decl &D);
  bool loop(const clang::Stmt *Body);
  bool rangeFor(const clang::CXXForRangeStmt &S);

  // What E computes, without reading what it denotes.
  bool value(const clang::Expr &E);
  bool given(const clang::Expr *E) { return !E || value(*E); }
  bool evaluate(const clang::Expr &E);
  bool values(const clang::Stmt &E);
  bool cast(const clang::CastExpr &E);
  bool unary(const clang::UnaryOperator &E);
  bool construct(const clang::CXXConstructExpr &E);
  bool allocate(const clang::CXXNewExpr &E);
  bool call(const clang::CallExpr &E);
  bool memberOfLibrary(const clang::CallExpr &E,
                       const clang::CXXMethodDecl &Callee,
                       const clang::Expr &Object,
                       llvm::ArrayRef<const clang::Expr *> Args);
  bool functionOfLibrary(const clang::CallExpr &E,
                         const clang::FunctionDecl &Callee);
  bool projectFunction(const clang::FunctionDecl &Callee,
                       const clang::Expr *Object,
                       llvm::ArrayRef<const clang::Expr *> Args);
  bool argument(const clang::Expr &Arg, const clang::ParmVarDecl *Parameter,
                bool IsOfLibrary);
  bool arguments(llvm::ArrayRef<const clang::Expr *> Args,
                 const clang::FunctionDecl &Callee, bool IsOfLibrary);
  bool lambda(const clang::LambdaExpr &E);
  bool object(const clang::Expr &E, bool IsWritten);

  // That what E denotes, or leads to, is private or constant.
  bool place(const clang::Expr &E, bool IsWritten);
  bool variable(const clang::ValueDecl &D, const clang::DeclRefExpr &Ref,
                bool IsWritten);
  bool member(const clang::MemberExpr &E, bool IsWritten);
  bool pointee(const clang::Expr &E, bool IsWritten);
  bool pointeeOfVariable(const clang::ValueDecl &D, bool IsWritten);
  bool pointeeOfCall(const clang::CallExpr &E, bool IsWritten);

  bool noteOwn(const clang::FieldDecl &Field, bool IsWritten);
  bool noteLent(const clang::ParmVarDecl &P, bool IsWritten);
  void noteCost(Cost C) {
    Result.Allocations += C == Cost::Allocates ? 1 : 0;
    Result.Loops += C == Cost::Loops ? 1 : 0;
  }
  bool isOfFunction(const clang::ValueDecl &D) const;

  PrivateWork &Analysis;
  const LocalStorage &Locals;
  const clang::FunctionDecl &F;
  const bool IsCallee;
  const bool MayReturn;
  unsigned LoopDepth = 0;
  unsigned LambdaDepth = 0;
  llvm::SmallPtrSet<const clang::Expr *, 32> Evaluated;
  llvm::SmallPtrSet<const clang::ValueDecl *, 8> DeclaredHere;
  llvm::SmallPtrSet<const clang::ValueDecl *, 4> Visiting;
  /// Elements that an algorithm hands to a lambda.
  llvm::SmallPtrSet<const clang::ValueDecl *, 4> Elements;
};

} // namespace whet

#endif // WHET_ANALYSIS_WORKEXAMINER_H
