#include "SarifReport.h"
#include "CheckPages.h"
#include "whet/facts/Shard.h"
#include "whet/support/Registry.h"
#include "whet/support/Version.h"
#include "llvm/ADT/StringExtras.h"

using namespace whet;
using llvm::json::Array;
using llvm::json::Object;

static constexpr size_t MaxResults = 25000;
static constexpr size_t MaxLocations = 1000;

static Object text(llvm::StringRef Text) {
  return Object{{"text", llvm::json::fixUTF8(Text)}};
}

// --- Rules
// -----------------------------------------------------------------------

static llvm::StringRef pageOf(const CheckInfo &Info) {
  for (const CheckPage &Page : CheckPages)
    if (Page.Name == Info.shortName())
      return Page.Text;
  return Info.Summary;
}

static Object rule(const CheckInfo &Info) {
  std::string Summary = Info.Summary.str();
  Summary[0] = llvm::toUpper(Summary[0]);
  return Object{
      {"id", Info.Id},
      {"name", Info.shortName()},
      {"shortDescription", text(Summary + ".")},
      {"fullDescription", text(Summary + ".")},
      {"help", Object{{"text", llvm::json::fixUTF8(pageOf(Info))},
                      {"markdown", llvm::json::fixUTF8(pageOf(Info))}}},
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

llvm::StringRef SarifReport::contents(const std::string &File) {
  auto [It, IsNew] = Buffers.try_emplace(File);
  if (IsNew)
    if (auto Buffer = llvm::MemoryBuffer::getFile(File))
      It->second = std::move(*Buffer);
  return It->second ? It->second->getBuffer() : llvm::StringRef();
}

// Code points, of which SARIF counts columns; a continuation byte begins none.
unsigned SarifReport::characterColumn(const SourcePosition &P) {
  llvm::StringRef Text = contents(P.File);
  if (P.Column == 0 || P.Offset > Text.size() || P.Column > P.Offset + 1)
    return std::max(1U, P.Column);
  llvm::StringRef Before = Text.substr(P.Offset + 1 - P.Column, P.Column - 1);
  return 1 + llvm::count_if(Before, [](char C) { return (C & 0xC0) != 0x80; });
}

SourcePosition SarifReport::positionAt(const std::string &File,
                                       unsigned Offset) {
  llvm::StringRef Before = contents(File).take_front(Offset);
  SourcePosition P;
  P.File = File;
  P.Offset = Offset;
  P.Line = Before.count('\n') + 1;
  P.Column = Before.size() - (Before.rfind('\n') + 1) + 1;
  return P;
}

Object SarifReport::location(const SourcePosition &P) {
  return Object{
      {"physicalLocation",
       Object{{"artifactLocation", artifact(P.File)},
              {"region", Object{{"startLine", P.Line},
                                {"startColumn", characterColumn(P)}}}}}};
}

// --- Results
// ---------------------------------------------------------------------

llvm::json::Value SarifReport::fix(const SourceFix &Fix) {
  std::map<std::string, Array> ByFile;
  for (const SourceEdit &E : Fix) {
    SourcePosition Begin = positionAt(E.File, E.Offset);
    SourcePosition End = positionAt(E.File, E.Offset + E.Length);
    ByFile[E.File].push_back(
        Object{{"deletedRegion", Object{{"startLine", Begin.Line},
                                        {"startColumn", characterColumn(Begin)},
                                        {"endLine", End.Line},
                                        {"endColumn", characterColumn(End)}}},
               {"insertedContent", text(E.Text)}});
  }
  Array Changes;
  for (auto &[File, Replacements] : ByFile)
    Changes.push_back(Object{{"artifactLocation", artifact(File)},
                             {"replacements", std::move(Replacements)}});
  return Object{{"description", text("What whet fix does.")},
                {"artifactChanges", std::move(Changes)}};
}

llvm::json::Value SarifReport::result(const ReportedFinding &F) {
  Array Related;
  for (const ReportedNote &N : F.Notes) {
    if (N.Position.File.empty() || Related.size() == MaxLocations - 1)
      continue;
    Object Place = location(N.Position);
    Place["message"] = text(N.Message);
    Related.push_back(std::move(Place));
  }
  std::string Identity = F.Check + '\0' + Paths.portable(F.Position.File) +
                         '\0' + F.Declaration + '\0' + F.Message;
  unsigned Number = Occurrences[Identity]++;
  Object Result{
      {"ruleId", F.Check},
      {"level",
       F.Severity == Severity::Remark ? "note" : severityName(F.Severity)},
      {"message", text(F.Message)},
      {"locations", Array{location(F.Position)}},
      {"partialFingerprints",
       Object{{"whetFinding/v1",
               contentHash(Identity + '\0' + std::to_string(Number))}}}};
  auto Index = RuleIndex.find(F.Check);
  if (Index != RuleIndex.end())
    Result["ruleIndex"] = Index->second;
  if (!F.Declaration.empty())
    (*Result["locations"].getAsArray())[0].getAsObject()->insert(
        {"logicalLocations",
         Array{Object{
             {"fullyQualifiedName", llvm::json::fixUTF8(F.Declaration)}}}});
  if (!Related.empty())
    Result["relatedLocations"] = std::move(Related);
  if (!F.SafeFix.empty())
    Result["fixes"] = Array{fix(F.SafeFix)};
  return Result;
}

Object SarifReport::invocation(const ReportContents &Contents) const {
  Array Notifications;
  auto Notify = [&](llvm::StringRef Level, llvm::StringRef Line) {
    Notifications.push_back(Object{{"level", Level}, {"message", text(Line)}});
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

SarifReport::SarifReport(const ReportContents &Contents)
    : Paths(Contents.Root.str(), "") {
  Array Rules;
  for (const RegisteredCheck &C : registeredChecks()) {
    RuleIndex[C.Info->Id.str()] = Rules.size();
    Rules.push_back(rule(*C.Info));
  }
  llvm::ArrayRef<ReportedFinding> Kept =
      Contents.Findings.take_front(MaxResults);
  if (Kept.size() < Contents.Findings.size())
    Omissions.push_back(
        "the SARIF log has the first " + std::to_string(Kept.size()) + " of " +
        std::to_string(Contents.Findings.size()) +
        " findings, since GitHub takes no more in one run; use --baseline or "
        "fewer paths for the rest");
  Array Results;
  for (const ReportedFinding &F : Kept)
    Results.push_back(result(F));
  Object Driver{{"name", "whet"},
                {"semanticVersion", WHET_VERSION},
                {"rules", std::move(Rules)}};
  Object Run{{"tool", Object{{"driver", std::move(Driver)}}},
             {"columnKind", "unicodeCodePoints"},
             {"originalUriBaseIds",
              Object{{"%SRCROOT%",
                      Object{{"description", text("The project's folder.")}}}}},
             {"invocations", Array{invocation(Contents)}},
             {"results", std::move(Results)}};
  Document = Object{
      {"$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
                  "schemas/sarif-schema-2.1.0.json"},
      {"version", "2.1.0"},
      {"runs", Array{std::move(Run)}}};
}
