//===- Fact.h - What one translation unit knows -----------------*- C++ -*-===//
//
// A fact is what one translation unit knows of an entity and another may need:
// "this member is reserved", "callers pass at most 4". Facts of one kind are a
// type, owned by the analysis that computes them and hidden behind its API:
//
//   struct ReservedMember {
//     static constexpr llvm::StringLiteral Kind = "reserved-member";
//     void join(const ReservedMember &Other);
//   };
//   llvm::json::Value toJSON(const ReservedMember &);
//   bool fromJSON(const llvm::json::Value &, ReservedMember &, json::Path);
//   static const RegisterFact<ReservedMember> X;
//
//   Facts.add(Key, ReservedMember());
//   if (const auto *R = Facts.find<ReservedMember>(Key)) ...
//
// Invariants: `join` is commutative, associative and idempotent, so neither the
// order of units nor their number nor duplicates change the result; what is
// counted is therefore kept as a set of places. Facts that depend on facts of
// other entities are settled by a solver once all are joined; it is monotone on
// a lattice of finite height, so its fixpoint is the same from any order.
//
//===----------------------------------------------------------------------===//
#ifndef WHET_FACTS_FACT_H
#define WHET_FACTS_FACT_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <concepts>
#include <map>
#include <memory>
#include <string>

namespace whet {

class FactBase;

template <typename T>
concept Fact = requires(T &Mutable, const T &Other, const llvm::json::Value &V,
                        llvm::json::Path P) {
  { T::Kind } -> std::convertible_to<llvm::StringRef>;
  { Mutable.join(Other) };
  { toJSON(Other) } -> std::convertible_to<llvm::json::Value>;
  { fromJSON(V, Mutable, P) } -> std::same_as<bool>;
};

/// All facts of one kind, without their type.
class FactTable {
public:
  virtual ~FactTable();
  virtual void join(const FactTable &Other) = 0;
  /// Calls \p See with each fact, in the order of keys.
  virtual void forEach(
      llvm::function_ref<void(llvm::StringRef Key, llvm::json::Value Fact)> See)
      const = 0;
  virtual bool read(const llvm::json::Value &V, llvm::json::Path P) = 0;
  virtual bool empty() const = 0;
};

template <Fact T> class TypedFactTable : public FactTable {
public:
  std::map<std::string, T, std::less<>> Facts;

  void join(const FactTable &Other) override {
    for (const auto &[Key, F] :
         static_cast<const TypedFactTable &>(Other).Facts)
      add(Key, F);
  }

  void add(llvm::StringRef Key, const T &F) {
    auto [It, IsNew] = Facts.try_emplace(Key.str(), F);
    if (!IsNew)
      It->second.join(F);
  }

  void forEach(
      llvm::function_ref<void(llvm::StringRef Key, llvm::json::Value Fact)> See)
      const override {
    for (const auto &[Key, F] : Facts)
      See(Key, toJSON(F));
  }

  bool read(const llvm::json::Value &V, llvm::json::Path P) override {
    const llvm::json::Object *O = V.getAsObject();
    if (!O) {
      P.report("expected an object of facts by entity");
      return false;
    }
    for (const auto &[Key, Encoded] : *O) {
      T F;
      if (!fromJSON(Encoded, F, P.field(Key)))
        return false;
      add(Key, F);
    }
    return true;
  }

  bool empty() const override { return Facts.empty(); }
};

/// What the registry knows of one kind.
struct FactKind {
  std::unique_ptr<FactTable> (*MakeTable)();
  /// Settles facts that depend on one another; null if there are none.
  void (*Solve)(FactBase &);
};

void registerFact(llvm::StringRef Kind, FactKind K);

template <Fact T> struct RegisterFact {
  explicit RegisterFact(void (*Solve)(FactBase &) = nullptr) {
    registerFact(T::Kind, {[]() -> std::unique_ptr<FactTable> {
                             return std::make_unique<TypedFactTable<T>>();
                           },
                           Solve});
  }
};

/// The facts of one unit, or of many, joined.
class FactBase {
public:
  FactBase();
  ~FactBase();
  FactBase(FactBase &&) noexcept;
  FactBase &operator=(FactBase &&) noexcept;

  /// Joins \p F to what is known of \p Key. O(log n).
  template <Fact T> void add(llvm::StringRef Key, const T &F) {
    table<T>().add(Key, F);
  }

  /// What is known of \p Key; null if nothing is. O(log n).
  template <Fact T> const T *find(llvm::StringRef Key) const {
    const FactTable *Table = findTable(T::Kind);
    if (!Table)
      return nullptr;
    const auto &Facts = static_cast<const TypedFactTable<T> *>(Table)->Facts;
    auto It = Facts.find(Key);
    return It == Facts.end() ? nullptr : &It->second;
  }

  /// All facts of one kind, for its solver.
  template <Fact T> TypedFactTable<T> &table() {
    return static_cast<TypedFactTable<T> &>(makeTable(T::Kind));
  }

  void join(const FactBase &Other);

  /// Runs all solvers, in the order of their kinds' names. Idempotent.
  void solve();

  /// Whether facts of some unit are missing, because it failed: what nobody
  /// says may then be true all the same.
  bool isComplete() const { return IsComplete; }
  void setIncomplete() { IsComplete = false; }

  /// Whether all units of the project were asked for. If not, what is seen
  /// elsewhere may have uses that are not known.
  bool isWhole() const { return IsWhole; }
  void setPart() { IsWhole = false; }

  bool empty() const;

  /// {"kind": {"entity": fact, ...}, ...}; kinds without facts are left out.
  llvm::json::Value write() const;
  /// The same in pieces, a fact each, in the order of kinds and keys.
  void
  forEach(llvm::function_ref<void(const llvm::json::Value &Piece)> See) const;
  /// Joins what \p V says. Kinds that this build does not know are an error.
  bool read(const llvm::json::Value &V, llvm::json::Path P);

private:
  const FactTable *findTable(llvm::StringRef Kind) const;
  FactTable &makeTable(llvm::StringRef Kind);

  std::map<std::string, std::unique_ptr<FactTable>, std::less<>> Tables;
  bool IsComplete = true;
  bool IsWhole = true;
};

} // namespace whet

#endif // WHET_FACTS_FACT_H
