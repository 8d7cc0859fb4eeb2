#include "whet/analysis/FieldOrder.h"
#include "whet/analysis/FieldDependence.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>
#include <tuple>

using namespace whet;
using namespace clang;

/// Orders that are compared to prove that none is smaller, where clang lays
/// each out or some fields have to stay in order.
static constexpr uint64_t MaxOrders = 5040;
/// Choices of fields, by their kinds, whose least sizes are found out.
static constexpr size_t MaxChoices = 20000;
/// From here on, pairs of moves are not tried.
static constexpr size_t MaxForPairs = 12;
/// Fields that are laid out to try all single moves.
static constexpr size_t MaxTrials = 20000;

namespace {
/// What moves as one: a field, or bit-fields in a row.
struct Unit {
  llvm::SmallVector<const FieldDecl *, 1> Fields;
  /// The number of the access specifier that its first field is under.
  unsigned Section = 0;
  uint64_t Size = 0;
  uint64_t Alignment = 8;
};

/// Units by their index in the source.
using Order = llvm::SmallVector<unsigned, 16>;

/// From what matters most to what matters least.
struct Rank {
  uint64_t Size = 0;
  unsigned OutOfSection = 0;
  unsigned Moved = 0;
  bool operator<(const Rank &Other) const {
    return std::tie(Size, OutOfSection, Moved) <
           std::tie(Other.Size, Other.OutOfSection, Other.Moved);
  }
};
} // namespace

// --- What a record is made of ----------------------------------------------

static bool isPlain(const FieldDecl &Field) {
  return !Field.isBitField() && !Field.isPotentiallyOverlapping() &&
         !Field.hasAttr<PackedAttr>();
}

static bool isPlain(const CXXRecordDecl &Record) {
  return !Record.hasAttr<PackedAttr>() &&
         !Record.hasAttr<MaxFieldAlignmentAttr>() &&
         !Record.hasAttr<AlignMac68kAttr>() &&
         !Record.hasAttr<MSStructAttr>() && Record.getNumVBases() == 0 &&
         llvm::all_of(Record.fields(),
                      [](const FieldDecl *F) { return isPlain(*F); });
}

static Unit unit(const FieldDecl &Field) {
  const ASTContext &Ctx = Field.getASTContext();
  Unit U;
  U.Fields.push_back(&Field);
  U.Size = Field.isBitField() ? Field.getBitWidthValue()
                              : Ctx.getTypeSize(Field.getType());
  U.Alignment = std::max<uint64_t>(Ctx.getTypeAlign(Field.getType()),
                                   Field.getMaxAlignment());
  return U;
}

static void findSections(const CXXRecordDecl &Record,
                         std::vector<Unit> &Units) {
  unsigned Section = 0;
  auto Next = Units.begin();
  for (const Decl *D : Record.decls()) {
    if (isa<AccessSpecDecl>(D))
      ++Section;
    else if (Next != Units.end() && D == Next->Fields.front())
      Next++->Section = Section;
  }
}

static std::vector<Unit> units(const CXXRecordDecl &Record, bool JoinsBits) {
  std::vector<Unit> Units;
  for (const FieldDecl *Field : Record.fields()) {
    Unit U = unit(*Field);
    if (JoinsBits && Field->isBitField() && !Units.empty() &&
        Units.back().Fields.back()->isBitField()) {
      Unit &Run = Units.back();
      Run.Fields.push_back(Field);
      Run.Size += U.Size;
      Run.Alignment = std::max(Run.Alignment, U.Alignment);
      continue;
    }
    Units.push_back(std::move(U));
  }
  findSections(Record, Units);
  return Units;
}

static std::vector<std::pair<unsigned, unsigned>>
dependences(const CXXRecordDecl &Record, llvm::ArrayRef<Unit> Units) {
  llvm::DenseMap<const FieldDecl *, unsigned> UnitOf;
  for (unsigned I = 0; I < Units.size(); ++I)
    for (const FieldDecl *Field : Units[I].Fields)
      UnitOf[Field] = I;
  std::vector<std::pair<unsigned, unsigned>> Result;
  for (const FieldDependence &D : fieldDependences(Record)) {
    std::pair Pair(UnitOf.lookup(D.Earlier), UnitOf.lookup(D.Later));
    if (Pair.first != Pair.second)
      Result.push_back(Pair);
  }
  return Result;
}

