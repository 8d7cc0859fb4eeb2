#include "whet/facts/Fact.h"
#include "llvm/Support/ErrorHandling.h"

using namespace whet;

// A function's static: it exists before the first kind registers.
static std::map<std::string, FactKind, std::less<>> &kinds() {
  static std::map<std::string, FactKind, std::less<>> Kinds;
  return Kinds;
}

void whet::registerFact(llvm::StringRef Kind, FactKind K) {
  kinds().try_emplace(Kind.str(), K);
}

FactTable::~FactTable() = default;

FactBase::FactBase() = default;
FactBase::~FactBase() = default;
FactBase::FactBase(FactBase &&) noexcept = default;
FactBase &FactBase::operator=(FactBase &&) noexcept = default;

const FactTable *FactBase::findTable(llvm::StringRef Kind) const {
  auto It = Tables.find(Kind);
  return It == Tables.end() ? nullptr : It->second.get();
}

FactTable &FactBase::makeTable(llvm::StringRef Kind) {
  std::unique_ptr<FactTable> &Table = Tables[Kind.str()];
  if (!Table) {
    auto Known = kinds().find(Kind);
    if (Known == kinds().end())
      llvm::report_fatal_error("facts of a kind that is not registered");
    Table = Known->second.MakeTable();
  }
  return *Table;
}

void FactBase::join(const FactBase &Other) {
  for (const auto &[Kind, Table] : Other.Tables)
    makeTable(Kind).join(*Table);
  IsComplete &= Other.IsComplete;
  IsWhole &= Other.IsWhole;
}

void FactBase::solve() {
  for (const auto &[Name, Kind] : kinds())
    if (Kind.Solve)
      Kind.Solve(*this);
}

bool FactBase::empty() const {
  return llvm::all_of(Tables,
                      [](const auto &Entry) { return Entry.second->empty(); });
}

llvm::json::Value FactBase::write() const {
  llvm::json::Object O;
  for (const auto &[Kind, Table] : Tables) {
    llvm::json::Object Facts;
    Table->forEach([&](llvm::StringRef Key, llvm::json::Value Fact) {
      Facts[Key] = std::move(Fact);
    });
    if (!Facts.empty())
      O[Kind] = std::move(Facts);
  }
  return O;
}

void FactBase::forEach(
    llvm::function_ref<void(const llvm::json::Value &Piece)> See) const {
  for (const auto &[Kind, Table] : Tables)
    Table->forEach([&](llvm::StringRef Key, llvm::json::Value Fact) {
      See(llvm::json::Object{
          {Kind, llvm::json::Object{{Key, std::move(Fact)}}}});
    });
}

bool FactBase::read(const llvm::json::Value &V, llvm::json::Path P) {
  const llvm::json::Object *O = V.getAsObject();
  if (!O) {
    P.report("expected an object of kinds of facts");
    return false;
  }
  for (const auto &[Kind, Facts] : *O) {
    if (!kinds().count(Kind.str())) {
      P.field(Kind).report("this build does not know facts of this kind");
      return false;
    }
    if (!makeTable(Kind.str()).read(Facts, P.field(Kind)))
      return false;
  }
  return true;
}
