#include "EscapeReport.h"
#include "whet/facts/ProjectPaths.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace whet;
namespace json = llvm::json;

namespace {
/// Lines of one function.
class FunctionLines {
public:
  FunctionLines(FlowSolver &Solver, unsigned Number, bool WithSteps,
                const CompilerVerdicts *Compiler)
      : Solver(Solver), G(Solver.graph(Number)), Number(Number),
        WithSteps(WithSteps), Compiler(Compiler) {}

  std::vector<EscapeLine> take();

private:
  void parameter(const FlowParameter &P);
  void allocation(const FlowAllocation &A);
  void compiled(const FlowAllocation &A, bool Escapes);
  EscapeLine &add(const FlowPlace &Place, const FlowPlace &End,
                  std::string Text, EscapeTopic Topic);
  void addSteps(EscapeLine &Line, NodeId From, NodeId To);
  EscapeStep stepAt(const FlowPlace &Place, std::string Text) const;
  std::string nameOf(NodeId N) const;
  std::string pointeeName(unsigned Parameter) const;

  FlowSolver &Solver;
  const FlowGraph &G;
  unsigned Number;
  bool WithSteps;
  const CompilerVerdicts *Compiler;
  std::vector<EscapeLine> Lines;
};
} // namespace

EscapeLine &FunctionLines::add(const FlowPlace &Place, const FlowPlace &End,
                               std::string Text, EscapeTopic Topic) {
  EscapeLine &L = Lines.emplace_back();
  L.File = G.Files[Place.File];
  L.Line = Place.Line;
  L.Column = Place.Column;
  L.EndLine = End.isValid() ? End.Line : Place.Line;
  L.EndColumn = End.isValid() ? End.Column : Place.Column;
  L.Text = std::move(Text);
  L.Topic = Topic;
  L.Function = G.Name;
  return L;
}

std::string FunctionLines::pointeeName(unsigned Parameter) const {
  return "*" + G[G.Parameters[Parameter].Node].Name;
}

std::string FunctionLines::nameOf(NodeId N) const {
  switch (G[N].Kind) {
  case NodeKind::Heap:
    return "{heap}";
  case NodeKind::Result:
    return "{result}";
  case NodeKind::Unknown:
    return "{unknown}";
  case NodeKind::Pointee:
    return pointeeName(G[N].Index);
  default:
    return G[N].Name.empty() ? "{temp}" : G[N].Name;
  }
}

EscapeStep FunctionLines::stepAt(const FlowPlace &Place,
                                 std::string Text) const {
  EscapeStep S;
  if (Place.isValid()) {
    S.File = G.Files[Place.File];
    S.Line = Place.Line;
    S.Column = Place.Column;
  }
  S.Text = std::move(Text);
  return S;
}

// As Go does: "flow: dst = *src" and where it happens.
void FunctionLines::addSteps(EscapeLine &Line, NodeId From, NodeId To) {
  if (!WithSteps)
    return;
  for (const FlowEdge &E : Solver.path(Number, From, To)) {
    std::string Source = nameOf(E.From);
    // From one value of a variable to the next.
    bool IsSame = G[E.To].Of != NoNode && G[E.To].Of == G[E.From].Of;
    if (IsSame && E.Derefs == 0)
      continue;
    std::string Text = "flow: " + nameOf(E.To) + " = " +
                       (E.Derefs < 0 ? "&" : std::string(E.Derefs, '*')) +
                       Source;
    llvm::StringRef Why = reasonName(E.Why);
    if (!Why.empty())
      Text += ": " + Why.str();
    if (!E.Callee.empty())
      Text += " of " + E.Callee;
    Line.Steps.push_back(stepAt(E.Place, std::move(Text)));
  }
}

