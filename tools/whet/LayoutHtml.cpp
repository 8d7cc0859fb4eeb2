#include "LayoutHtml.h"
#include "LayoutReport.h"
#include "Talk.h"
#include "llvm/ADT/StringExtras.h"

using namespace whet;

/// Pixels: of a bit across, and of a row of eight bytes down.
static constexpr uint64_t BitWidth = 5;
static constexpr uint64_t RowHeight = 22;
static constexpr uint64_t RowBits = 64;
static constexpr uint64_t CacheLine = 512;
/// What is longer is drawn this long, with a gap that says so.
static constexpr uint64_t MaxRows = 4;

static constexpr char Head[] = R"html(<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Layout of records</title>
<style>
:root { color-scheme: light dark }
body { font: 14px/1.5 system-ui, sans-serif; margin: 2em; max-width: 60em }
h2 { font: 600 16px ui-monospace, monospace; margin: 2em 0 0; overflow-wrap: anywhere }
.where, figcaption { color: GrayText }
.pair { display: flex; flex-wrap: wrap; gap: 2em; align-items: start }
figure { margin: 1em 0 }
svg { max-width: 100%; height: auto; display: block }
svg text { font: 11px ui-monospace, monospace; fill: CanvasText }
.offset { text-anchor: end; opacity: .6 }
.field { fill: #4a90d955; stroke: #4a90d9 }
.base, .vptr { fill: #8b6fc455; stroke: #8b6fc4 }
.unused { fill: #d9534f22; stroke: #d9534f; stroke-dasharray: 3 2 }
.line { stroke: CanvasText; stroke-width: 2 }
</style>
<h1>Layout of records</h1>
)html";

static std::string escaped(llvm::StringRef Text) {
  std::string Result;
  llvm::raw_string_ostream OS(Result);
  llvm::printHTMLEscaped(Text, OS);
  return Result;
}

namespace {
/// One drawing of a record, from the top down.
class Drawing {
public:
  explicit Drawing(bool IsUnion) : IsUnion(IsUnion) {}

  void draw(llvm::ArrayRef<RecordPart> Parts, uint64_t Size);
  void print(llvm::raw_ostream &OS, llvm::StringRef Title) const;

private:
  void add(llvm::StringRef Class, uint64_t From, uint64_t To,
           llvm::StringRef Label, llvm::StringRef Name);
  void addBox(llvm::StringRef Class, uint64_t From, uint64_t To,
              llvm::StringRef Label, llvm::StringRef Name);
  uint64_t top(uint64_t Bit) const {
    return (Bit / RowBits - SkippedRows) * RowHeight;
  }

  bool IsUnion;
  std::string Boxes;
  uint64_t SkippedRows = 0;
  uint64_t Height = 0;
  uint64_t NextLine = CacheLine;
};
} // namespace

/// Left of the boxes, for offsets.
static constexpr uint64_t Margin = 40;

void Drawing::addBox(llvm::StringRef Class, uint64_t From, uint64_t To,
                     llvm::StringRef Label, llvm::StringRef Name) {
  llvm::raw_string_ostream OS(Boxes);
  uint64_t Left = Margin + From % RowBits * BitWidth;
  uint64_t Width = (To - From) * BitWidth;
  uint64_t Top = top(From);
  if (From % RowBits == 0)
    OS << "<text class=\"offset\" x=\"" << Margin - 6 << "\" y=\"" << Top + 15
       << "\">" << From / 8 << "</text>";
  OS << "<rect class=\"" << Class << "\" x=\"" << Left << "\" y=\"" << Top
     << "\" width=\"" << Width << "\" height=\"" << RowHeight << "\"/>";
  // About seven pixels a character.
  if (!Label.empty() && Width >= 14) {
    uint64_t Room = (Width - 4) / 7;
    llvm::StringRef Shown = Label.size() <= Room || Name.empty() ? Label : Name;
    OS << "<text x=\"" << Left + 4 << "\" y=\"" << Top + 15 << "\">"
       << escaped(Shown.take_front(Room)) << "</text>";
  }
  OS << '\n';
  Height = std::max(Height, Top + RowHeight);
}

// A part that spans rows is a box in each.
void Drawing::add(llvm::StringRef Class, uint64_t From, uint64_t To,
                  llvm::StringRef Label, llvm::StringRef Name) {
  llvm::raw_string_ostream(Boxes)
      << "<g><title>" << escaped(Label) << ", byte " << From / 8 << " to "
      << (To - 1) / 8 << "</title>\n";
  bool IsFirst = true;
  uint64_t LastRow = (To - 1) / RowBits;
  while (From < To) {
    uint64_t RowEnd = std::min(To, (From / RowBits + 1) * RowBits);
    addBox(Class, From, RowEnd, IsFirst ? Label : "", Name);
    IsFirst = false;
    From = RowEnd;
    uint64_t RowsLeft = LastRow - From / RowBits;
    if (From < To && RowsLeft > MaxRows) {
      addBox(Class, From, From + RowBits,
             "... " + bitCount((RowsLeft - 1) * RowBits) + " more", "");
      SkippedRows += RowsLeft - 1;
      From += RowsLeft * RowBits;
      if (NextLine < From)
        NextLine = (From + CacheLine - 1) / CacheLine * CacheLine;
    }
    if (From == NextLine) {
      llvm::raw_string_ostream(Boxes)
          << "<line class=\"line\" x1=\"0\" x2=\""
          << Margin + RowBits * BitWidth << "\" y1=\"" << top(From)
          << "\" y2=\"" << top(From) << "\"/>\n";
      NextLine += CacheLine;
    }
  }
  Boxes += "</g>\n";
}

static llvm::StringRef className(const RecordPart &Part) {
  switch (Part.Kind) {
  case LayoutPart::VTablePointer:
  case LayoutPart::VirtualBasePointer:
    return "vptr";
  case LayoutPart::Base:
  case LayoutPart::VirtualBase:
    return "base";
  case LayoutPart::Field:
    return "field";
  }
  llvm_unreachable("all kinds are above");
}

void Drawing::draw(llvm::ArrayRef<RecordPart> Parts, uint64_t Size) {
  uint64_t End = 0;
  for (const RecordPart &Part : Parts) {
    if (Part.Size == 0)
      continue;
    // The members of a union stand in each other's place: the largest is drawn.
    if (IsUnion &&
        Part.Size < llvm::max_element(
                        Parts, [](const auto &A,
                                  const auto &B) { return A.Size < B.Size; })
                        ->Size)
      continue;
    if (Part.Offset > End)
      add("unused", End, Part.Offset, "unused", "");
    if (Part.Offset >= End)
      add(className(Part), Part.Offset, Part.end(), described(Part), Part.Name);
    End = std::max(End, Part.end());
  }
  if (End < Size)
    add("unused", End, Size, "unused", "");
}

void Drawing::print(llvm::raw_ostream &OS, llvm::StringRef Title) const {
  uint64_t Width = Margin + RowBits * BitWidth + 2;
  OS << "<figure><figcaption>" << escaped(Title) << "</figcaption>\n"
     << "<svg width=\"" << Width << "\" height=\"" << Height + 2
     << "\" viewBox=\"0 -1 " << Width << ' ' << Height + 2
     << "\" role=\"img\">\n"
     << Boxes << "</svg></figure>\n";
}

static void printFigure(llvm::raw_ostream &OS, llvm::ArrayRef<RecordPart> Parts,
                        uint64_t Size, bool IsUnion, llvm::StringRef Title) {
  Drawing D(IsUnion);
  D.draw(Parts, Size);
  D.print(OS, Title);
}

void whet::printRecordPage(llvm::raw_ostream &OS,
                           llvm::ArrayRef<KnownRecord> Records) {
  OS << Head;
  for (const KnownRecord &R : Records) {
    OS << "<h2>" << escaped(R.Name) << "</h2>\n<div class=\"where\">"
       << escaped(R.File) << ':' << R.Line << "</div>\n<div class=\"pair\">\n";
    printFigure(OS, R.Parts, R.Size, R.IsUnion,
                "now " + bitCount(R.Size) + ", " + bitCount(unusedBits(R)) +
                    " unused");
    if (R.Best)
      printFigure(OS, R.Best->Parts, R.Best->Size, R.IsUnion,
                  "could be " + bitCount(R.Best->Size) + ", by moving " +
                      counted(R.Best->Moved, "field"));
    OS << "</div>\n";
    for (const std::string &Line : objections(R))
      OS << "<div>" << escaped(Line) << "</div>\n";
    for (const std::string &Line : remarks(R))
      OS << "<div class=\"where\">" << escaped(Line) << "</div>\n";
  }
  OS << "</html>\n";
}
