#include "SarifReport.h"
#include "CheckPages.h"
#include "LineHashes.h"
#include "Talk.h"
#include "whet/facts/Shard.h"
#include "whet/support/Registry.h"
#include "whet/support/Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Compression.h"

using namespace whet;
using llvm::json::Array;
using llvm::json::Object;

/// Of a description; GitHub's.
static constexpr size_t MaxDescription = 1024;

static Object textObject(llvm::StringRef Text) {
  return Object{{"text", llvm::json::fixUTF8(Text)}};
}

// --- Rules
// -----------------------------------------------------------------------

// Comments are for the tests of pages.
static std::string withoutComments(llvm::StringRef Page) {
  std::string Result;
  while (!Page.empty()) {
    auto [Line, Rest] = Page.split('\n');
    Page = Rest;
    if (!Line.starts_with("<!--") || !Line.ends_with("-->"))
      Result += (Line + "\n").str();
  }
  return Result;
}

static llvm::StringRef pageOf(const CheckInfo &Info) {
  for (const CheckPage &Page : CheckPages)
    if (Page.Name == Info.shortName())
      return Page.Text;
  return Info.Summary;
}

// The page's first paragraph below what is generated; the summary if there is
// none, or if it is longer than GitHub takes.
static std::string fullDescription(const CheckInfo &Info,
                                   const std::string &Summary) {
  llvm::StringRef Prose =
      pageOf(Info).split("<!-- end of generated -->").second.ltrim();
  std::string Paragraph = Prose.split("\n\n").first.rtrim().str();
  llvm::replace(Paragraph, '\n', ' ');
  bool IsText = !Paragraph.empty() && llvm::isAlnum(Paragraph[0]);
  return IsText && Paragraph.size() <= MaxDescription ? Paragraph : Summary;
}

static Object rule(const CheckInfo &Info) {
  std::string Summary = Info.Summary.str() + ".";
  Summary[0] = llvm::toUpper(Summary[0]);
  std::string Help = withoutComments(pageOf(Info));
  return Object{{"id", Info.Id},
                {"name", Info.shortName()},
                {"shortDescription", textObject(Summary)},
                {"fullDescription", textObject(fullDescription(Info, Summary))},
                {"help", Object{{"text", llvm::json::fixUTF8(Help)},
                                {"markdown", llvm::json::fixUTF8(Help)}}},
                {"defaultConfiguration", Object{{"level", "warning"}}},
                {"properties",
                 Object{{"tags", Array{"performance", topicName(Info.Topic)}},
                        {"precision", "high"},
                        {"problem.severity", "warning"}}}};
}

// --- Places
// ----------------------------------------------------------------------

static std::string uri(llvm::StringRef Path) {
  static constexpr llvm::StringLiteral Unreserved = "-._~/";
  std::string Result;
  for (char C : Path) {
    if (llvm::isAlnum(C) || Unreserved.contains(C)) {
      Result += C;
      continue;
    }
    Result += '%';
    Result += llvm::hexdigit(static_cast<unsigned char>(C) >> 4);
    Result += llvm::hexdigit(C & 15);
  }
  return Result;
}

Object SarifReport::artifact(llvm::StringRef File) const {
  std::string Path = Paths.portable(File);
  if (llvm::StringRef(Path).starts_with("/"))
    return Object{{"uri", "file://" + uri(Path)}};
  return Object{{"uri", uri(Path)}, {"uriBaseId", "%SRCROOT%"}};
}

static Object region(const TextRegion &R) {
  return Object{{"startLine", R.Begin.Line},
                {"startColumn", R.Begin.Column},
                {"endLine", R.End.Line},
                {"endColumn", R.End.Column}};
}

Object SarifReport::location(const SourcePosition &P) {
  return Object{
      {"physicalLocation", Object{{"artifactLocation", artifact(P.File)},
                                  {"region", region(Texts.shown(P))}}}};
}

// --- Results
// ---------------------------------------------------------------------

