#include "PreamblePlan.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace whet;

/// What a byte of header costs, parsed in place being 1: as measured, loading
/// takes a tenth, and writing a precompiled header as much again.
static constexpr double LoadCost = 0.1;
static constexpr double BuildCost = 1.2;
/// Sets of headers that are tried as preambles, and preambles of one kind.
static constexpr size_t MaxSets = 64;
static constexpr size_t MaxPreambles = 12;

// --- Kinds of commands
// ---------------------------------------------------------------------

// Whether an argument, and the one behind it if it stands alone, is about what
// a unit does besides its language.
static bool hasFolderOrMacro(llvm::StringRef Argument, bool &TakesNext) {
  for (llvm::StringRef Option :
       {"-D", "-U", "-I", "-iquote", "-isystem", "-idirafter", "-include",
        "-imacros", "-o", "-MF", "-MT", "-MQ"})
    if (Argument.starts_with(Option)) {
      TakesNext = Argument == Option;
      return true;
    }
  TakesNext = false;
  return Argument.starts_with("-W") || Argument.starts_with("-M") ||
         Argument.starts_with("-g") || Argument == "-c" || Argument == "-w";
}

// The arguments that a preamble has to have in common with its units.
static std::string kindOf(const CompileUnit &Unit) {
  std::string Kind = llvm::StringRef(Unit.File).rsplit('.').second.str();
  for (size_t I = 0; I < Unit.Arguments.size(); ++I) {
    bool TakesNext = false;
    const std::string &Argument = Unit.Arguments[I];
    if (hasFolderOrMacro(Argument, TakesNext)) {
      I += TakesNext;
      continue;
    }
    bool IsMainFile = !llvm::StringRef(Argument).starts_with("-") &&
                      llvm::StringRef(Argument).ends_with(
                          llvm::StringRef(Unit.File).rsplit('/').second);
    if (!IsMainFile)
      Kind.append(1, '\0').append(Argument);
  }
  return Kind;
}

// --- Choosing
// ---------------------------------------------------------------------

namespace {
/// A set of headers, and what it is worth.
struct HeaderSet {
  llvm::BitVector Headers;
  double Bytes = 0;
};

/// Chooses preambles for units of one kind.
class KindPlanner {
public:
  KindPlanner(llvm::ArrayRef<const CompileUnit *> Units,
              llvm::ArrayRef<std::optional<IncludeScan>> Scans,
              std::vector<size_t> Members);

  void plan(PreamblePlan &Plan);

private:
  struct Root {
    SystemInclude Include;
    /// All that it includes, and itself.
    llvm::BitVector Closure;
  };

  size_t numberOf(llvm::StringRef Header);
  void readHeaders();
  void readRoots();
  void close(llvm::BitVector &Closure, size_t Header) const;
  std::vector<HeaderSet> candidates() const;
  HeaderSet coveredBy(const llvm::BitVector &Wanted) const;
  bool has(size_t Member, const HeaderSet &Set) const;
  double gain(const HeaderSet &Set) const;
  PreambleRequest request(const HeaderSet &Set) const;

  llvm::ArrayRef<const CompileUnit *> Units;
  llvm::ArrayRef<std::optional<IncludeScan>> Scans;
  std::vector<size_t> Members;
  llvm::StringMap<size_t> Numbers;
  std::vector<double> Sizes;
  std::vector<std::vector<size_t>> Includes;
  std::vector<Root> Roots;
  /// By member: its headers, and what its preamble spares it.
  std::vector<llvm::BitVector> HeadersOf;
  std::vector<double> Spared;
};
} // namespace

KindPlanner::KindPlanner(llvm::ArrayRef<const CompileUnit *> Units,
                         llvm::ArrayRef<std::optional<IncludeScan>> Scans,
                         std::vector<size_t> Members)
    : Units(Units), Scans(Scans), Members(std::move(Members)) {
  Spared.resize(this->Members.size());
  readHeaders();
  readRoots();
}

size_t KindPlanner::numberOf(llvm::StringRef Header) {
  auto [It, IsNew] = Numbers.try_emplace(Header, Numbers.size());
  if (IsNew) {
    Sizes.push_back(0);
    Includes.emplace_back();
  }
  return It->second;
}

void KindPlanner::readHeaders() {
  for (size_t Unit : Members)
    for (const auto &[File, Header] : Scans[Unit]->Headers) {
      size_t N = numberOf(File);
      Sizes[N] = static_cast<double>(Header.Size);
      for (const std::string &Included : Header.Includes) {
        size_t Inner = numberOf(Included);
        if (!llvm::is_contained(Includes[N], Inner))
          Includes[N].push_back(Inner);
      }
    }
  HeadersOf.reserve(Members.size());
  for (size_t Unit : Members) {
    llvm::BitVector Headers(Numbers.size());
    for (const auto &Entry : Scans[Unit]->Headers)
      Headers.set(static_cast<unsigned>(Numbers.lookup(Entry.first)));
    HeadersOf.push_back(std::move(Headers));
  }
}

void KindPlanner::close(llvm::BitVector &Closure, size_t Header) const {
  auto Bit = static_cast<unsigned>(Header);
  if (Closure.test(Bit))
    return;
  Closure.set(Bit);
  for (size_t Inner : Includes[Header])
    close(Closure, Inner);
}

// Others, such as tables in macros, are there to be read more than once.
static bool isHeaderName(llvm::StringRef Name) {
  return llvm::is_contained({"", ".h", ".hh", ".hpp", ".hxx"},
                            llvm::sys::path::extension(Name));
}