void FunctionLines::parameter(const FlowParameter &P) {
  const FlowNode &N = G[P.Node];
  if (!P.HasPointers || N.Name.empty() || N.Name.front() == '{' ||
      !N.Place.isValid())
    return;
  const FlowSummary &S = Solver.summary(Number);
  size_t Before = Lines.size();
  auto Add = [&](const std::string &Text, NodeId To) {
    addSteps(add(N.Place, P.End, Text, EscapeTopic::Escape), P.Node, To);
  };
  std::optional<int> Heap = S.leaks(N.Index);
  if (Heap)
    Add((*Heap == 0 ? "leaking param: " : "leaking param content: ") + N.Name,
        FlowGraph::Heap);
  // What leaks leaks to all, and what it leads to with it.
  auto IsNews = [&](const std::optional<int> &Level) {
    return Level && (!Heap || *Level < *Heap);
  };
  if (std::optional<int> Level = S.toResult(N.Index); IsNews(Level))
    Add(llvm::formatv("leaking param: {0} to result level={1}", N.Name, *Level),
        FlowGraph::Result);
  for (unsigned To = 0; To < G.Parameters.size(); ++To) {
    std::optional<int> Level = S.toPointee(N.Index, To);
    // What it holds already is no news.
    if (!IsNews(Level) || (To == N.Index && *Level > 0))
      continue;
    NodeId Pointee = NoNode;
    for (NodeId Node = 0; Node < G.Nodes.size(); ++Node)
      if (G[Node].Kind == NodeKind::Pointee && G[Node].Index == To)
        Pointee = Node;
    Add(llvm::formatv("leaking param: {0} to {1} level={2}", N.Name,
                      pointeeName(To), *Level),
        Pointee);
  }
  if (Lines.size() == Before)
    add(N.Place, P.End, N.Name + " does not escape", EscapeTopic::Escape);
}

void FunctionLines::allocation(const FlowAllocation &A) {
  const FlowNode &N = G[A.Node];
  if (!N.Place.isValid())
    return;
  std::string Text = A.Text;
  bool Escapes = Solver.escapes(Number, A.Node);
  if (!A.Obstacle.empty())
    Text += Escapes
                ? " escapes to heap"
                : " does not escape (but is on the heap: " + A.Obstacle + ")";
  else
    Text +=
        Escapes ? " escapes to heap"
        : A.IsConditional
            ? " does not escape (could live on the stack, in a std::optional)"
            : " does not escape (could live on the stack)";
  EscapeLine &L = add(N.Place, A.End, std::move(Text), EscapeTopic::Escape);
  if (Escapes)
    addSteps(L, A.Node, NoNode);
  std::string Cost = A.Text + ": 1 allocation";
  if (A.Size > 0)
    Cost += ", " + std::to_string(A.Size + A.Overhead) + " bytes";
  if (A.Overhead > 0)
    Cost += " (" + std::to_string(A.Overhead) + " of them the control block)";
  add(N.Place, A.End, std::move(Cost), EscapeTopic::Allocation);
  compiled(A, Escapes);
}

// What the compiler made of it, and why that differs from what the source says.
void FunctionLines::compiled(const FlowAllocation &A, bool Escapes) {
  const FlowPlace &Place = G[A.Node].Place;
  const CompilerPlace *P =
      Compiler
          ? Compiler->allocation(G.Files[Place.File], Place.Line, Place.Column)
          : nullptr;
  if (!P)
    return;
  std::string Text = A.Text;
  if (P->isRemoved())
    Text += " is removed by the compiler";
  else if (Escapes || !A.Obstacle.empty())
    Text += " is kept by the compiler";
  else
    Text += " does not escape, yet is kept by the compiler: " +
            llvm::join(P->Reasons, "; ");
  add(Place, A.End, std::move(Text), EscapeTopic::Allocation);
}

std::vector<EscapeLine> FunctionLines::take() {
  for (const FlowParameter &P : G.Parameters)
    parameter(P);
  for (const FlowAllocation &A : G.Allocations)
    allocation(A);
  for (const FlowHidden &H : G.Hidden)
    if (H.Place.isValid())
      add(H.Place, H.End, H.Text, EscapeTopic::Allocation);
  return std::move(Lines);
}

