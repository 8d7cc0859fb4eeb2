//===- MapReduceCommands.h - whet map, whet reduce --------------*- C++ -*-===//
//
// The two halves of `whet check`, for build systems and for machines that share
// the work: `map` writes a shard per unit, `reduce` joins shards from wherever
// they come and reports what `whet check` would.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_MAPREDUCECOMMANDS_H
#define WHET_TOOLS_WHET_MAPREDUCECOMMANDS_H

#include "CheckCommand.h"

namespace whet {

struct MapOptions {
  ProjectOptions Project;
  /// A folder for shards, or the file for the shard of the only unit.
  std::string Output;
  /// Print shards for people to read instead.
  bool Dump = false;
};

int runMap(const MapOptions &Options);

struct ReduceOptions {
  CheckOptions Check;
  /// Shards, or folders of them.
  std::vector<std::string> Shards;
  /// Where the project lies here; empty for the repository around the working
  /// directory.
  std::string Root;
};

int runReduce(const ReduceOptions &Options);

} // namespace whet

#endif // WHET_TOOLS_WHET_MAPREDUCECOMMANDS_H