void KindPlanner::readRoots() {
  llvm::StringSet<> Known;
  for (size_t Unit : Members)
    for (const SystemInclude &Include : Scans[Unit]->Roots) {
      if (!isHeaderName(Include.Spelling) || !Known.insert(Include.File).second)
        continue;
      Root R{Include, llvm::BitVector(Numbers.size())};
      close(R.Closure, Numbers.lookup(Include.File));
      Roots.push_back(std::move(R));
    }
}

// What the roots that lie in \p Wanted as a whole make up.
HeaderSet KindPlanner::coveredBy(const llvm::BitVector &Wanted) const {
  HeaderSet Set{llvm::BitVector(Numbers.size())};
  for (const Root &R : Roots)
    if (R.Closure.subsetOf(Wanted))
      Set.Headers |= R.Closure;
  for (unsigned Header : Set.Headers.set_bits())
    Set.Bytes += Sizes[Header];
  return Set;
}

// What members have, and what each two of them have in common.
std::vector<HeaderSet> KindPlanner::candidates() const {
  std::vector<HeaderSet> Sets;
  auto Add = [&](const llvm::BitVector &Wanted) {
    HeaderSet Set = coveredBy(Wanted);
    bool IsKnown = llvm::any_of(Sets, [&](const HeaderSet &Other) {
      return Other.Headers == Set.Headers;
    });
    if (Set.Bytes > 0 && !IsKnown)
      Sets.push_back(std::move(Set));
  };
  for (const llvm::BitVector &Headers : HeadersOf)
    if (Sets.size() < MaxSets)
      Add(Headers);
  size_t Whole = Sets.size();
  for (size_t I = 0; I < Whole; ++I)
    for (size_t J = 0; J < I; ++J) {
      llvm::BitVector Common = Sets[I].Headers;
      Common &= Sets[J].Headers;
      Add(Common);
    }
  return Sets;
}

bool KindPlanner::has(size_t Member, const HeaderSet &Set) const {
  return Set.Headers.subsetOf(HeadersOf[Member]);
}

double KindPlanner::gain(const HeaderSet &Set) const {
  double Spares = (1 - LoadCost) * Set.Bytes;
  double Gain = -BuildCost * Set.Bytes;
  for (size_t Member = 0; Member < Members.size(); ++Member)
    if (Spares > Spared[Member] && has(Member, Set))
      Gain += Spares - Spared[Member];
  return Gain;
}

PreambleRequest KindPlanner::request(const HeaderSet &Set) const {
  PreambleRequest Request;
  bool IsFirst = true;
  for (size_t Member = 0; Member < Members.size(); ++Member) {
    if (!has(Member, Set))
      continue;
    const auto &Macros = Scans[Members[Member]]->CommandLineMacros;
    if (IsFirst) {
      Request.Like = *Units[Members[Member]];
      Request.Macros = Macros;
      IsFirst = false;
    }
    llvm::erase_if(Request.Macros, [&](const auto &Macro) {
      return !llvm::is_contained(Macros, Macro);
    });
  }
  for (const Root &R : Roots)
    if (R.Closure.subsetOf(Set.Headers)) {
      Request.Headers.push_back(R.Include.Spelling);
      if (!R.Include.IsGuarded)
        Request.Unguarded.push_back(R.Include.Spelling);
    }
  return Request;
}

void KindPlanner::plan(PreamblePlan &Plan) {
  std::vector<HeaderSet> Sets = candidates();
  std::vector<std::optional<size_t>> Chosen(Members.size());
  std::vector<HeaderSet> Preambles;
  while (Preambles.size() < MaxPreambles) {
    auto Best = Sets.end();
    double Most = 0;
    for (auto It = Sets.begin(); It != Sets.end(); ++It)
      if (double Gain = gain(*It); Gain > Most) {
        Most = Gain;
        Best = It;
      }
    if (Best == Sets.end())
      break;
    double Spares = (1 - LoadCost) * Best->Bytes;
    for (size_t Member = 0; Member < Members.size(); ++Member)
      if (Spares > Spared[Member] && has(Member, *Best)) {
        Spared[Member] = Spares;
        Chosen[Member] = Preambles.size();
      }
    Preambles.push_back(std::move(*Best));
    Sets.erase(Best);
  }
  size_t First = Plan.Requests.size();
  Plan.Requests.reserve(First + Preambles.size());
  for (const HeaderSet &Set : Preambles)
    Plan.Requests.push_back(request(Set));
  for (size_t Member = 0; Member < Members.size(); ++Member)
    if (Chosen[Member])
      Plan.Of[Members[Member]] = First + *Chosen[Member];
}

PreamblePlan
whet::planPreambles(llvm::ArrayRef<const CompileUnit *> Units,
                    llvm::ArrayRef<std::optional<IncludeScan>> Scans) {
  PreamblePlan Plan;
  Plan.Of.resize(Units.size());
  std::map<std::string, std::vector<size_t>> Kinds;
  for (size_t I = 0; I < Units.size(); ++I)
    if (Scans[I])
      Kinds[kindOf(*Units[I])].push_back(I);
  for (auto &[Kind, Members] : Kinds)
    if (Members.size() > 1)
      KindPlanner(Units, Scans, std::move(Members)).plan(Plan);
  return Plan;
}

bool whet::fits(const Preamble &P, const IncludeScan &Scan,
                const PreambleRequest &Request) {
  for (const auto &Entry : P.Headers)
    if (!Scan.Headers.count(Entry.first))
      return false;
  for (const std::string &Macro : Scan.Macros)
    if (P.Names.contains(Macro))
      return false;
  return llvm::all_of(Scan.CommandLineMacros, [&](const auto &Macro) {
    llvm::StringRef Name = llvm::StringRef(Macro.first).split('=').first;
    return llvm::is_contained(Request.Macros, Macro) ||
           !P.Names.contains(Name.split('(').first);
  });
}
