#include "LayoutReport.h"
#include "Talk.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"

using namespace whet;
namespace json = llvm::json;

/// As on nearly all machines of today; in bits.
static constexpr uint64_t CacheLine = 512;

// "8", "8:3" for the fourth bit of a byte.
static std::string bytes(uint64_t Bits, bool HasBits = false) {
  std::string Text = std::to_string(Bits / 8);
  if (HasBits || Bits % 8 != 0)
    Text += ":" + std::to_string(Bits % 8);
  return Text;
}

std::string whet::bitCount(uint64_t Bits) {
  if (Bits % 8 != 0 && Bits < 8)
    return counted(Bits, "bit");
  if (Bits % 8 != 0)
    return counted(Bits / 8, "byte") + " and " + counted(Bits % 8, "bit");
  return counted(Bits / 8, "byte");
}

std::string whet::described(const RecordPart &Part) {
  switch (Part.Kind) {
  case LayoutPart::VTablePointer:
    return "vptr";
  case LayoutPart::VirtualBasePointer:
    return "pointer to virtual bases";
  case LayoutPart::Base:
    return "base " + Part.Type;
  case LayoutPart::VirtualBase:
    return "virtual base " + Part.Type;
  case LayoutPart::Field:
    break;
  }
  std::string Text = Part.Type;
  if (!Part.Declarator.empty())
    Text = Part.Declarator;
  else if (!Part.Name.empty())
    Text += " " + Part.Name;
  else if (!Part.IsBitField)
    Text += " (anonymous)";
  if (Part.IsBitField)
    Text += " : " + std::to_string(Part.Size);
  return Text;
}

std::string whet::described(const RecordSign &Sign, const KnownRecord &R) {
  return "but the order may be meant: " + Sign.What + ", " + R.File + ":" +
         std::to_string(Sign.Line);
}

static std::string described(const SourcePosition &Where) {
  return Where.File + ":" + std::to_string(Where.Line);
}

static std::string fromTo(uint64_t Now, uint64_t Then) {
  return std::to_string(Now / 8) + " -> " + bitCount(Then);
}

std::string whet::described(const RecordOnTarget &Target,
                            const KnownRecord &R) {
  if (!Target.Unknown.empty())
    return "not known, " + Target.Unknown;
  return R.Best ? fromTo(Target.Now, Target.Then) : bitCount(Target.Now);
}

std::vector<std::string> whet::objections(const KnownRecord &R) {
  std::vector<std::string> Lines;
  Lines.reserve(R.Signs.size() + R.Reliance.size());
  for (const RecordSign &Sign : R.Signs)
    Lines.push_back(described(Sign, R));
  for (const RecordReliance &Reliance : R.Reliance)
    if (!Reliance.IsOfSourceOnly)
      Lines.push_back("but the order is relied on: " + Reliance.What + ", " +
                      ::described(Reliance.Where));
  if (const RecordOnTarget *Worse = R.worseTarget())
    Lines.push_back("but it is larger on " + Worse->Target + ": " +
                    described(*Worse, R));
  if (R.InTemplate && !R.InTemplate->Worse.empty())
    Lines.push_back("but it is larger in " + R.InTemplate->Worse + ": " +
                    fromTo(R.InTemplate->WorseNow, R.InTemplate->WorseThen));
  return Lines;
}

static std::string describedArray(const RecordInstances::Array &Array,
                                  const KnownRecord &R) {
  std::string Text = ::described(Array.Where) + " has an array of " +
                     std::to_string(Array.Elements);
  if (R.Best)
    Text += ": " + bitCount(Array.Elements * R.saved()) + " less";
  return Text;
}

/// So many arrays are named; of more, how many there are.
static constexpr size_t MaxArrays = 4;

static void addInstances(std::vector<std::string> &Lines,
                         const KnownRecord &R) {
  const std::vector<RecordInstances::Array> &Arrays = R.Instances.Arrays;
  size_t Shown = Arrays.size() > MaxArrays ? MaxArrays - 1 : Arrays.size();
  uint64_t Others = 0;
  for (size_t I = 0; I < Arrays.size(); ++I)
    if (I < Shown)
      Lines.push_back(describedArray(Arrays[I], R));
    else
      Others += Arrays[I].Elements;
  if (Others != 0) {
    std::string Text = counted(Arrays.size() - Shown, "more array") + " of " +
                       std::to_string(Others) + " in all";
    if (R.Best)
      Text += ": " + bitCount(Others * R.saved()) + " less";
    Lines.push_back(std::move(Text));
  }
  if (R.Instances.Many)
    Lines.push_back("there may be many: " + R.Instances.Many->What + ", " +
                    ::described(R.Instances.Many->Where));
}

