//===- Escape.h - What outlives the function that makes it ------*- C++ -*-===//
//
// Escape analysis in the way of Go's compiler, for the functions of a unit and,
// once facts are joined, of a project:
//
//   Escape Unit(Context);
//   if (std::optional<EscapeAnswer> A = Unit.ask(Function, NewExpr))
//     if (!A->Escapes) ...                       // it could live on the stack
//
//   collectEscapes(Context, Facts);              // for `whet escape`
//   EscapeReport Report(Facts);                  // after the join
//   for (const FunctionEscapes &F : Report.functions()) ...
//
// Facts are flow graphs, kind "escape", of all functions that are not a system
// header's; the fixpoint over them is a report's work, so facts of one function
// are equal wherever its body is seen, and functions of which there are
// different ones are taken for unknown. See FlowGraph.h for the model and
// FlowSolver.h for what it proves.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_ESCAPE_H
#define WHET_ANALYSIS_ESCAPE_H

#include "whet/analysis/FlowSolver.h"
#include "whet/facts/Fact.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"
#include <memory>

namespace whet {

/// What a unit says of one allocation.
struct EscapeAnswer {
  bool Escapes = true;
  /// Variables that may hold its address, without temporaries.
  llvm::SmallVector<const clang::VarDecl *, 2> Holders;
};

class Escape {
public:
  explicit Escape(clang::ASTContext &Ctx);
  ~Escape();

  /// Whether what \p Allocation in the body of \p F allocates outlives the
  /// call or its iteration; nothing if it is no allocation. Reads \p F and what
  /// it calls, each once per unit.
  std::optional<EscapeAnswer> ask(const clang::FunctionDecl &F,
                                  const clang::Expr &Allocation);

private:
  std::unique_ptr<class EscapeUnit> Impl;
};

/// Adds the flow graphs of the unit's functions, with names and places.
void collectEscapes(clang::ASTContext &Ctx, FactBase &Facts);

/// A function of a project with what is known of it.
struct FunctionEscapes {
  /// Its number in the solver.
  unsigned Number = 0;
  std::string Key;
};

/// All that is known of a project's functions.
class EscapeReport {
public:
  /// Solves all graphs of \p Facts. Linear in them, for usual programs.
  explicit EscapeReport(FactBase &Facts);

  /// By file, line and column.
  llvm::ArrayRef<FunctionEscapes> functions() const { return Functions; }
  FlowSolver &solver() { return Solver; }

private:
  FlowSolver Solver;
  std::vector<FunctionEscapes> Functions;
};

} // namespace whet

#endif // WHET_ANALYSIS_ESCAPE_H