static void appendInlining(const CompilerVerdicts &Compiler,
                           llvm::function_ref<bool(llvm::StringRef)> IsWanted,
                           std::vector<EscapeLine> &All) {
  for (CompilerLine &C : Compiler.inlining()) {
    if (!IsWanted(C.Function))
      continue;
    EscapeLine &L = All.emplace_back();
    L.File = std::move(C.File);
    L.Line = L.EndLine = C.Line;
    L.Column = L.EndColumn = C.Column;
    L.Text = std::move(C.Text);
    L.Topic = EscapeTopic::Inlining;
    L.Function = std::move(C.Function);
  }
}

// Whether Path is a file of the project: others have absolute paths.
static bool isOfProject(llvm::StringRef Path) {
  return !Path.empty() && !llvm::sys::path::is_absolute(Path) &&
         !Path.starts_with("<build>");
}

std::vector<EscapeLine>
whet::escapeLines(EscapeReport &Report, bool WithSteps,
                  const CompilerVerdicts *Compiler,
                  llvm::function_ref<bool(llvm::StringRef)> IsWanted) {
  std::vector<EscapeLine> All;
  for (const FunctionEscapes &F : Report.functions()) {
    const FlowGraph &G = Report.solver().graph(F.Number);
    if (!G.Place.isValid() || !isOfProject(G.Files[G.Place.File]) ||
        !IsWanted(G.Name))
      continue;
    llvm::append_range(
        All,
        FunctionLines(Report.solver(), F.Number, WithSteps, Compiler).take());
  }
  if (Compiler)
    appendInlining(*Compiler, IsWanted, All);
  // Instances of a template may say the same for different reasons: the least
  // of them stays.
  auto IsSame = [](const EscapeLine &A, const EscapeLine &B) {
    return std::tie(A.File, A.Line, A.Column, A.Text) ==
           std::tie(B.File, B.Line, B.Column, B.Text);
  };
  llvm::sort(All, [](const EscapeLine &A, const EscapeLine &B) {
    return std::tie(A.File, A.Line, A.Column, A.Topic, A.Text, A) <
           std::tie(B.File, B.Line, B.Column, B.Topic, B.Text, B);
  });
  All.erase(llvm::unique(All, IsSame), All.end());
  return All;
}

void whet::printLines(llvm::raw_ostream &OS, llvm::ArrayRef<EscapeLine> Lines) {
  for (const EscapeLine &L : Lines) {
    OS << L.File << ':' << L.Line << ':' << L.Column << ": " << L.Text << '\n';
    for (const EscapeStep &S : L.Steps) {
      if (S.Line != 0)
        OS << S.File << ':' << S.Line << ':' << S.Column << ':';
      OS << "   " << S.Text << '\n';
    }
  }
}

// --- With the sources
// ------------------------------------------------------------------

namespace {
/// A file, by its lines.
class SourceLines {
public:
  SourceLines(llvm::StringRef ProjectRoot, llvm::StringRef File)
      : Path(ProjectPaths(ProjectRoot.str(), "").absolute(File)),
        Buffer(llvm::MemoryBuffer::getFile(Path)) {
    if (Buffer)
      (*Buffer)->getBuffer().split(All, '\n');
  }

  const std::string &path() const { return Path; }
  llvm::ArrayRef<llvm::StringRef> all() const { return All; }
  llvm::StringRef line(unsigned Number) const {
    return Number == 0 || Number > All.size() ? "" : All[Number - 1];
  }

  /// The 0-based UTF-16 position of a 1-based byte column.
  int64_t character(unsigned Line, unsigned Column) const {
    llvm::StringRef Before = line(Line).take_front(Column > 0 ? Column - 1 : 0);
    llvm::SmallVector<llvm::UTF16, 128> Units;
    if (!llvm::convertUTF8ToUTF16String(Before, Units))
      return static_cast<int64_t>(Before.size());
    return static_cast<int64_t>(Units.size());
  }

