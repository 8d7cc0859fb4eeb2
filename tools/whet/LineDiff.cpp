#include "LineDiff.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace whet;

std::string whet::edited(llvm::StringRef Text,
                         llvm::ArrayRef<SourceEdit> Edits) {
  std::string Result;
  size_t At = 0;
  for (const SourceEdit &E : Edits) {
    Result += Text.slice(At, E.Offset);
    Result += E.Text;
    At = E.Offset + E.Length;
  }
  Result += Text.substr(At);
  return Result;
}

static size_t lineBegin(llvm::StringRef Text, size_t Offset) {
  return Text.take_front(Offset).rfind('\n') + 1;
}

static size_t lineEnd(llvm::StringRef Text, size_t Offset) {
  return std::min(Text.find('\n', Offset), Text.size());
}

static std::vector<std::string> lines(llvm::StringRef Text) {
  llvm::SmallVector<llvm::StringRef, 16> Parts;
  Text.split(Parts, '\n');
  return {Parts.begin(), Parts.end()};
}

// Lines that both sides share at either end did not change.
static void trim(LineChange &Change) {
  std::vector<std::string> &Before = Change.Before;
  std::vector<std::string> &After = Change.After;
  while (!Before.empty() && !After.empty() && Before.back() == After.back()) {
    Before.pop_back();
    After.pop_back();
  }
  while (!Before.empty() && !After.empty() && Before.front() == After.front()) {
    Before.erase(Before.begin());
    After.erase(After.begin());
    ++Change.FirstLine;
  }
}

/// Up to here, what stays within a change is looked for; beyond, nobody reads
/// it line by line.
static constexpr size_t MaxComparisons = 1 << 20;

// The lengths of the longest common subsequences of the lines from (I, J) on;
// Hunt and McIlroy, "An Algorithm for Differential File Comparison", 1976.
static std::vector<std::vector<unsigned>>
commonLengths(const LineChange &Change) {
  size_t Rows = Change.Before.size();
  size_t Columns = Change.After.size();
  std::vector Length(Rows + 1, std::vector<unsigned>(Columns + 1));
  for (size_t I = Rows; I-- > 0;)
    for (size_t J = Columns; J-- > 0;)
      Length[I][J] = Change.Before[I] == Change.After[J]
                         ? Length[I + 1][J + 1] + 1
                         : std::max(Length[I + 1][J], Length[I][J + 1]);
  return Length;
}

// Lines that move past others that stay: what goes, and what comes, apart.
static void addParts(LineChange Change, std::vector<LineChange> &Changes) {
  size_t Rows = Change.Before.size();
  size_t Columns = Change.After.size();
  if (Rows * Columns > MaxComparisons) {
    Changes.push_back(std::move(Change));
    return;
  }
  auto Length = commonLengths(Change);
  LineChange Part{Change.FirstLine, {}, {}};
  auto Finish = [&](size_t NextLine) {
    if (!Part.Before.empty() || !Part.After.empty())
      Changes.push_back(std::move(Part));
    Part = {NextLine, {}, {}};
  };
  for (size_t I = 0, J = 0; I < Rows || J < Columns;) {
    if (I < Rows && J < Columns && Change.Before[I] == Change.After[J]) {
      Finish(Change.FirstLine + ++I);
      ++J;
    } else if (J == Columns ||
               (I < Rows && Length[I + 1][J] >= Length[I][J + 1]))
      Part.Before.push_back(std::move(Change.Before[I++]));
    else
      Part.After.push_back(std::move(Change.After[J++]));
  }
  Finish(0);
}