// Targets that have the same to say share a line.
static void addTargets(std::vector<std::string> &Lines, const KnownRecord &R) {
  std::vector<std::pair<std::string, std::string>> Groups;
  for (const RecordOnTarget &Target : R.Targets) {
    std::string Sizes = described(Target, R);
    auto Group =
        llvm::find_if(Groups, [&](const auto &G) { return G.first == Sizes; });
    if (Group == Groups.end())
      Groups.emplace_back(Sizes, Target.Target);
    else
      Group->second += ", " + Target.Target;
  }
  Lines.reserve(Lines.size() + Groups.size());
  for (const auto &[Sizes, Targets] : Groups)
    Lines.push_back(llvm::formatv("on {0}: {1}", Targets, Sizes));
}

std::vector<std::string> whet::remarks(const KnownRecord &R) {
  std::vector<std::string> Lines;
  if (R.Best)
    for (const RecordReliance &Reliance : R.Reliance)
      if (Reliance.IsOfSourceOnly)
        Lines.push_back("code would change with it: " + Reliance.What + ", " +
                        ::described(Reliance.Where));
  addInstances(Lines, R);
  if (R.InTemplate && R.InTemplate->Worse.empty()) {
    const TemplateSizes &All = *R.InTemplate;
    if (All.Instantiations > 1)
      Lines.push_back(std::to_string(All.Instantiations) +
                      " instantiations together: " + fromTo(All.Now, All.Then) +
                      ", none larger");
    if (!All.Unknown.empty())
      Lines.push_back("not compared with " + All.Unknown + ", of another file");
  }
  addTargets(Lines, R);
  return Lines;
}

uint64_t whet::unusedBits(const KnownRecord &R) {
  uint64_t End = 0;
  uint64_t Unused = 0;
  for (const RecordPart &Part : R.Parts) {
    if (Part.Size != 0 && Part.Offset > End)
      Unused += Part.Offset - End;
    if (Part.Size != 0)
      End = std::max(End, Part.end());
  }
  return End == 0 ? 0 : Unused + R.Size - End;
}

static std::optional<uint64_t> mallocBytes(const KnownRecord &R,
                                           uint64_t Bits) {
  return whet::mallocBytes(Bits, R.Alignment, R.PointerWidth);
}

namespace {
/// The lines of one record, from the first byte to the last.
class RecordPrinter {
public:
  RecordPrinter(llvm::raw_ostream &OS, const KnownRecord &R) : OS(OS), R(R) {}
  void print();

private:
  void printLine(llvm::StringRef Offset, llvm::StringRef Size,
                 llvm::StringRef What);
  void printUnused(uint64_t From, uint64_t To, llvm::StringRef What);
  void printBoundary(uint64_t At);
  void printSummary();
  void printBest();
  void printRemarks(unsigned Indent);

  llvm::raw_ostream &OS;
  const KnownRecord &R;
  uint64_t NextLine = CacheLine;
};
} // namespace

void RecordPrinter::printLine(llvm::StringRef Offset, llvm::StringRef Size,
                              llvm::StringRef What) {
  OS << "  " << llvm::right_justify(Offset, 6) << "  "
     << llvm::right_justify(Size, 5);
  if (!What.empty())
    OS << "  " << What;
  OS << '\n';
}

void RecordPrinter::printUnused(uint64_t From, uint64_t To,
                                llvm::StringRef What) {
  printLine("", bytes(To - From), What);
}

// The boundaries of cache lines up to a part; a part that is across one says so
// itself.
void RecordPrinter::printBoundary(uint64_t At) {
  uint64_t Last = 0;
  for (; NextLine <= At; NextLine += CacheLine)
    Last = NextLine;
  if (Last != 0)
    OS << "  ------ " << Last / 8 << " ------\n";
}

void RecordPrinter::printSummary() {
  OS << "  size " << R.Size / 8 << ", alignment " << R.Alignment / 8;
  uint64_t Lines = llvm::divideCeil(R.Size, CacheLine);
  if (Lines > 1)
    OS << ", " << Lines << " cache lines";
  if (uint64_t Unused = unusedBits(R))
    OS << "; " << bitCount(Unused) << " unused";
  OS << '\n';
}