  /// The column after the token at \p Column.
  unsigned tokenEnd(unsigned Line, unsigned Column) const {
    llvm::StringRef Text =
        line(Line).drop_front(std::min<size_t>(Column - 1, line(Line).size()));
    size_t Length = 0;
    while (Length < Text.size() &&
           (llvm::isAlnum(Text[Length]) || Text[Length] == '_'))
      ++Length;
    return Column + std::max<size_t>(Length, Text.empty() ? 0 : 1);
  }

private:
  std::string Path;
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> Buffer;
  llvm::SmallVector<llvm::StringRef, 0> All;
};
} // namespace

static json::Object position(const SourceLines &Source, unsigned Line,
                             unsigned Column) {
  return json::Object{{"line", static_cast<int64_t>(Line) - 1},
                      {"character", Source.character(Line, Column)}};
}

static json::Object range(const SourceLines &Source, unsigned Line,
                          unsigned Column, unsigned EndLine,
                          unsigned EndColumn) {
  return json::Object{
      {"start", position(Source, Line, Column)},
      {"end", position(Source, EndLine, Source.tokenEnd(EndLine, EndColumn))}};
}

static std::string uriOf(llvm::StringRef Path) {
  std::string Result = "file://";
  for (char C : Path)
    if (llvm::isAlnum(C) || llvm::StringRef("/-_.~").contains(C))
      Result += C;
    else
      Result += llvm::formatv("%{0:X-2}", static_cast<uint8_t>(C)).str();
  return Result;
}

// Calls Each with the lines of one file after the other.
static void byFile(llvm::ArrayRef<EscapeLine> Lines,
                   llvm::function_ref<void(llvm::ArrayRef<EscapeLine>)> Each) {
  while (!Lines.empty()) {
    size_t Count = 1;
    while (Count < Lines.size() && Lines[Count].File == Lines[0].File)
      ++Count;
    Each(Lines.take_front(Count));
    Lines = Lines.drop_front(Count);
  }
}

static llvm::StringRef topicName(EscapeTopic Topic) {
  switch (Topic) {
  case EscapeTopic::Escape:
    return "escape";
  case EscapeTopic::Allocation:
    return "allocation";
  case EscapeTopic::Inlining:
    return "inlining";
  }
  llvm_unreachable("no other topics");
}

static json::Array related(const EscapeLine &L, llvm::StringRef ProjectRoot) {
  json::Array Result;
  for (const EscapeStep &S : L.Steps) {
    SourceLines Source(ProjectRoot, S.Line == 0 ? L.File : S.File);
    unsigned Line = S.Line == 0 ? L.Line : S.Line;
    unsigned Column = S.Line == 0 ? L.Column : S.Column;
    Result.push_back(json::Object{
        {"location",
         json::Object{{"uri", uriOf(Source.path())},
                      {"range", range(Source, Line, Column, Line, Column)}}},
        {"message", S.Text}});
  }
  return Result;
}

void whet::printDiagnostics(llvm::raw_ostream &OS,
                            llvm::ArrayRef<EscapeLine> Lines,
                            llvm::StringRef ProjectRoot) {
  byFile(Lines, [&](llvm::ArrayRef<EscapeLine> OfFile) {
    SourceLines Source(ProjectRoot, OfFile.front().File);
    json::Array Diagnostics;
    for (const EscapeLine &L : OfFile) {
      json::Object O{
          {"range", range(Source, L.Line, L.Column, L.EndLine, L.EndColumn)},
          {"severity", 3},
          {"code", topicName(L.Topic)},
          {"source", "whet"},
          {"message", L.Text}};
      if (!L.Steps.empty())
        O["relatedInformation"] = related(L, ProjectRoot);
      Diagnostics.push_back(std::move(O));
    }
    OS << json::Value(json::Object{{"uri", uriOf(Source.path())},
                                   {"diagnostics", std::move(Diagnostics)}})
       << '\n';
  });
}

