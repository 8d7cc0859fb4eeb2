//===- ByValueParameters.h - Parameters that need no copy -------*- C++ -*-===//
//
// Parameters that take a value and would do with less: with a reference to
// const, since they are only read, or with a move, since their last use copies
// them into what stays:
//
//   ByValueParameters Parameters(IsTracked);
//   for (const ByValueParameter &P : Parameters.find(Context, Facts))
//     if (P.Best == ByValueParameter::Reference) ... P.Conditions ...
//
// The conditions say what has to hold in the whole program; the facts that they
// are about are added to the unit's.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_BYVALUEPARAMETERS_H
#define WHET_ANALYSIS_BYVALUEPARAMETERS_H

#include "whet/analysis/FunctionUses.h"
#include "whet/analysis/OutsideWrites.h"
#include "whet/analysis/ValueUses.h"
#include "whet/support/Edit.h"

namespace whet {

struct ByValueParameter {
  enum Remedy { Reference, Move };

  /// The function as it is written: its definition, or the root of a hierarchy.
  const clang::FunctionDecl *Function = nullptr;
  Remedy Best = Reference;
  unsigned Index = 0;
  /// The type, which in a template is that of some instantiation.
  clang::QualType Type;
  /// For Reference: all declarations in this unit.
  llvm::SmallVector<const clang::FunctionDecl *, 2> Declarations;
  /// For Reference: a call that copies, and a write that may change what a
  /// caller passes; invalid if there is none in this unit.
  clang::SourceLocation Copying;
  clang::SourceLocation Writing;
  /// For Move.
  ValueCopy LastCopy;
  std::vector<Condition> Conditions;

  /// The parameter as it is written.
  const clang::ParmVarDecl &declaration() const {
    return *Function->getParamDecl(Index);
  }
  /// Whether programs elsewhere are told of the function's type.
  bool isExported() const;
  /// What makes the remedy; nothing where it cannot be written.
  std::optional<Edits> edits() const;
};

class ByValueParameters {
public:
  /// Looks at parameters of types for which \p IsTracked says so.
  explicit ByValueParameters(
      llvm::function_ref<bool(clang::QualType)> IsTracked)
      : IsTracked(IsTracked) {}

  /// What there is in the unit, in source order, and adds to \p Facts what
  /// other units have to know. One walk over the unit, and one over each body
  /// with such a parameter.
  std::vector<ByValueParameter> find(clang::ASTContext &Ctx, FactBase &Facts);

private:
  void examine(const clang::FunctionDecl &F, FunctionUse &Use, unsigned I);
  void addReference(const clang::FunctionDecl &F, const FunctionUse &Use,
                    unsigned I);
  bool addAliasing(const FunctionUse &Use, ByValueParameter &P);
  const BodyIndex &indexOf(const clang::FunctionDecl &F);

  llvm::function_ref<bool(clang::QualType)> IsTracked;
  ContainerModels Models;
  OutsideWrites Writes;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<BodyIndex>>
      Indexes;
  std::vector<ByValueParameter> Found;
};

} // namespace whet

#endif // WHET_ANALYSIS_BYVALUEPARAMETERS_H