std::vector<LineChange> whet::lineChanges(llvm::StringRef Text,
                                          llvm::ArrayRef<SourceEdit> Edits) {
  std::vector<LineChange> Changes;
  size_t Line = 1;
  size_t Counted = 0;
  while (!Edits.empty()) {
    size_t Begin = lineBegin(Text, Edits.front().Offset);
    size_t End = lineEnd(Text, Edits.front().Offset + Edits.front().Length);
    // Edits of the same or of adjoining lines make one change.
    size_t Count = 1;
    for (; Count < Edits.size() && Edits[Count].Offset <= End + 1; ++Count)
      End = lineEnd(Text, Edits[Count].Offset + Edits[Count].Length);
    std::vector<SourceEdit> Shifted(Edits.begin(), Edits.begin() + Count);
    for (SourceEdit &E : Shifted)
      E.Offset -= Begin;
    Edits = Edits.drop_front(Count);
    Line += Text.slice(Counted, Begin).count('\n');
    Counted = Begin;
    llvm::StringRef Old = Text.slice(Begin, End);
    LineChange Change{Line, lines(Old), lines(edited(Old, Shifted))};
    trim(Change);
    // Whether the last line ends is told of a change as a whole.
    if (End == Text.size())
      Changes.push_back(std::move(Change));
    else
      addParts(std::move(Change), Changes);
  }
  return Changes;
}

namespace {
/// Writes hunks; keeps count of how far the new lines have moved.
class DiffWriter {
public:
  explicit DiffWriter(llvm::StringRef Text)
      : Lines(lines(Text)), EndsWithNewline(Text.ends_with("\n")) {
    if (EndsWithNewline)
      Lines.pop_back();
  }

  void writeHunk(llvm::ArrayRef<LineChange> Changes);
  std::string take() { return std::move(Result); }

private:
  void writeLine(char Mark, llvm::StringRef Line, bool IsLast) {
    Result += Mark;
    Result += Line;
    Result += '\n';
    if (IsLast && !EndsWithNewline)
      Result += "\\ No newline at end of file\n";
  }

  std::vector<std::string> Lines;
  bool EndsWithNewline;
  long Shift = 0;
  std::string Result;
};
} // namespace

static constexpr size_t Context = 3;

void DiffWriter::writeHunk(llvm::ArrayRef<LineChange> Changes) {
  const LineChange &Last = Changes.back();
  size_t First = Changes.front().FirstLine;
  First = First > Context ? First - Context : 1;
  size_t End =
      std::min(Last.FirstLine + Last.Before.size() + Context, Lines.size() + 1);
  size_t Added = 0;
  size_t Removed = 0;
  for (const LineChange &C : Changes) {
    Added += C.After.size();
    Removed += C.Before.size();
  }
  size_t OldCount = End - First;
  Result += "@@ -" + llvm::utostr(First) + "," + llvm::utostr(OldCount) + " +" +
            llvm::utostr(First + Shift) + "," +
            llvm::utostr(OldCount + Added - Removed) + " @@\n";
  size_t Line = First;
  for (const LineChange &C : Changes) {
    for (; Line < C.FirstLine; ++Line)
      writeLine(' ', Lines[Line - 1], Line == Lines.size());
    for (const std::string &Old : C.Before)
      writeLine('-', Old, Line++ == Lines.size());
    for (const std::string &New : C.After)
      writeLine('+', New, Line > Lines.size() && &New == &C.After.back());
  }
  for (; Line < End; ++Line)
    writeLine(' ', Lines[Line - 1], Line == Lines.size());
  Shift += static_cast<long>(Added) - static_cast<long>(Removed);
}

std::string whet::unifiedDiff(llvm::StringRef Path, llvm::StringRef Text,
                              llvm::ArrayRef<SourceEdit> Edits) {
  std::vector<LineChange> Changes = lineChanges(Text, Edits);
  DiffWriter Writer(Text);
  for (size_t I = 0; I < Changes.size();) {
    size_t J = I + 1;
    while (J < Changes.size() &&
           Changes[J].FirstLine <= Changes[J - 1].FirstLine +
                                       Changes[J - 1].Before.size() +
                                       2 * Context)
      ++J;
    Writer.writeHunk(llvm::ArrayRef(Changes).slice(I, J - I));
    I = J;
  }
  // As git does: a tab ends a name with spaces, or patch ends it at the first.
  llvm::StringRef End = Path.contains(' ') ? "\t\n" : "\n";
  return ("--- a/" + Path + End + "+++ b/" + Path + End).str() + Writer.take();
}
