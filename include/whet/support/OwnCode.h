//===- OwnCode.h - Code that is not of system headers -----------*- C++ -*-===//
//
// What checks and analyses of function bodies have in common. A check is called
// for each body that is written in the project:
//
//   void registerMatchers(MatchFinder *Finder) { matchBodies(*Finder, *this); }
//   void check(const MatchFinder::MatchResult &Result) {
//     if (const FunctionDecl *F = matchedBody(Result)) ...
//
// An analysis goes over the unit by itself:
//
//   BodyVisitor Visitor;
//   traverseOwnCode(Context, Visitor);
//   for (const FunctionDecl *F : Visitor.Bodies) ...
//
// A body is that of a function or of a lambda, which is a function of its own;
// of a template, those of its instances.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_SUPPORT_OWNCODE_H
#define WHET_SUPPORT_OWNCODE_H

#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <vector>

namespace whet {

/// Has \p Callback called for functions and lambdas outside of system headers.
void matchBodies(clang::ast_matchers::MatchFinder &Finder,
                 clang::ast_matchers::MatchFinder::MatchCallback &Callback);

/// The function that matchBodies has found; null if it is a template itself, or
/// the compiler's.
const clang::FunctionDecl *
matchedBody(const clang::ast_matchers::MatchFinder::MatchResult &Result);

/// Has \p Visitor go over all declarations of the unit that are not in system
/// headers, or over those that the host restricts the unit to.
void traverseOwnCode(clang::ASTContext &Ctx,
                     clang::DynamicRecursiveASTVisitor &Visitor);

/// Collects bodies; a function comes before the lambdas in it.
class BodyVisitor : public clang::DynamicRecursiveASTVisitor {
public:
  BodyVisitor();

  bool VisitFunctionDecl(clang::FunctionDecl *D) override;
  bool VisitLambdaExpr(clang::LambdaExpr *E) override;

  std::vector<const clang::FunctionDecl *> Bodies;
};

/// Calls \p Callback for each block of \p F, outer ones first, and for none of
/// the lambdas in it. O(n).
void forEachBlock(
    const clang::FunctionDecl &F,
    llvm::function_ref<void(const clang::CompoundStmt &)> Callback);

} // namespace whet

#endif // WHET_SUPPORT_OWNCODE_H