// Nothing if it cannot be said where the edits are.
std::optional<llvm::json::Value> SarifReport::fix(const ReportedFinding &F) {
  auto IsElsewhere = [&](const ReportedNote &N) {
    return !N.Position.File.empty() && !Texts.agrees(N.Position);
  };
  if (!Texts.agrees(F.Position) || llvm::any_of(F.Notes, IsElsewhere))
    return std::nullopt;
  std::map<std::string, Array> ByFile;
  for (const SourceEdit &E : F.SafeFix) {
    std::optional<TextRegion> Place = Texts.region(E.File, E.Offset, E.Length);
    if (!Place)
      return std::nullopt;
    Object Deleted = region(*Place);
    Deleted["byteOffset"] = E.Offset;
    Deleted["byteLength"] = E.Length;
    ByFile[E.File].push_back(Object{{"deletedRegion", std::move(Deleted)},
                                    {"insertedContent", textObject(E.Text)}});
  }
  Array Changes;
  for (auto &[File, Replacements] : ByFile)
    Changes.push_back(Object{{"artifactLocation", artifact(File)},
                             {"replacements", std::move(Replacements)}});
  return Object{{"description", textObject("What whet fix does.")},
                {"artifactChanges", std::move(Changes)}};
}

Array SarifReport::relatedLocations(const ReportedFinding &F) {
  Array Related;
  for (const ReportedNote &N : F.Notes) {
    if (N.Position.File.empty())
      continue;
    // One location is the finding's own.
    if (Related.size() + 1 == Limits.Locations) {
      ++FindingsWithCutNotes;
      return Related;
    }
    Object Place = location(N.Position);
    Place["id"] = Related.size() + 1;
    Place["message"] = textObject(N.Message);
    Related.push_back(std::move(Place));
  }
  return Related;
}

Object SarifReport::fingerprints(const ReportedFinding &F) {
  std::string Identity = F.Check + '\0' + Paths.portable(F.Position.File) +
                         '\0' + F.Declaration + '\0' + F.Message;
  unsigned Number = Occurrences[Identity]++;
  Object Result{{"whetFinding/v1",
                 contentHash(Identity + '\0' + std::to_string(Number))}};
  if (!Texts.agrees(F.Position))
    return Result;
  auto [Hashes, IsNew] = LineHashesByFile.try_emplace(F.Position.File);
  if (IsNew)
    Hashes->second = lineHashes(Texts.contents(F.Position.File));
  if (F.Position.Line <= Hashes->second.size())
    Result["primaryLocationLineHash"] = Hashes->second[F.Position.Line - 1];
  return Result;
}

llvm::json::Value SarifReport::result(const ReportedFinding &F,
                                      bool WithFixes) {
  Object Place = location(F.Position);
  if (!F.Declaration.empty())
    Place["logicalLocations"] = Array{
        Object{{"fullyQualifiedName", llvm::json::fixUTF8(F.Declaration)}}};
  Object Result{{"ruleId", F.Check},
                {"level", F.Severity == Severity::Remark
                              ? "note"
                              : severityName(F.Severity)},
                {"message", textObject(F.Message)},
                {"locations", Array{std::move(Place)}},
                {"partialFingerprints", fingerprints(F)}};
  auto Index = RuleIndex.find(F.Check);
  if (Index != RuleIndex.end())
    Result["ruleIndex"] = Index->second;
  Array Related = relatedLocations(F);
  if (!Related.empty())
    Result["relatedLocations"] = std::move(Related);
  if (F.SafeFix.empty() || !WithFixes)
    return Result;
  if (std::optional<llvm::json::Value> Fix = fix(F))
    Result["fixes"] = Array{std::move(*Fix)};
  else
    ++LostFixes;
  return Result;
}

// --- The log
// ---------------------------------------------------------------------

Object SarifReport::invocation() const {
  Array Notifications;
  auto Notify = [&](llvm::StringRef Level, llvm::StringRef Line) {
    Notifications.push_back(
        Object{{"level", Level}, {"message", textObject(Line)}});
  };
  for (const std::string &Line : Contents.Problems)
    Notify("error", Line);
  for (const std::string &Line : Omissions)
    Notify("warning", Line);
  Object Result{{"executionSuccessful", Contents.Problems.empty()}};
  if (!Notifications.empty())
    Result["toolExecutionNotifications"] = std::move(Notifications);
  return Result;
}