void whet::printAnnotated(llvm::raw_ostream &OS,
                          llvm::ArrayRef<EscapeLine> Lines,
                          llvm::StringRef ProjectRoot) {
  byFile(Lines, [&](llvm::ArrayRef<EscapeLine> OfFile) {
    SourceLines Source(ProjectRoot, OfFile.front().File);
    OS << OfFile.front().File << ":\n";
    unsigned Number = 0;
    for (llvm::StringRef Text : Source.all()) {
      ++Number;
      if (Number == Source.all().size() && Text.empty())
        break;
      OS << llvm::format("%5u | ", Number) << Text << '\n';
      for (; !OfFile.empty() && OfFile.front().Line == Number;
           OfFile = OfFile.drop_front()) {
        OS << "      | " << std::string(OfFile.front().Column - 1, ' ') << "^ "
           << OfFile.front().Text << '\n';
        for (const EscapeStep &S : OfFile.front().Steps)
          OS << "      | " << std::string(OfFile.front().Column - 1, ' ')
             << "    " << S.Text << '\n';
      }
    }
  });
}

// --- A page
// --------------------------------------------------------------------------------

static constexpr char PageHead[] = R"html(<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>What escapes</title>
<style>
:root { color-scheme: light dark }
body { font: 14px/1.5 system-ui, sans-serif; margin: 2em }
h2, pre { font: 13px/1.5 ui-monospace, monospace; margin: 0; tab-size: 4 }
h2 { font-weight: 600; margin: 2em 0 .5em; overflow-wrap: anywhere }
pre { white-space: pre-wrap; overflow-wrap: anywhere }
.number { color: GrayText; user-select: none }
.note { display: block; margin-left: 7ch; padding: 0 1ch; border-left: 3px solid GrayText }
.step { color: GrayText }
.escape { border-color: #8b6fc4 } .allocation { border-color: #d9534f }
.inlining { border-color: #4a90d9 }
:root:has(#escape:not(:checked)) .escape, :root:has(#allocation:not(:checked)) .allocation,
:root:has(#inlining:not(:checked)) .inlining { display: none }
</style>
<h1>What escapes</h1>
<p>Show
<label><input type="checkbox" id="escape" checked> escapes</label>
<label><input type="checkbox" id="allocation" checked> allocations</label>
<label><input type="checkbox" id="inlining" checked> inlining</label>
)html";

static void printNoteOfPage(llvm::raw_ostream &OS, const EscapeLine &L) {
  OS << "<span class=\"note " << topicName(L.Topic) << "\">" << L.Column
     << ": ";
  llvm::printHTMLEscaped(L.Text, OS);
  for (const EscapeStep &S : L.Steps) {
    OS << "<br><span class=\"step\">";
    llvm::printHTMLEscaped(S.Text, OS);
    OS << "</span>";
  }
  OS << "</span>";
}

void whet::printPage(llvm::raw_ostream &OS, llvm::ArrayRef<EscapeLine> Lines,
                     llvm::StringRef ProjectRoot) {
  OS << PageHead;
  byFile(Lines, [&](llvm::ArrayRef<EscapeLine> OfFile) {
    SourceLines Source(ProjectRoot, OfFile.front().File);
    OS << "<h2>";
    llvm::printHTMLEscaped(OfFile.front().File, OS);
    OS << "</h2>\n<pre>";
    unsigned Number = 0;
    for (llvm::StringRef Text : Source.all()) {
      ++Number;
      if (Number == Source.all().size() && Text.empty())
        break;
      OS << "<span class=\"number\">" << llvm::format("%5u  ", Number)
         << "</span>";
      llvm::printHTMLEscaped(Text, OS);
      OS << '\n';
      for (; !OfFile.empty() && OfFile.front().Line == Number;
           OfFile = OfFile.drop_front())
        printNoteOfPage(OS, OfFile.front());
    }
    OS << "</pre>\n";
  });
}
