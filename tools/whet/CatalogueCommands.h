//===- CatalogueCommands.h - whet checks, whet explain ----------*- C++ -*-===//
#ifndef WHET_TOOLS_WHET_CATALOGUECOMMANDS_H
#define WHET_TOOLS_WHET_CATALOGUECOMMANDS_H

#include <string>

namespace whet {

/// Lists the checks: id, kind of fix, summary.
int runChecks(bool AsJson);

/// Prints the declaration and the page of one check.
int runExplain(const std::string &Id);

} // namespace whet

#endif // WHET_TOOLS_WHET_CATALOGUECOMMANDS_H