void RecordPrinter::printBest() {
  if (!R.Best) {
    if (unusedBits(R) != 0 && !R.IsUnion)
      OS << "  no smaller order of the fields was found\n";
    printRemarks(2);
    return;
  }
  const RecordOrder &Best = *R.Best;
  OS << "  " << (Best.IsProven ? "best" : "better") << ' ' << Best.Size / 8
     << ", " << bitCount(R.saved()) << " less ("
     << llvm::format("%.0f", 100.0 * static_cast<double>(R.saved()) /
                                 static_cast<double>(R.Size))
     << " %)";
  uint64_t LinesNow = llvm::divideCeil(R.Size, CacheLine);
  uint64_t LinesThen = llvm::divideCeil(Best.Size, CacheLine);
  if (LinesThen < LinesNow)
    OS << " and " << counted(LinesThen, "cache line") << " instead of "
       << LinesNow;
  OS << ", by moving " << counted(Best.Moved, "field") << ":\n    "
     << llvm::join(Best.Fields, ", ") << '\n';
  std::optional<uint64_t> Now = mallocBytes(R, R.Size);
  std::optional<uint64_t> Then = mallocBytes(R, Best.Size);
  if (Now && Now == Then)
    OS << "    by itself on the heap it takes " << counted(*Now, "byte")
       << " either way (glibc)\n";
  for (const std::string &Line : objections(R))
    OS << "    " << Line << '\n';
  printRemarks(4);
}

void RecordPrinter::printRemarks(unsigned Indent) {
  for (const std::string &Line : remarks(R))
    OS.indent(Indent) << Line << '\n';
}

void RecordPrinter::print() {
  OS << R.Name << ", " << R.File << ':' << R.Line << '\n';
  printLine("offset", "size", "");
  uint64_t End = 0;
  bool HasData = false;
  for (const RecordPart &Part : R.Parts) {
    if (Part.Offset > End && !R.IsUnion) {
      printUnused(End, Part.Offset,
                  (Part.Offset - End) % 8 != 0 ? "unused bits" : "hole");
      End = Part.Offset;
    }
    printBoundary(Part.Offset);
    std::string Text = described(Part);
    if (Part.Size != 0 && Part.Size <= CacheLine &&
        Part.Offset / CacheLine != (Part.end() - 1) / CacheLine)
      Text += "  (in two cache lines)";
    if (Part.IsInTail)
      Text += "  (in the tail of its base)";
    printLine(bytes(Part.Offset, Part.IsBitField),
              Part.IsBitField ? "" : bytes(Part.Size), Text);
    if (Part.Size != 0)
      End = std::max(End, Part.end());
    HasData |= Part.Size != 0;
  }
  if (HasData && End < R.Size)
    printUnused(End, R.Size, "tail");
  printSummary();
  printBest();
}

void whet::printRecord(llvm::raw_ostream &OS, const KnownRecord &R) {
  RecordPrinter(OS, R).print();
}

// "100", "many", "" for what is not known.
static std::string objectCount(const RecordInstances &Instances) {
  if (Instances.Many)
    return "many";
  return Instances.Arrays.empty() ? "" : std::to_string(Instances.known());
}

// Why a record that could be smaller is no waste.
static std::string mark(const KnownRecord &R) {
  if (!R.Best)
    return "";
  if (!R.Signs.empty())
    return ", meant";
  if (R.isReliedOn())
    return ", relied on";
  if (const RecordOnTarget *Worse = R.worseTarget())
    return ", larger on " + Worse->Target;
  if (R.InTemplate && !R.InTemplate->Worse.empty())
    return ", larger in " + R.InTemplate->Worse;
  return "";
}

void whet::printRecordList(llvm::raw_ostream &OS,
                           llvm::ArrayRef<KnownRecord> Records) {
  if (Records.empty())
    return;
  OS << " saves   now  best  moves  objects\n";
  for (const KnownRecord &R : Records) {
    OS << llvm::format("%6llu %5llu ", R.saved() / 8, R.Size / 8);
    if (R.Best)
      OS << llvm::format("%5llu %6u", R.Best->Size / 8, R.Best->Moved);
    else
      OS << "            ";
    OS << ' ' << llvm::right_justify(objectCount(R.Instances), 8) << "  "
       << R.Name << ", " << R.File << ':' << R.Line << mark(R) << '\n';
  }
}

