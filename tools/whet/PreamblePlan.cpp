#include "PreamblePlan.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace whet;

/// What a byte of header costs, parsed in place being 1: as measured, loading
/// takes a tenth, and writing a precompiled header as much again.
static constexpr double LoadCost = 0.1;
static constexpr double BuildCost = 1.2;
/// A byte of the project's headers, which use templates that those of the
/// system declare.
static constexpr double OwnHeaderWeight = 4;
/// Sets of headers that are tried as preambles, and preambles of one kind.
static constexpr size_t MaxSets = 64;
static constexpr size_t MaxPreambles = 12;

// --- Kinds of commands
// ---------------------------------------------------------------------

namespace {
/// What an argument is about.
enum class Topic { Language, Folder, Other };
} // namespace

// \p IsPair is set if the argument behind belongs to it.
static Topic topicOf(llvm::StringRef Argument, bool &IsPair) {
  auto IsOneOf = [&](std::initializer_list<llvm::StringRef> Options) {
    return llvm::any_of(Options, [&](llvm::StringRef Option) {
      IsPair = Argument == Option;
      return Argument.starts_with(Option);
    });
  };
  if (IsOneOf({"-I", "-iquote", "-isystem", "-idirafter"}))
    return Topic::Folder;
  if (IsOneOf({"-D", "-U", "-include", "-imacros", "-o", "-MF", "-MT", "-MQ"}))
    return Topic::Other;
  IsPair = false;
  return Argument.starts_with("-W") || Argument.starts_with("-M") ||
                 Argument.starts_with("-g") || Argument == "-c" ||
                 Argument == "-w"
             ? Topic::Other
             : Topic::Language;
}

