//===- CallEffects.h - What calls do besides computing ----------*- C++ -*-===//
//
// Whether a call sleeps, waits for another thread, or does I/O, by itself or
// through what it calls, in whatever file:
//
//   CallEffects Effects(Locks, "");
//   Effects.collect(Context);                        // one walk over the unit
//   if (std::optional<BlockingOp> Op = Effects.blocking(Call, F)) ...
//   Effects.publish(Facts);
//   F.Conditions = {callBlocks(Key, BlockingKind::Sleep, Objects)};
//
// Functions that block are data (lib/analysis/BlockingCalls.inc); what calls
// them is found bottom-up over the call graph, as facts, "call-effects", once
// those of all units are joined. Each fact keeps the shortest chain of calls
// that proves it.
//
// What a function does only on some of its branches is no effect of it: whether
// a caller's arguments lead there is not known. A wait for another thread is
// one if nothing of the caller's decides on the branch, as in `if (IsRunning)
// Thread.join();`, and there is but one such branch on the way to it.
//
// What a function waits for or writes to is part of its effect, as its caller
// may know it: an object of its own, a parameter, something global, or nothing
// that anyone else could have. Where that is not known there is no effect. Nor
// is there one of virtual functions and pointers to functions, of what runs
// while a lock of the caller is released, and of what happens only before the
// program ends or an exception is thrown.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_CALLEFFECTS_H
#define WHET_ANALYSIS_CALLEFFECTS_H

#include "whet/analysis/LockRegions.h"
#include "whet/facts/Fact.h"
#include "whet/support/Condition.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"
#include <map>
#include <optional>
#include <string>

namespace whet {

/// From what is worst to hold a lock for to what is least.
enum class BlockingKind {
  Sleep,
  Wait,
  Process,
  /// What the user says blocks.
  Named,
  Network,
  Disk,
  File,
  Terminal
};

inline constexpr BlockingKind BlockingKinds[] = {
    BlockingKind::Sleep, BlockingKind::Wait,    BlockingKind::Process,
    BlockingKind::Named, BlockingKind::Network, BlockingKind::Disk,
    BlockingKind::File,  BlockingKind::Terminal};

/// "sleeps", "waits for another thread", "reads or writes a file", ...
llvm::StringRef inWords(BlockingKind Kind);

/// Whether it is about an object that a lock may be there to guard.
inline bool isInputOrOutput(BlockingKind Kind) {
  return Kind >= BlockingKind::Network;
}

/// What is waited for or written to, as a function sees it.
class BlockingObject {
public:
  /// Nothing that anyone else could have.
  static BlockingObject fresh() { return BlockingObject(0); }
  /// A part of `*this`.
  static BlockingObject own() { return BlockingObject(1); }
  static BlockingObject global() { return BlockingObject(2); }
  static BlockingObject parameter(unsigned Index) {
    return BlockingObject(Index + 3);
  }
  static BlockingObject fromCode(unsigned Code) { return BlockingObject(Code); }

  unsigned code() const { return Code; }
  bool isFresh() const { return Code == 0; }
  bool isOwn() const { return Code == 1; }
  bool isGlobal() const { return Code == 2; }
  std::optional<unsigned> parameterIndex() const {
    return Code < 3 ? std::nullopt : std::optional(Code - 3);
  }

private:
  explicit BlockingObject(unsigned Code) : Code(Code) {}
  unsigned Code;
};

/// One thing that a call of a known function does.
struct BlockingOp {
  BlockingKind Kind;
  /// Such as "sleep_for", or "std::ifstream".
  std::string Name;
  BlockingObject Object;
  /// What it waits for or writes to; null if it is no expression.
  const clang::Expr *ObjectExpr = nullptr;
};

/// What the objects of a callee are to its caller; those left out are unknown.
using ObjectMap = std::map<unsigned, unsigned>;

class CallEffects {
public:
  /// \p Named are more functions that block, "ns::f;Class::g", beside those of
  /// ProjectLocks.
  CallEffects(LockModels &Locks, llvm::StringRef Named);
  ~CallEffects();