static llvm::StringRef kindName(LayoutPart::PartKind Kind) {
  switch (Kind) {
  case LayoutPart::VTablePointer:
    return "vptr";
  case LayoutPart::VirtualBasePointer:
    return "vbptr";
  case LayoutPart::Base:
    return "base";
  case LayoutPart::VirtualBase:
    return "virtual base";
  case LayoutPart::Field:
    return "field";
  }
  llvm_unreachable("all kinds are above");
}

static json::Object place(const SourcePosition &Where) {
  return json::Object{{"file", Where.File}, {"line", Where.Line}};
}

static json::Object inJson(const RecordReliance &Reliance) {
  json::Object O = place(Reliance.Where);
  O["what"] = Reliance.What;
  return O;
}

static void addUses(json::Object &O, const KnownRecord &R) {
  json::Array Relied;
  for (const RecordReliance &Reliance : R.Reliance) {
    json::Object Entry = inJson(Reliance);
    Entry["sourceOnly"] = Reliance.IsOfSourceOnly;
    Relied.push_back(std::move(Entry));
  }
  if (!Relied.empty())
    O["relied"] = std::move(Relied);
  json::Array Arrays;
  for (const RecordInstances::Array &Array : R.Instances.Arrays) {
    json::Object Entry = place(Array.Where);
    Entry["elements"] = Array.Elements;
    Arrays.push_back(std::move(Entry));
  }
  if (!Arrays.empty())
    O["arrays"] = std::move(Arrays);
  if (R.Instances.Many)
    O["many"] = inJson(*R.Instances.Many);
}

static void addElsewhere(json::Object &O, const KnownRecord &R) {
  if (R.InTemplate) {
    json::Object Entry{{"instantiations", R.InTemplate->Instantiations},
                       {"size", R.InTemplate->Now / 8},
                       {"best", R.InTemplate->Then / 8}};
    if (!R.InTemplate->Worse.empty())
      Entry["larger"] = R.InTemplate->Worse;
    if (!R.InTemplate->Unknown.empty())
      Entry["unknown"] = R.InTemplate->Unknown;
    O["template"] = std::move(Entry);
  }
  json::Array Targets;
  for (const RecordOnTarget &T : R.Targets) {
    json::Object Entry{{"target", T.Target}};
    if (!T.Unknown.empty()) {
      Entry["unknown"] = T.Unknown;
    } else {
      Entry["size"] = T.Now / 8;
      Entry["best"] = T.Then / 8;
    }
    Targets.push_back(std::move(Entry));
  }
  if (!Targets.empty())
    O["targets"] = std::move(Targets);
}

void whet::printRecordJson(llvm::raw_ostream &OS, const KnownRecord &R) {
  json::Array Parts;
  for (const RecordPart &Part : R.Parts) {
    json::Object O{{"kind", kindName(Part.Kind)},
                   {"offset", Part.Offset / 8},
                   {"size", llvm::divideCeil(Part.Size, uint64_t(8))}};
    if (!Part.Name.empty())
      O["name"] = Part.Name;
    if (!Part.Type.empty())
      O["type"] = Part.Type;
    if (Part.IsBitField)
      O["bits"] = json::Array{Part.Offset, Part.Size};
    if (Part.IsInTail)
      O["inTail"] = true;
    Parts.push_back(std::move(O));
  }
  json::Object O{{"name", R.Name},     {"file", R.File},
                 {"line", R.Line},     {"column", R.Column},
                 {"size", R.Size / 8}, {"alignment", R.Alignment / 8},
                 {"union", R.IsUnion}, {"parts", std::move(Parts)}};
  if (R.Best)
    O["best"] = json::Object{{"size", R.Best->Size / 8},
                             {"moved", R.Best->Moved},
                             {"proven", R.Best->IsProven},
                             {"fields", R.Best->Fields}};
  json::Array Signs;
  for (const RecordSign &Sign : R.Signs)
    Signs.push_back(json::Object{{"what", Sign.What}, {"line", Sign.Line}});
  if (!Signs.empty())
    O["meant"] = std::move(Signs);
  addUses(O, R);
  addElsewhere(O, R);
  OS << json::Value(std::move(O)) << '\n';
}