// How many of the numbers have to be taken out until the others do not fall.
static unsigned outOfPlace(llvm::ArrayRef<unsigned> Numbers) {
  // The smallest last number of a run of each length.
  llvm::SmallVector<unsigned, 16> Last;
  for (unsigned N : Numbers) {
    auto *It = llvm::upper_bound(Last, N);
    if (It == Last.end())
      Last.push_back(N);
    else
      *It = N;
  }
  return static_cast<unsigned>(Numbers.size() - Last.size());
}

// --- The search ------------------------------------------------------------

namespace {
class OrderSearch {
public:
  OrderSearch(const CXXRecordDecl &Record, const RecordLayout &Now,
              std::vector<Unit> Units, bool IsAddedUp);

  /// Whether a smaller order than the one in the source was found.
  bool run();
  FieldOrder result(RecordLayout Layout) const;
  llvm::SmallVector<const FieldDecl *, 8> fields(const Order &O) const;
  llvm::SmallVector<const FieldDecl *, 8> bestFields() const {
    return fields(Best);
  }
  uint64_t bestSize() const { return BestRank.Size; }
  bool isProven() const { return IsProven; }

private:
  Order source() const;
  uint64_t size(const Order &O) const;
  Rank rank(const Order &O, uint64_t Size) const;
  void consider(const Order &O);
  void considerMoves(const Order &From);
  void considerStepwise();
  void considerPairsOfMoves();
  void considerSorted();
  void considerTightest();
  void considerAll();
  Order inSourceOrder(llvm::ArrayRef<unsigned> Kinds) const;
  Order fitted(llvm::ArrayRef<unsigned> Left, uint64_t &At) const;
  bool isEqual(unsigned A, unsigned B) const;
  void findKinds();
  bool isAllowed(const Order &O) const;

  const CXXRecordDecl &Record;
  std::vector<Unit> Units;
  /// Whether sizes are added up, and not laid out.
  const bool IsAddedUp;
  /// Units that can take each other's places without a change of size.
  std::vector<llvm::SmallVector<unsigned, 4>> OfKind;
  /// Units that have to stay in order, by their indices.
  std::vector<std::pair<unsigned, unsigned>> Dependences;
  uint64_t Start = 0;
  uint64_t Alignment = 0;
  /// No order is smaller.
  uint64_t Bound = 0;
  Order Best;
  Rank BestRank;
  bool IsProven = false;
};
} // namespace

OrderSearch::OrderSearch(const CXXRecordDecl &Record, const RecordLayout &Now,
                         std::vector<Unit> Parts, bool IsAddedUp)
    : Record(Record), Units(std::move(Parts)), IsAddedUp(IsAddedUp),
      Dependences(dependences(Record, this->Units)), Alignment(Now.alignment()),
      Bound(leastConceivableSize(Now)) {
  for (const LayoutPart &Part : Now.parts())
    if (Part.Kind != LayoutPart::Field)
      Start = std::max(Start, Part.end());
  Best = source();
  BestRank = {Now.size(), 0, 0};
}

Order OrderSearch::source() const {
  Order Source(Units.size());
  std::iota(Source.begin(), Source.end(), 0U);
  return Source;
}

llvm::SmallVector<const FieldDecl *, 8>
OrderSearch::fields(const Order &O) const {
  llvm::SmallVector<const FieldDecl *, 8> Fields;
  for (unsigned I : O)
    llvm::append_range(Fields, Units[I].Fields);
  return Fields;
}

uint64_t OrderSearch::size(const Order &O) const {
  if (!IsAddedUp) {
    std::optional<RecordLayout> Layout =
        RecordLayout::ordered(Record, fields(O));
    return Layout ? Layout->size() : UINT64_MAX;
  }
  uint64_t At = Start;
  for (unsigned I : O)
    At = llvm::alignTo(At, Units[I].Alignment) + Units[I].Size;
  return llvm::alignTo(At, Alignment);
}

