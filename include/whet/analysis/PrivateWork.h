//===- PrivateWork.h - Work that no other thread can see --------*- C++ -*-===//
//
// Whether a statement works on nothing but what its own thread can reach: local
// variables whose address nobody has, temporaries, constants. Such work is the
// same before a lock is taken, under it, and after it is given back:
//
//   PrivateWork Private(Facts);
//   Private.enter(F);
//   PrivateWork::Run First = Private.first(Statements);
//   ... First.Length, First.Does.Loops, First.Does.conditions() ...
//   Private.publish(Context, Facts);
//
// Everything is taken to be shared unless it is proven not to be: members,
// unless no function writes them, globals, unless they are const, and what
// pointers, references, views and iterators lead to, unless all that they are
// assigned leads to something private. What parameters refer to belongs to the
// caller, and is named as such (Work::Lent). Atomics, locks, clocks, I/O, throw
// and whatever is not known here are not private.
//
// The standard library's classes and functions that work on what they are given
// are data (lib/analysis/PrivateWork.inc). Functions of the project are looked
// into; those of other files are facts, "private-work", one for each function
// with external linkage that a unit's main file defines.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_PRIVATEWORK_H
#define WHET_ANALYSIS_PRIVATEWORK_H

#include "whet/analysis/LocalStorage.h"
#include "whet/facts/Fact.h"
#include "whet/support/Condition.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace whet {

/// What some private work costs, and what it rests on.
struct Work {
  /// Expressions that allocate, in the text.
  unsigned Allocations = 0;
  /// Loops, and algorithms that loop.
  unsigned Loops = 0;
  /// Functions of other files that have to be private, too, and whether they
  /// are called on `*this`.
  std::set<std::pair<const clang::FunctionDecl *, bool>> Rests;
  /// Members of `*this` that are read: no function may write them.
  llvm::SmallSetVector<const clang::FieldDecl *, 4> OwnReads;
  /// Parameters of which what they refer or point to is used.
  llvm::SmallSetVector<const clang::ParmVarDecl *, 4> Lent;
  /// Those of them of which it may be written.
  llvm::SmallSetVector<const clang::ParmVarDecl *, 4> LentWrites;
  /// Whether `*this` may be written, or is used as a whole.
  bool WritesOwn = false;

  bool isCostly() const { return Allocations > 0 || Loops > 0; }
  void join(const Work &Other);

  /// That what it rests on is so; nothing if it rests on what has no name.
  std::optional<std::vector<Condition>> conditions() const;
};

class PrivateWork {
public:
  /// \p Own are the facts of this unit, with those of GuardedState.
  explicit PrivateWork(const FactBase &Own);
  ~PrivateWork();

  /// Makes \p F the function whose statements are examined. O(n) in its size.
  void enter(const clang::FunctionDecl &F);

  /// Statements in a row that are private.
  struct Run {
    size_t Length = 0;
    Work Does;
  };

  /// The most of \p Statements that are private, from the first on; none of
  /// them returns. O(n) in their size and in that of what they call.
  Run first(llvm::ArrayRef<const clang::Stmt *> Statements);

  /// The same, from the last one backwards; with \p MayReturn, they may.
  Run last(llvm::ArrayRef<const clang::Stmt *> Statements, bool MayReturn);

  /// What it takes to compute \p E, an expression of the function, if that and
  /// the value, or what it denotes, are private; nothing if they are not.
  std::optional<Work> computing(const clang::Expr &E);

  /// What \p S does, if that is private but for \p Own, a member of `*this`;
  /// nothing if it is not.
  std::optional<Work> workingOn(const clang::Stmt &S,
                                const clang::FieldDecl &Own);

  /// What \p Arg, an expression of the function, refers or points to, if that
  /// is private as long as nobody writes it; nothing if it is not.
  std::optional<Work> reachedBy(const clang::Expr &Arg);

  /// Whether a \p T is all in one place, or owns what it has alone, and whether
  /// what it does when it is copied or destroyed is known. Cached by class.
  bool isValue(clang::QualType T);

  /// Adds what the main file's functions do to \p Facts.
  void publish(clang::ASTContext &Ctx, FactBase &Facts);

private:
  friend class WorkExaminer;
  std::optional<Work> ofFunction(const clang::FunctionDecl &F);
  bool isValueRecord(const clang::CXXRecordDecl &Record);
  /// Whether this unit itself writes \p Field, or has no facts of it.
  bool isWrittenHere(const clang::FieldDecl &Field);

  const FactBase &Own;
  llvm::DenseMap<const clang::FieldDecl *, bool> Written;
  const clang::FunctionDecl *Function = nullptr;
  std::unique_ptr<LocalStorage> Locals;
  llvm::DenseMap<const clang::CXXRecordDecl *, bool> Values;
  llvm::DenseMap<const clang::FunctionDecl *, std::optional<Work>> Known;
};

/// The condition that the function of \p Key works privately but for its
/// arguments and, without \p OnThis, its object.
Condition worksPrivately(std::string Key, bool OnThis);

/// The condition that the function of \p Key allocates or loops.
Condition worksHard(std::string Key);

} // namespace whet

#endif // WHET_ANALYSIS_PRIVATEWORK_H
