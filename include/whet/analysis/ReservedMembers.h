//===- ReservedMembers.h - Members that somebody reserves -------*- C++ -*-===//
//
// A member whose room is made in one function may grow in another, in another
// file. Whoever sees growth only asks here:
//
//   noteReservedMember(Call, Models, Facts);   // for each call in the unit
//   F.Conditions.push_back(*neverReserved(*Field));
//
// Facts are kept per field, "reserved-member".
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_RESERVEDMEMBERS_H
#define WHET_ANALYSIS_RESERVEDMEMBERS_H

#include "whet/analysis/ContainerModels.h"
#include "whet/facts/Fact.h"
#include "whet/support/Condition.h"
#include "clang/AST/ExprCXX.h"

namespace whet {

/// Notes the member in which \p Call makes room, if it is resize of one, or
/// what \p Models call reserve.
void noteReservedMember(const clang::CXXMemberCallExpr &Call,
                        const ContainerModels &Models, FactBase &Facts);

/// The condition that no function of the program makes room in \p Field;
/// nothing if the field has no name that units share.
std::optional<Condition> neverReserved(const clang::FieldDecl &Field);

} // namespace whet

#endif // WHET_ANALYSIS_RESERVEDMEMBERS_H