Rank OrderSearch::rank(const Order &O, uint64_t Size) const {
  llvm::SmallVector<unsigned, 16> InSection;
  llvm::SmallVector<unsigned, 16> Indices;
  for (unsigned I : O) {
    InSection.append(Units[I].Fields.size(), Units[I].Section);
    for (const FieldDecl *Field : Units[I].Fields)
      Indices.push_back(Field->getFieldIndex());
  }
  return {Size, outOfPlace(InSection), outOfPlace(Indices)};
}

bool OrderSearch::isAllowed(const Order &O) const {
  if (Dependences.empty())
    return true;
  llvm::SmallVector<unsigned, 16> Place(O.size());
  for (unsigned I = 0; I < O.size(); ++I)
    Place[O[I]] = I;
  return llvm::all_of(Dependences, [&](std::pair<unsigned, unsigned> D) {
    return Place[D.first] < Place[D.second];
  });
}

void OrderSearch::consider(const Order &O) {
  // Most orders are too large, and sizes are found fastest.
  uint64_t Size = size(O);
  if (Size > BestRank.Size || !isAllowed(O))
    return;
  Rank Ranked = rank(O, Size);
  if (!(Ranked < BestRank))
    return;
  Best = O;
  BestRank = Ranked;
}

static Order moved(const Order &From, size_t I, size_t To) {
  Order O = From;
  unsigned Unit = O[I];
  O.erase(O.begin() + static_cast<ptrdiff_t>(I));
  O.insert(O.begin() + static_cast<ptrdiff_t>(To), Unit);
  return O;
}

void OrderSearch::considerMoves(const Order &From) {
  for (size_t I = 0; I < From.size(); ++I)
    for (size_t To = 0; To < From.size(); ++To)
      if (To != I)
        consider(moved(From, I, To));
}

// One move after the other from the source on, each the one that saves most.
void OrderSearch::considerStepwise() {
  Order Current = source();
  Rank Before = rank(Current, size(Current));
  while (true) {
    Order Next;
    Rank Least = Before;
    for (size_t I = 0; I < Current.size(); ++I)
      for (size_t To = 0; To < Current.size(); ++To) {
        if (To == I)
          continue;
        Order O = moved(Current, I, To);
        uint64_t Size = size(O);
        if (Size >= Before.Size || Size > Least.Size || !isAllowed(O))
          continue;
        Rank Ranked = rank(O, Size);
        if (Ranked < Least) {
          Least = Ranked;
          Next = std::move(O);
        }
      }
    if (Next.empty())
      return;
    consider(Next);
    Current = std::move(Next);
    Before = Least;
  }
}

void OrderSearch::considerPairsOfMoves() {
  Order Source = source();
  for (size_t I = 0; I < Source.size(); ++I)
    for (size_t To = 0; To < Source.size(); ++To)
      if (To != I)
        considerMoves(moved(Source, I, To));
}

// Puts next what needs the largest alignment of those that fit where the last
// one ends; if none does, what needs the largest.
Order OrderSearch::fitted(llvm::ArrayRef<unsigned> Set, uint64_t &At) const {
  Order Left(Set);
  Order O;
  while (!Left.empty()) {
    auto *Next = Left.begin();
    auto Fit = [&](unsigned I) {
      return std::pair(At % Units[I].Alignment == 0, Units[I].Alignment);
    };
    for (auto *It = Left.begin(); It != Left.end(); ++It)
      if (Fit(*It) > Fit(*Next))
        Next = It;
    At = llvm::alignTo(At, Units[*Next].Alignment) + Units[*Next].Size;
    O.push_back(*Next);
    Left.erase(Next);
  }
  return O;
}

void OrderSearch::considerSorted() {
  Order Source = source();
  uint64_t At = Start;
  consider(fitted(Source, At));
  Order Sorted = Source;
  // Ties stay as they are in the source.
  llvm::sort(Sorted, [&](unsigned A, unsigned B) {
    return std::pair(Units[B].Alignment, A) < std::pair(Units[A].Alignment, B);
  });
  consider(Sorted);
  llvm::sort(Sorted, [&](unsigned A, unsigned B) {
    return std::pair(Units[A].Alignment, A) < std::pair(Units[B].Alignment, B);
  });
  consider(Sorted);
  // Each section for itself.
  Order InSections;
  At = Start;
  for (size_t I = 0; I < Units.size();) {
    unsigned Section = Units[I].Section;
    Order Part;
    for (; I < Units.size() && Units[I].Section == Section; ++I)
      Part.push_back(static_cast<unsigned>(I));
    llvm::append_range(InSections, fitted(Part, At));
  }
  consider(InSections);
}

