//===- CompilerVerdicts.h - What the compiler did ---------------*- C++ -*-===//
//
// What LLVM's own pipeline makes of a unit at the flags of its compile command:
// which calls it inlines and which it does not, and which allocations it
// removes. The unit is compiled in process, up to machine code:
//
//   collectCompilerVerdicts(Unit, Paths, FS, Facts);     // of one unit
//   CompilerVerdicts Compiler(Facts);                    // after the join
//   if (const auto *A = Compiler.allocation("a.cpp", 6, 12))
//     if (!A->isRemoved()) ...                           // why: A->Reasons
//
// A call is known by its place in the source. An allocation is removed if none
// of the calls that the compiler made of it, wherever it inlined them, is left.
// Units may differ: what one of them keeps is kept.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_COMPILERVERDICTS_H
#define WHET_TOOLS_WHET_COMPILERVERDICTS_H

#include "UnitInvocation.h"
#include "whet/facts/Fact.h"
#include "whet/facts/ProjectPaths.h"
#include <set>
#include <vector>

namespace whet {

/// What is known of one place of the source.
struct CompilerPlace {
  static constexpr llvm::StringLiteral Kind = "compiler";

  /// The function that it is in, or that is defined there.
  std::string Function;
  /// "inlining call to f", "cannot inline g: ...".
  std::set<std::string> Calls;
  /// Of a function, by what it cost where it was inlined.
  std::set<int> Costs;
  bool IsRemoved = false;
  bool IsKept = false;
  /// Why it is kept.
  std::set<std::string> Reasons;

  void join(const CompilerPlace &Other);
  bool isAllocation() const { return IsRemoved || IsKept; }
  bool isRemoved() const { return IsRemoved && !IsKept; }
};

llvm::json::Value toJSON(const CompilerPlace &P);
bool fromJSON(const llvm::json::Value &V, CompilerPlace &P,
              llvm::json::Path Path);

/// Compiles \p Unit, whose files \p FS has, and adds what is to be said of the
/// project's places. Adds nothing if it does not compile: that is said of the
/// unit anyway.
void collectCompilerVerdicts(const CompileUnit &Unit, const ProjectPaths &Paths,
                             llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> FS,
                             FactBase &Facts);

/// What is to be said of one place.
struct CompilerLine {
  std::string File;
  unsigned Line = 0;
  unsigned Column = 0;
  std::string Function;
  std::string Text;
};

class CompilerVerdicts {
public:
  explicit CompilerVerdicts(FactBase &Facts);

  /// Null if the compiler saw no allocation there.
  const CompilerPlace *allocation(llvm::StringRef File, unsigned Line,
                                  unsigned Column) const;
  std::vector<CompilerLine> inlining() const;
  /// How many units were compiled at -O2 because their commands do not
  /// optimise.
  size_t unoptimisedUnits() const;

private:
  const std::map<std::string, CompilerPlace, std::less<>> &Places;
};

} // namespace whet

#endif // WHET_TOOLS_WHET_COMPILERVERDICTS_H