// The arguments that a preamble has to have in common with its units, with
// folders if it is to hold headers of the project.
static std::string kindOf(const CompileUnit &Unit, bool HasOwnHeaders) {
  std::string Kind = llvm::StringRef(Unit.File).rsplit('.').second.str();
  if (HasOwnHeaders)
    Kind.append(1, '\0').append(Unit.Directory);
  std::vector<std::string> Arguments = Unit.Arguments;
  llvm::erase(Arguments, "-Xclang");
  for (size_t I = 0; I < Arguments.size(); ++I) {
    bool IsPair = false;
    const std::string &Argument = Arguments[I];
    Topic About = topicOf(Argument, IsPair);
    bool IsMainFile = !llvm::StringRef(Argument).starts_with("-") &&
                      llvm::StringRef(Argument).ends_with(
                          llvm::StringRef(Unit.File).rsplit('/').second);
    if (About == Topic::Language && !IsMainFile)
      Kind.append(1, '\0').append(Argument);
    if (About == Topic::Folder && HasOwnHeaders) {
      Kind.append(1, '\0').append(Argument);
      if (IsPair && I + 1 < Arguments.size())
        Kind.append(1, '\0').append(Arguments[I + 1]);
    }
    I += IsPair;
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
              std::vector<size_t> Members, bool HasOwnHeaders);

  void plan(PreamblePlan &Plan);

private:
  struct Root {
    IncludedHeader Include;
    bool IsSystem;
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
  const Root *rootOf(llvm::StringRef File) const;
  size_t typicalMember(const HeaderSet &Set) const;
  PreambleRequest request(const HeaderSet &Set) const;

  llvm::ArrayRef<const CompileUnit *> Units;
  llvm::ArrayRef<std::optional<IncludeScan>> Scans;
  std::vector<size_t> Members;
  bool HasOwnHeaders;
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
                         std::vector<size_t> Members, bool HasOwnHeaders)
    : Units(Units), Scans(Scans), Members(std::move(Members)),
      HasOwnHeaders(HasOwnHeaders) {
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
      Sizes[N] = static_cast<double>(Header.Size) *
                 (Header.IsSystem ? 1 : OwnHeaderWeight);
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

static bool isHeaderName(llvm::StringRef Name) {
  static const llvm::StringSet<> Extensions = {
#define HEADER_EXTENSION(TEXT) TEXT,
#include "Preamble.inc"
  };
  return Extensions.contains(llvm::sys::path::extension(Name));
}

void KindPlanner::readRoots() {
  llvm::StringSet<> Known;
  for (size_t Unit : Members)
    for (const IncludedHeader &Include : Scans[Unit]->Roots) {
      bool IsSystem = Scans[Unit]->Headers.at(Include.File).IsSystem;
      if (!isHeaderName(Include.Spelling) ||
          !(IsSystem || (HasOwnHeaders && Include.IsGuarded)) ||
          !Known.insert(Include.File).second)
        continue;
      Root R{Include, IsSystem, llvm::BitVector(Numbers.size())};
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

// What members have, what each two of them have in common, and what those that
// have a root have in common.
std::vector<HeaderSet> KindPlanner::candidates() const {
  std::vector<HeaderSet> Sets;
  llvm::DenseSet<llvm::BitVector> Known;
  auto Add = [&](const llvm::BitVector &Wanted) {
    HeaderSet Set = coveredBy(Wanted);
    if (Set.Bytes > 0 && Known.insert(Set.Headers).second)
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
  for (const Root &R : Roots) {
    llvm::BitVector Common(Numbers.size(), true);
    for (const llvm::BitVector &Headers : HeadersOf)
      if (R.Closure.subsetOf(Headers))
        Common &= Headers;
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

const KindPlanner::Root *KindPlanner::rootOf(llvm::StringRef File) const {
  auto It = llvm::find_if(
      Roots, [&](const Root &R) { return R.Include.File == File; });
  return It == Roots.end() ? nullptr : &*It;
}

// One that includes what is in \p Set in the order in which most do; units that
// come first, because they took long, may be odd ones.
size_t KindPlanner::typicalMember(const HeaderSet &Set) const {
  std::map<std::vector<size_t>, std::pair<size_t, size_t>> CountAndFirst;
  for (size_t Member = 0; Member < Members.size(); ++Member) {
    if (!has(Member, Set))
      continue;
    std::vector<size_t> Order;
    for (const IncludedHeader &Include : Scans[Members[Member]]->Roots)
      if (const Root *Known = rootOf(Include.File);
          Known && !Known->IsSystem && Known->Closure.subsetOf(Set.Headers))
        Order.push_back(Numbers.lookup(Include.File));
    ++CountAndFirst.try_emplace(std::move(Order), 0, Member)
          .first->second.first;
  }
  size_t Most = 0;
  size_t Typical = 0;
  for (const auto &[Order, Found] : CountAndFirst)
    if (Found.first > Most || (Found.first == Most && Found.second < Typical))
      std::tie(Most, Typical) = Found;
  return Typical;
}

PreambleRequest KindPlanner::request(const HeaderSet &Set) const {
  PreambleRequest Request;
  size_t Typical = Members[typicalMember(Set)];
  const IncludeScan *First = &*Scans[Typical];
  Request.Like = *Units[Typical];
  Request.Macros = First->CommandLineMacros;
  for (size_t Member = 0; Member < Members.size(); ++Member)
    if (has(Member, Set))
      llvm::erase_if(Request.Macros, [&](const auto &Macro) {
        return !llvm::is_contained(Scans[Members[Member]]->CommandLineMacros,
                                   Macro);
      });
  auto Add = [&](const IncludedHeader &Include) {
    Request.Headers.push_back(Include.Spelling);
    if (!Include.IsGuarded)
      Request.Unguarded.push_back(Include.Spelling);
  };
  // In the order of a unit that has them all; what is behind these is nested
  // in other headers there. The system's first: they mind no order, and what
  // the project's headers refer to is easily seen of what stands before.
  llvm::StringSet<> Added;
  for (bool IsSystem : {true, false}) {
    for (const IncludedHeader &Include : First->Roots) {
      const Root *Known = rootOf(Include.File);
      if (Known && First->Headers.at(Include.File).IsSystem == IsSystem &&
          Known->Closure.subsetOf(Set.Headers)) {
        Added.insert(Include.File);
        Add(Include);
      }
    }
    for (const Root &R : Roots)
      if (R.IsSystem == IsSystem && R.Closure.subsetOf(Set.Headers) &&
          !Added.contains(R.Include.File))
        Add(R.Include);
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
  // System headers for those that have too few in common with others.
  for (bool HasOwnHeaders : {true, false}) {
    std::map<std::string, std::vector<size_t>> Kinds;
    for (size_t I = 0; I < Units.size(); ++I)
      if (Scans[I] && !Plan.Of[I])
        Kinds[kindOf(*Units[I], HasOwnHeaders)].push_back(I);
    for (auto &[Kind, Members] : Kinds)
      if (Members.size() > 1)
        KindPlanner(Units, Scans, std::move(Members), HasOwnHeaders).plan(Plan);
  }
  return Plan;
}

// How many roots \p Scan's unit includes before it has all of \p P.
static size_t rootsBeforeEnd(const Preamble &P, const IncludeScan &Scan) {
  for (size_t I = Scan.Roots.size(); I > 0; --I)
    if (P.Headers.count(Scan.Roots[I - 1].File))
      return I;
  return 0;
}

bool whet::fits(const Preamble &P, const IncludeScan &Scan) {
  for (const auto &Entry : P.Headers)
    if (!Scan.Headers.count(Entry.first))
      return false;
  size_t End = rootsBeforeEnd(P, Scan);
  for (const IncludeScan::Macro &Macro : Scan.Macros)
    if (Macro.RootsBefore < End && P.Names.contains(Macro.Name) &&
        !P.Headers.count(Macro.File))
      return false;
  return llvm::all_of(Scan.CommandLineMacros, [&](const auto &Macro) {
    llvm::StringRef Name = llvm::StringRef(Macro.first).split('=').first;
    return llvm::is_contained(P.Macros, Macro) ||
           !P.Names.contains(Name.split('(').first);
  });
}