bool OrderSearch::isEqual(unsigned A, unsigned B) const {
  const Unit &X = Units[A];
  const Unit &Y = Units[B];
  if (X.Fields.size() != 1 || Y.Fields.size() != 1)
    return A == B;
  if (IsAddedUp)
    return X.Size == Y.Size && X.Alignment == Y.Alignment;
  const FieldDecl &F = *X.Fields.front();
  const FieldDecl &G = *Y.Fields.front();
  return F.getType().getCanonicalType() == G.getType().getCanonicalType() &&
         F.isBitField() == G.isBitField() && X.Size == Y.Size &&
         X.Alignment == Y.Alignment && isPlain(F) && isPlain(G);
}

void OrderSearch::findKinds() {
  for (unsigned I = 0; I < Units.size(); ++I) {
    auto Kind = llvm::find_if(OfKind, [&](llvm::ArrayRef<unsigned> Others) {
      return isEqual(Others.front(), I);
    });
    if (Kind == OfKind.end())
      OfKind.push_back({I});
    else
      Kind->push_back(I);
  }
}

// The order in which the kinds follow each other like that, and units of one
// kind as in the source.
Order OrderSearch::inSourceOrder(llvm::ArrayRef<unsigned> Kinds) const {
  Order O;
  O.reserve(Kinds.size());
  llvm::SmallVector<unsigned, 8> Used(OfKind.size());
  for (unsigned Kind : Kinds)
    O.push_back(OfKind[Kind][Used[Kind]++]);
  return O;
}

// Dynamic programming over how many units of each kind are placed. What ends
// earlier never makes the rest end later, so the least end of a choice is all
// that the larger ones need.
void OrderSearch::considerTightest() {
  // Choices are numbers whose digits are the units placed of each kind.
  llvm::SmallVector<size_t, 8> Digit;
  size_t Choices = 1;
  for (const auto &Kind : OfKind) {
    Digit.push_back(Choices);
    Choices *= Kind.size() + 1;
    if (Choices > MaxChoices)
      return;
  }
  std::vector<uint64_t> End(Choices, UINT64_MAX);
  std::vector<unsigned> Last(Choices);
  End[0] = Start;
  for (size_t Choice = 1; Choice < Choices; ++Choice)
    for (unsigned Kind = 0; Kind < OfKind.size(); ++Kind) {
      if (Choice / Digit[Kind] % (OfKind[Kind].size() + 1) == 0)
        continue;
      const Unit &U = Units[OfKind[Kind].front()];
      uint64_t Ends =
          llvm::alignTo(End[Choice - Digit[Kind]], U.Alignment) + U.Size;
      if (Ends < End[Choice]) {
        End[Choice] = Ends;
        Last[Choice] = Kind;
      }
    }
  Bound = std::max(Bound, llvm::alignTo(End.back(), Alignment));
  llvm::SmallVector<unsigned, 16> Kinds;
  for (size_t Choice = Choices - 1; Choice != 0; Choice -= Digit[Last[Choice]])
    Kinds.push_back(Last[Choice]);
  consider(inSourceOrder(llvm::to_vector(llvm::reverse(Kinds))));
}

// All orders, where fields of one kind stay in the order of the source.
void OrderSearch::considerAll() {
  uint64_t Count = 1;
  uint64_t Placed = 0;
  llvm::SmallVector<unsigned, 16> Kinds;
  for (unsigned Kind = 0; Kind < OfKind.size(); ++Kind)
    for (uint64_t I = 1; I <= OfKind[Kind].size(); ++I) {
      Kinds.push_back(Kind);
      Count = Count * ++Placed / I;
      if (Count > MaxOrders * Units.size())
        return;
    }
  if (Count > MaxOrders)
    return;
  do
    consider(inSourceOrder(Kinds));
  while (std::next_permutation(Kinds.begin(), Kinds.end()));
  IsProven = true;
}

