//===- LayoutHtml.h - Records as a page -------------------------*- C++ -*-===//
//
// One page, complete in itself and without scripts: each record's bytes to
// scale, eight in a row, as they are beside as they could be.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_LAYOUTHTML_H
#define WHET_TOOLS_WHET_LAYOUTHTML_H

#include "whet/analysis/RecordFacts.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace whet {

void printRecordPage(llvm::raw_ostream &OS,
                     llvm::ArrayRef<KnownRecord> Records);

} // namespace whet

#endif // WHET_TOOLS_WHET_LAYOUTHTML_H
