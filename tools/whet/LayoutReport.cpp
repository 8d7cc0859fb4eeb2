#include "LayoutReport.h"
#include "Talk.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
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

std::string whet::described(const RecordSign &Sign, const RecordFact &R) {
  return "but the order may be meant: " + Sign.What + ", " + R.File + ":" +
         std::to_string(Sign.Line);
}

uint64_t whet::unusedBits(const RecordFact &R) {
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

static std::optional<uint64_t> mallocBytes(const RecordFact &R, uint64_t Bits) {
  return whet::mallocBytes(Bits, R.Alignment, R.PointerWidth);
}

namespace {
/// The lines of one record, from the first byte to the last.
class RecordPrinter {
public:
  RecordPrinter(llvm::raw_ostream &OS, const RecordFact &R) : OS(OS), R(R) {}
  void print();

private:
  void printLine(llvm::StringRef Offset, llvm::StringRef Size,
                 llvm::StringRef What);
  void printUnused(uint64_t From, uint64_t To, llvm::StringRef What);
  void printBoundary(uint64_t At);
  void printSummary();
  void printBest();

  llvm::raw_ostream &OS;
  const RecordFact &R;
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
    return;
  }
  const RecordOrder &Best = *R.Best;
  OS << "  " << (Best.IsProven ? "best" : "better") << ' ' << Best.Size / 8
     << ", " << bitCount(R.saved()) << " less ("
     << llvm::format("%.0f", 100.0 * static_cast<double>(R.saved()) /
                                 static_cast<double>(R.Size))
     << " %), by moving " << counted(Best.Moved, "field") << ":\n    "
     << llvm::join(Best.Fields, ", ") << '\n';
  std::optional<uint64_t> Now = mallocBytes(R, R.Size);
  std::optional<uint64_t> Then = mallocBytes(R, Best.Size);
  if (Now && Now == Then)
    OS << "    by itself on the heap it takes " << counted(*Now, "byte")
       << " either way (glibc)\n";
  for (const RecordSign &Sign : R.Signs)
    OS << "    " << described(Sign, R) << '\n';
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

void whet::printRecord(llvm::raw_ostream &OS, const RecordFact &R) {
  RecordPrinter(OS, R).print();
}

void whet::printRecordList(llvm::raw_ostream &OS,
                           llvm::ArrayRef<RecordFact> Records) {
  if (Records.empty())
    return;
  OS << " saves   now  best  moves\n";
  for (const RecordFact &R : Records) {
    OS << llvm::format("%6llu %5llu ", R.saved() / 8, R.Size / 8);
    if (R.Best)
      OS << llvm::format("%5llu %6u", R.Best->Size / 8, R.Best->Moved);
    else
      OS << "            ";
    OS << "  " << R.Name << ", " << R.File << ':' << R.Line
       << (R.Signs.empty() ? "\n" : ", meant\n");
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

void whet::printRecordJson(llvm::raw_ostream &OS, const RecordFact &R) {
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
  OS << json::Value(std::move(O)) << '\n';
}