bool OrderSearch::run() {
  const uint64_t Now = BestRank.Size;
  if (Now <= Bound || Units.size() < 2)
    return false;
  findKinds();
  if (IsAddedUp)
    considerTightest();
  if (Now <= Bound)
    return false;
  bool TriesMoves =
      IsAddedUp || Units.size() * Units.size() * Units.size() < MaxTrials;
  considerSorted();
  if (TriesMoves) {
    considerStepwise();
    // Two moves are enough for most, and read better than a sort.
    if (IsAddedUp && Units.size() <= MaxForPairs && BestRank.Moved > 1)
      considerPairsOfMoves();
    for (Rank Before = {}; Before < BestRank || BestRank < Before;) {
      Before = BestRank;
      considerMoves(Order(Best));
    }
  }
  IsProven = BestRank.Size <= Bound;
  if (!IsProven)
    considerAll();
  return BestRank.Size < Now;
}

FieldOrder OrderSearch::result(RecordLayout Layout) const {
  return {fields(Best), std::move(Layout), BestRank.Moved, IsProven};
}

// --- The best --------------------------------------------------------------

// What clang says of the order that was found, if it is no larger.
static std::optional<FieldOrder> confirmed(const OrderSearch &Search,
                                           const CXXRecordDecl &Record) {
  std::optional<RecordLayout> Layout =
      RecordLayout::ordered(Record, Search.bestFields());
  if (!Layout || Layout->size() > Search.bestSize())
    return std::nullopt;
  return Search.result(std::move(*Layout));
}

// Bits without a name are there to keep the others where they are.
static bool isPaddedByHand(const CXXRecordDecl &Record) {
  return llvm::any_of(Record.fields(), [](const FieldDecl *Field) {
    return Field->isUnnamedBitField();
  });
}

uint64_t whet::leastConceivableSize(const RecordLayout &Layout) {
  return llvm::alignTo(Layout.size() - Layout.unusedBits(), Layout.alignment());
}

std::optional<FieldOrder> whet::bestFieldOrder(const CXXRecordDecl &Record) {
  std::optional<RecordLayout> Now = RecordLayout::of(Record);
  if (!Now || Record.isUnion() || Record.hasFlexibleArrayMember() ||
      isPaddedByHand(Record) || leastConceivableSize(*Now) >= Now->size())
    return std::nullopt;
  if (isPlain(Record)) {
    OrderSearch Search(Record, *Now, units(Record, true), true);
    if (!Search.run())
      return std::nullopt;
    if (std::optional<FieldOrder> Best = confirmed(Search, Record))
      return Best;
  }
  OrderSearch Joined(Record, *Now, units(Record, true), false);
  std::optional<FieldOrder> Best;
  if (Joined.run())
    Best = confirmed(Joined, Record);
  if (Joined.bestSize() <= leastConceivableSize(*Now))
    return Best;
  OrderSearch Apart(Record, *Now, units(Record, false), false);
  if (Apart.run() && Apart.bestSize() < Joined.bestSize())
    return confirmed(Apart, Record);
  // Only all orders of single fields prove that there is no other.
  if (Best)
    Best->IsProven = Apart.isProven();
  return Best;
}

llvm::SmallPtrSet<const FieldDecl *, 8>
whet::stayingFields(llvm::ArrayRef<const FieldDecl *> Fields) {
  // The longest run that ends in each field, and what is before it there.
  llvm::SmallVector<std::pair<unsigned, int>, 16> Runs;
  Runs.reserve(Fields.size());
  int Best = -1;
  for (int I = 0; I < static_cast<int>(Fields.size()); ++I) {
    std::pair<unsigned, int> Run(1, -1);
    for (int J = 0; J < I; ++J)
      if (Fields[J]->getFieldIndex() < Fields[I]->getFieldIndex() &&
          Runs[J].first + 1 > Run.first)
        Run = {Runs[J].first + 1, J};
    Runs.push_back(Run);
    if (Best < 0 || Run.first > Runs[Best].first)
      Best = I;
  }
  llvm::SmallPtrSet<const FieldDecl *, 8> Staying;
  for (; Best >= 0; Best = Runs[Best].second)
    Staying.insert(Fields[Best]);
  return Staying;
}
