//===- RecordUses.h - Who relies on the order of fields ---------*- C++ -*-===//
//
// What has to be known of all translation units before fields change places:
// whether somebody reads the bytes of a record, or names its fields by their
// position; and whether there are many of it, so that a byte saved is many.
//
//   FactBase Facts;
//   auto Positional = collectRecordUses(Context, Facts);   // one walk
//   publish(Facts);
//   F.Conditions = {orderIsFree(Record), thereAreMany(Record, false),
//                   noSourceFollows(Record)};
//
// Who relies on the bytes of an object relies on those of its bases and fields:
// that is solved once all units are joined. What is relied on:
//
//   offsetof(Header, Length)                    // Offset
//   static_assert(sizeof(Header) == 8)          // Size
//   write(Socket, &H, sizeof(H))                // Bytes
//   reinterpret_cast<Header *>(Buffer)          // Reinterpreted
//   union { Header H; char Raw[8]; }            // Punned
//   extern "C" void handle(Header *)            // ForeignLanguage
//   asm("..." : : "r"(&H))                      // Assembly
//   (Device *)0x4000                            // FixedAddress
//   auto operator<=>(...) const = default       // Compared
//   (&H.First)[1]                               // Neighbour
//
// and, by the source only, which a fix would have to change along:
//
//   Headers.emplace_back(1, 2)                  // Built, of an aggregate
//   pfr::for_each_field(H, ...)                 // Library
//
// Lists, structured bindings and constructors may follow: PositionOrder.h and
// ConstructorOrder.h. Where they are is known, so that it can be seen that all
// of them did.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_ANALYSIS_RECORDUSES_H
#define WHET_ANALYSIS_RECORDUSES_H

#include "whet/analysis/PositionOrder.h"
#include "whet/facts/Fact.h"
#include "whet/facts/PlaceSet.h"
#include "whet/facts/ReportedFinding.h"
#include "whet/support/Condition.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace whet {

/// The key of \p Record in facts, with the file that defines it: two programs
/// of a project may each have a record of that name. In a unit that has no
/// definition, the name alone. Nothing if it has no name that others could
/// know.
std::optional<std::string> recordKey(const clang::CXXRecordDecl &Record);

/// By the definition of the record.
using PositionalUses =
    llvm::DenseMap<const clang::CXXRecordDecl *, std::vector<PositionalUse>>;

/// Adds what the unit does with records that are not of system headers, and
/// returns where it names fields by their position. O(n) in what is not of
/// system headers.
PositionalUses collectRecordUses(clang::ASTContext &Ctx, FactBase &Facts);

/// Where all units have lists, bindings and constructors that have to follow
/// the fields of what has the key \p Record; null if there are none.
const PlaceSet *followersOf(llvm::StringRef Record, const FactBase &Facts);

/// Whether \p C is a definition whose initialisers may have to follow.
bool initialisesFields(const clang::CXXConstructorDecl &C);

/// That nobody relies on the bytes of what has the key \p Record.
Condition orderIsFree(llvm::StringRef Record);

/// That there may be many objects of \p Record; the note says where. If what
/// one of them saves is swallowed by the allocator, only those count that are
/// parts of arrays, containers and other records.
Condition thereAreMany(llvm::StringRef Record, bool IsSwallowed);

/// On the fix: that no source names fields by position; the note says where one
/// does.
Condition noSourceFollows(llvm::StringRef Record);

/// One who relies on the order, in words: "its size is compared here".
struct RecordReliance {
  SourcePosition Where;
  std::string What;
  /// Only the source names fields by position, which could be changed along.
  bool IsOfSourceOnly = false;

  auto operator<=>(const RecordReliance &) const = default;
};

/// Who relies on the order of what has the key \p Record: the first place of
/// each way to do so, those that forbid another order before those that a fix
/// would have to change along. Of facts that are solved.
std::vector<RecordReliance> relianceOn(const FactBase &Facts,
                                       llvm::StringRef Record);

/// How many objects there are of a record.
struct RecordInstances {
  struct Array {
    SourcePosition Where;
    uint64_t Elements = 0;

    auto operator<=>(const Array &) const = default;
  };

  /// Arrays whose bounds are constants; one that is a field is in each object
  /// of its class.
  std::vector<Array> Arrays;
  /// Why there may be many more; nothing where nothing says so.
  std::optional<RecordReliance> Many;

  /// Elements of all arrays, of each once.
  uint64_t known() const;
};

/// Of facts that are solved.
RecordInstances instancesOf(const FactBase &Facts, llvm::StringRef Record);

} // namespace whet

#endif // WHET_ANALYSIS_RECORDUSES_H
