//===- FieldDependence.h - Fields that have to stay in order ----*- C++ -*-===//
//
// Fields are made in the order of their declaration and destroyed in the
// opposite one. Most programs cannot tell; these can:
//
//   struct Server {
//     std::string Name;                  // destroyed after
//     Guard Registered;                  // this one, which does something
//     size_t Length = Name.size();       // made after Name
//   };
//   for (const FieldDependence &D : fieldDependences(Server))
//     ... D.Earlier ... D.Later ...      // Name, Registered; Name, Length
//
// Two initialisers that both do something, such as to count, stay in order,
// too. What library types do is data: lib/analysis/FieldDependence.inc.
//
// What constructors that are written elsewhere do with fields is another
// question: this one is answered by the class alone, and so in each translation
// unit in the same way.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_FIELDDEPENDENCE_H
#define WHET_ANALYSIS_FIELDDEPENDENCE_H

#include "clang/AST/DeclCXX.h"
#include <vector>

namespace whet {

struct FieldDependence {
  const clang::FieldDecl *Earlier = nullptr;
  const clang::FieldDecl *Later = nullptr;
};

/// Whether somebody may notice when an object of type \p T is copied or
/// destroyed: it has a destructor, a copy, a move or a deleter of the project's
/// own, or it ends a thread, a lock, a file. What is not known, may be that.
bool hasObservableLifetime(clang::QualType T);

/// The pairs of fields of \p Record, which is complete, that have to stay in
/// order. O(n^2) in its fields, and in the size of their initialisers.
std::vector<FieldDependence>
fieldDependences(const clang::CXXRecordDecl &Record);

} // namespace whet

#endif // WHET_ANALYSIS_FIELDDEPENDENCE_H