  /// Walks all functions of the unit that are not in system headers, with the
  /// instantiations of templates. O(n) in their size.
  void collect(clang::ASTContext &Ctx);

  /// What \p E, a call or a construction in \p F, does by itself; nothing if it
  /// is no known function, or returns at once.
  std::optional<BlockingOp> blocking(const clang::Expr &E,
                                     const clang::FunctionDecl &F) const;

  /// Whether \p S, in a function that was collected, is only reached before the
  /// program ends or an exception is thrown.
  bool isCold(const clang::Stmt &S) const { return Cold.contains(&S); }

  /// What the objects of the callee of \p E are to \p F.
  ObjectMap objects(const clang::Expr &E, const clang::FunctionDecl &F) const;

  /// The function that \p E calls, if there can be only one; null for virtual
  /// functions, pointers, and functions of system headers.
  static const clang::FunctionDecl *projectCallee(const clang::Expr &E);

  /// Whether \p F, and all that it calls, is at hand, and on no branch calls
  /// anything of which it is not known that it does not block.
  bool isKnownHarmless(const clang::FunctionDecl &F) const {
    return Harmless.contains(F.getCanonicalDecl());
  }

  /// Whether the body of \p F, of this unit, or of one that it calls, loops.
  bool hasLoop(const clang::FunctionDecl &F) const {
    return Looping.contains(F.getCanonicalDecl());
  }

  /// Adds all that was collected to \p Facts.
  void publish(FactBase &Facts) const;

private:
  friend class EffectCollector;
  struct Call {
    ObjectMap Objects;
    const clang::FunctionDecl *Callee;
    clang::SourceLocation Where;
    bool IsBranch = false;
  };
  struct Summary {
    /// By kind and object's code.
    std::map<std::pair<unsigned, unsigned>,
             std::pair<clang::SourceLocation, std::string>>
        Ops;
    std::vector<Call> Calls;
    /// Those on some branches only.
    std::vector<const clang::FunctionDecl *> MayCall;
    /// Whether it may block on some branch, or calls what is not known.
    bool MayDoAnything = false;
  };

  /// What is assigned to a local variable.
  using Sources = llvm::SmallVector<const clang::Expr *, 1>;

  std::optional<BlockingObject> objectOf(const clang::Expr &E,
                                         const clang::FunctionDecl &F,
                                         unsigned Depth = 0) const;
  void summarise(const clang::FunctionDecl &F);
  void settleHarmless();
  void settleLooping();

  LockModels &Locks;
  llvm::StringSet<> Named;
  llvm::MapVector<const clang::FunctionDecl *, Summary> Functions;
  llvm::DenseMap<const clang::VarDecl *, Sources> Assigned;
  /// What a call's result is assigned to.
  llvm::DenseMap<const clang::Expr *, const clang::Expr *> OpenedInto;
  /// What members are initialised by.
  llvm::DenseSet<const clang::Expr *> OwnInits;
  llvm::DenseSet<const clang::Stmt *> Cold;
  /// On some branches only.
  llvm::DenseSet<const clang::Stmt *> Conditional;
  /// Of these, those that arguments may lead to, or that are left to last.
  llvm::DenseSet<const clang::Stmt *> Undecided;
  llvm::DenseSet<const clang::FunctionDecl *> Harmless;
  llvm::DenseSet<const clang::FunctionDecl *> Looping;
};

/// The calls and constructions that the body of \p F itself executes, and the
/// initialisers that it writes; none of a coroutine, which is resumed with who
/// knows what held.
std::vector<const clang::Expr *> ownCalls(const clang::FunctionDecl &F);

/// The condition that \p Kind is the worst that a call of the function \p Key
/// does with one of the objects whose codes' bits are set in \p Objects, or
/// without any. It brings the chain of calls along.
Condition callBlocks(std::string Key, BlockingKind Kind, uint64_t Objects);

} // namespace whet

#endif // WHET_ANALYSIS_CALLEFFECTS_H
