#include "Baseline.h"
#include "YamlReader.h"
#include "clang-tidy/GlobList.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace whet;

static constexpr unsigned Version = 1;
static constexpr unsigned MostFindings = 1U << 30;

std::string whet::describe(const BaselineGroup &Group) {
  std::string Text = Group.Check + " in " + Group.File;
  return Group.Declaration.empty() ? Text : Text + ", " + Group.Declaration;
}

size_t Baseline::size() const {
  size_t Sum = 0;
  for (const auto &[Group, Count] : Counts)
    Sum += Count;
  return Sum;
}

// --- Reading
// ---------------------------------------------------------------------

static void readCounts(YamlReader &Reader, const YAML::Node &Node,
                       Baseline &Result) {
  for (const YamlEntry &Check : Reader.entries(Node, "checks"))
    for (const YamlEntry &File : Reader.entries(Check.Value, "files"))
      for (const YamlEntry &Declaration :
           Reader.entries(File.Value, "declarations"))
        if (std::optional<unsigned> Count = Reader.number(
                Declaration.Value, "a number of findings", 1, MostFindings))
          Result.Counts[{Check.Key, File.Key, Declaration.Key}] = *Count;
}

static void readVersion(YamlReader &Reader, const YAML::Node &Node) {
  std::optional<unsigned> Found =
      Reader.number(Node, "the version of the format", 1, MostFindings);
  if (Found && *Found != Version)
    Reader.report(Node.Mark(),
                  "this is a baseline of version " + llvm::Twine(*Found) +
                      ", and this whet reads version " + llvm::Twine(Version) +
                      "; remove it, and write it again with --update-baseline");
}

llvm::Expected<Baseline> Baseline::parse(llvm::StringRef Text,
                                         llvm::StringRef File) {
  YamlReader Reader(File);
  Baseline Result;
  YAML::Node Root = Reader.load(Text);
  bool IsReadable = !Reader.hasErrors();
  bool HasVersion = false;
  for (const YamlEntry &Section : Reader.entries(Root, "version, findings")) {
    if (Section.Key == "version") {
      HasVersion = true;
      readVersion(Reader, Section.Value);
    } else if (Section.Key == "findings") {
      readCounts(Reader, Section.Value, Result);
    } else {
      Reader.reportUnknown(Section.KeyMark, "key", Section.Key,
                           {"version", "findings"});
    }
  }
  if (IsReadable && !HasVersion && (Root.IsMap() || Root.IsNull()))
    Reader.report(Root.Mark(), "not a baseline: it has no version");
  if (llvm::Error E = Reader.takeErrors())
    return std::move(E);
  return Result;
}

llvm::Expected<Baseline> Baseline::load(llvm::StringRef File) {
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer)
    return llvm::createStringError(
        "cannot read " + File + ": " + Buffer.getError().message() +
        "; --update-baseline writes a baseline that counts all findings");
  return parse((*Buffer)->getBuffer(), File);
}

// --- Writing
// ---------------------------------------------------------------------

static constexpr char Head[] =
    "# Findings that were there before, which whet check --baseline does not "
    "report.\n"
    "# Written by --update-baseline; --prune-baseline takes out what is "
    "gone.\n";

// Names are always quoted: an operator's name may look like anything.
static void writeKey(YAML::Emitter &Out, const std::string &Name) {
  // YAML takes no more than 1024 characters for a key on one line; each of a
  // name's bytes may take four when it is escaped.
  static constexpr size_t LongestOnOneLine = 250;
  if (Name.size() > LongestOnOneLine)
    Out << YAML::LongKey;
  Out << YAML::Key << YAML::DoubleQuoted << Name << YAML::Value;
}

std::string Baseline::text() const {
  std::map<std::string, std::map<std::string, std::map<std::string, unsigned>>>
      Tree;
  for (const auto &[Group, Count] : Counts)
    Tree[Group.Check][Group.File][Group.Declaration] = Count;
  YAML::Emitter Out;
  Out << YAML::BeginMap;
  Out << YAML::Key << "version" << YAML::Value << Version;
  Out << YAML::Key << "findings" << YAML::Value;
  if (Tree.empty())
    Out << YAML::Flow;
  Out << YAML::BeginMap;
  for (const auto &[Check, Files] : Tree) {
    Out << YAML::Key << Check << YAML::Value << YAML::BeginMap;
    for (const auto &[File, Declarations] : Files) {
      writeKey(Out, File);
      Out << YAML::BeginMap;
      for (const auto &[Declaration, Count] : Declarations) {
        writeKey(Out, Declaration);
        Out << Count;
      }
      Out << YAML::EndMap;
    }
    Out << YAML::EndMap;
  }
  Out << YAML::EndMap << YAML::EndMap;
  return Head + std::string(Out.c_str(), Out.size()) + "\n";
}

// --- Comparing
// -------------------------------------------------------------------

bool BaselineScope::covers(const BaselineGroup &Group) const {
  if (!IsWhole)
    return false;
  if (HasHeaderFilter && !MainFiles.count(Group.File))
    return false;
  return Checks.empty() ||
         clang::tidy::GlobList("-*,whet-*," + Checks).contains(Group.Check);
}

// YAML is text: bytes that are none have to be the same here and there.
static BaselineGroup groupOf(const ReportedFinding &F,
                             const ProjectPaths &Paths) {
  return {F.Check, llvm::json::fixUTF8(Paths.portable(F.Position.File)),
          llvm::json::fixUTF8(F.Declaration)};
}

static std::string partlyKnownNote(unsigned Counted, unsigned Found) {
  return (llvm::Twine(Counted) + " of these " + llvm::Twine(Found) +
          (Counted == 1 ? " is" : " are") +
          " in the baseline, which does not say which")
      .str();
}

static void set(Baseline &B, const BaselineGroup &Group, unsigned Count) {
  if (Count > 0)
    B.Counts[Group] = Count;
  else
    B.Counts.erase(Group);
}

BaselineComparison whet::compare(const Baseline &Known,
                                 llvm::ArrayRef<ReportedFinding> Findings,
                                 const ProjectPaths &Paths,
                                 const BaselineScope &Scope) {
  BaselineComparison Result;
  std::map<BaselineGroup, unsigned> Found;
  for (const ReportedFinding &F : Findings)
    ++Found[groupOf(F, Paths)];
  Result.Updated.Counts = Found;
  Result.Pruned = Known;
  for (const auto &[Group, Counted] : Known.Counts) {
    auto It = Found.find(Group);
    unsigned Here = It == Found.end() ? 0 : It->second;
    if (Here >= Counted)
      continue;
    if (!Scope.covers(Group)) {
      Result.Updated.Counts[Group] = Counted;
      continue;
    }
    Result.Stale.push_back({Group, Counted, Here});
    set(Result.Pruned, Group, Here);
  }
  for (const ReportedFinding &F : Findings) {
    BaselineGroup Group = groupOf(F, Paths);
    auto Entry = Known.Counts.find(Group);
    unsigned Counted = Entry == Known.Counts.end() ? 0 : Entry->second;
    if (Found[Group] <= Counted) {
      ++Result.Known;
      continue;
    }
    Result.New.push_back(F);
    if (Counted > 0)
      Result.New.back().Notes.push_back(
          {F.Position, partlyKnownNote(Counted, Found[Group])});
  }
  return Result;
}