void SarifReport::noteOmissions(size_t Kept, bool WithFixes) {
  size_t All = Contents.Findings.size();
  if (Kept < All)
    Omissions.push_back(
        "the SARIF log has the first " + std::to_string(Kept) + " of " +
        std::to_string(All) + " findings, since GitHub takes no more in one " +
        (Kept < std::min(All, Limits.Results) ? "file" : "run") +
        "; use --baseline or fewer paths for the rest");
  if (!WithFixes)
    Omissions.push_back("the SARIF log has no fixes, since GitHub does not "
                        "take a file of that size; whet fix has them all");
  if (FindingsWithCutNotes != 0)
    Omissions.push_back("the SARIF log has only the first " +
                        std::to_string(Limits.Locations - 1) + " notes of " +
                        counted(FindingsWithCutNotes, "finding") +
                        ", since GitHub takes no more");
  if (LostFixes != 0)
    Omissions.push_back(
        "the SARIF log has no fix for " + counted(LostFixes, "finding") +
        ", since their files are not here as they were analysed; reduce where "
        "the sources are, and name their folder with --root");
}

void SarifReport::write(size_t Kept, bool WithFixes) {
  RuleIndex.clear();
  Occurrences.clear();
  Omissions.clear();
  FindingsWithCutNotes = LostFixes = 0;
  Array Rules;
  for (const RegisteredCheck &C : registeredChecks()) {
    RuleIndex[C.Info->Id.str()] = Rules.size();
    Rules.push_back(rule(*C.Info));
  }
  Object Driver{{"name", "whet"},
                {"semanticVersion", WHET_VERSION},
                {"rules", std::move(Rules)}};
  Text.clear();
  llvm::raw_string_ostream OS(Text);
  llvm::json::OStream J(OS);
  J.object([&] {
    J.attribute("$schema",
                "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
                "schemas/sarif-schema-2.1.0.json");
    J.attribute("version", "2.1.0");
    J.attributeArray("runs", [&] {
      J.object([&] { writeRun(J, std::move(Driver), Kept, WithFixes); });
    });
  });
  OS << '\n';
}

// One result at a time, since trees of 25,000 take gigabytes.
void SarifReport::writeRun(llvm::json::OStream &J, Object Driver, size_t Kept,
                           bool WithFixes) {
  J.attribute("tool", Object{{"driver", std::move(Driver)}});
  J.attribute("columnKind", "unicodeCodePoints");
  J.attribute(
      "originalUriBaseIds",
      Object{{"%SRCROOT%",
              Object{{"description", textObject("The project's folder.")}}}});
  J.attributeArray("results", [&] {
    for (const ReportedFinding &F : Contents.Findings.take_front(Kept))
      J.value(result(F, WithFixes));
  });
  noteOmissions(Kept, WithFixes);
  J.attribute("invocations", Array{invocation()});
}

// Asks the compressor only about what may be too large.
static size_t compressedSize(llvm::StringRef Text, size_t Limit) {
  if (Text.size() <= Limit || !llvm::compression::zlib::isAvailable())
    return Text.size();
  llvm::SmallVector<uint8_t, 0> Compressed;
  llvm::compression::zlib::compress(llvm::arrayRefFromStringRef(Text),
                                    Compressed);
  return Compressed.size();
}

SarifReport::SarifReport(const ReportContents &Contents,
                         const SarifLimits &Limits)
    : Contents(Contents), Limits(Limits), Paths(Contents.Root.str(), "") {
  size_t Kept = std::min(Contents.Findings.size(), Limits.Results);
  bool WithFixes = true;
  write(Kept, WithFixes);
  while (Kept != 0) {
    size_t Size = compressedSize(Text, Limits.CompressedBytes);
    if (Size <= Limits.CompressedBytes)
      return;
    // Fixes first: they are what GitHub does not show.
    if (!WithFixes)
      Kept = std::min(Kept - 1, Kept * Limits.CompressedBytes / Size);
    WithFixes = false;
    write(Kept, WithFixes);
  }
}
