#include "FixCommand.h"
#include "FixVerifier.h"
#include "LineDiff.h"
#include "Talk.h"
#include "TextReport.h"
#include "clang/Tooling/Core/Replacement.h"
#include "llvm/Support/raw_ostream.h"

using namespace whet;
namespace tooling = clang::tooling;

namespace {
/// What all rounds came to. A round finds the files as the one before it left
/// them: where a fix makes way for another, both are applied.
class FixedFiles {
public:
  llvm::Error add(const FixPlan &Plan);

  size_t fixes() const { return Fixes; }
  const FileOverlay &files() const { return Files; }
  llvm::Error write() const;
  void printDiff() const;

private:
  size_t Fixes = 0;
  FileOverlay Files;
  std::map<std::string, std::string> Originals;
  /// By file, of the originals.
  std::map<std::string, tooling::Replacements> Changes;
};
} // namespace

/// Fixes that undo one another would go on for ever.
static constexpr unsigned MaxRounds = 5;

// Edits that touch are one: in which order they are applied is known here.
static llvm::Expected<tooling::Replacements>
replacements(llvm::StringRef File, llvm::ArrayRef<SourceEdit> Edits) {
  tooling::Replacements Result;
  for (size_t I = 0; I < Edits.size();) {
    unsigned Offset = Edits[I].Offset;
    unsigned End = Offset;
    std::string Text;
    for (; I < Edits.size() && Edits[I].Offset <= End; ++I) {
      Text += Edits[I].Text;
      End = Edits[I].Offset + Edits[I].Length;
    }
    if (llvm::Error E =
            Result.add(tooling::Replacement(File, Offset, End - Offset, Text)))
      return std::move(E);
  }
  return Result;
}

llvm::Error FixedFiles::add(const FixPlan &Plan) {
  Fixes += Plan.applied().size();
  for (const auto &[File, Edits] : Plan.edits()) {
    Originals.try_emplace(File, Plan.originals().at(File));
    llvm::Expected<tooling::Replacements> New = replacements(File, Edits);
    if (!New)
      return New.takeError();
    tooling::Replacements &Known = Changes[File];
    Known = Known.merge(*New);
  }
  for (auto &[File, Contents] : Plan.contents())
    Files[File] = std::move(Contents);
  return llvm::Error::success();
}

llvm::Error FixedFiles::write() const {
  std::map<std::string, std::string> Contents;
  for (const auto &[File, Text] : Files)
    Contents.emplace(File, *Text);
  return writeAtomically(Contents, Originals);
}

void FixedFiles::printDiff() const {
  for (const auto &[File, Replacements] : Changes) {
    std::vector<SourceEdit> Edits;
    Edits.reserve(Replacements.size());
    for (const tooling::Replacement &R : Replacements)
      Edits.push_back(
          {File, R.getOffset(), R.getLength(), R.getReplacementText().str()});
    llvm::outs() << unifiedDiff(displayPath(File), Originals.at(File), Edits);
  }
}

static void printDropped(const FixPlan &Plan,
                         llvm::ArrayRef<ReportedFinding> Findings) {
  for (const auto &[Index, Reason] : Plan.dropped()) {
    const SourcePosition &P = Findings[Index].Position;
    llvm::errs() << displayPath(P.File) << ':' << P.Line << ':' << P.Column
                 << ": not fixed: " << Reason << '\n';
  }
}

// Whether what is left fails the run, as remarks do not.
static bool leavesFailure(llvm::ArrayRef<ReportedFinding> Findings) {
  return llvm::any_of(Findings, [](const ReportedFinding &F) {
    return F.Severity != Severity::Remark;
  });
}

// Plans and verifies the fixes of \p Report, and adds them to \p Fixed. Whether
// there were any.
static llvm::Expected<bool> fixRound(const CompileDatabase &DB,
                                     const FixOptions &Options,
                                     const ProjectReport &Report,
                                     FixedFiles &Fixed,
                                     std::optional<FixPlan> &Plan) {
  Plan.emplace(Report.Findings,
               Options.Unsafe ? FixPlan::SafeAndUnsafe : FixPlan::SafeOnly,
               DB.ProjectRoot);
  if (llvm::Error E = Plan->read(Report.FileHashes, Fixed.files()))
    return std::move(E);
  if (llvm::Error E =
          FixVerifier(DB, Report, Options.Check.Project, *Plan, Fixed.files())
              .verify())
    return std::move(E);
  if (llvm::Error E = Fixed.add(*Plan))
    return std::move(E);
  return !Plan->applied().empty();
}

// What is left, with its lines as they are now. A dry run prints a diff, for
// tools that take diffs.
static void printRemaining(const FixOptions &Options,
                           llvm::ArrayRef<ReportedFinding> Findings) {
  TextReport Text(llvm::outs(), wantsColors(Options.Check.Color));
  for (const ReportedFinding &F : Findings)
    Text.print(F);
}

int whet::runFix(const FixOptions &Options) {
  const ProjectOptions &Project = Options.Check.Project;
  auto Fail = [](llvm::Error E) {
    printError(llvm::toString(std::move(E)));
    return Failed;
  };
  llvm::Expected<CompileDatabase> DB = openDatabase(Project);
  if (!DB)
    return Fail(DB.takeError());
  std::optional<ProjectReport> Report =
      analyseWithProgress(*DB, Project, Options.Check.Quiet);
  if (!Report)
    return Failed;
  FixedFiles Fixed;
  std::optional<FixPlan> Plan;
  for (unsigned Round = 0; Round < MaxRounds; ++Round) {
    llvm::Expected<bool> HasFixed =
        fixRound(*DB, Options, *Report, Fixed, Plan);
    if (!HasFixed)
      return Fail(HasFixed.takeError());
    if (!*HasFixed)
      break;
    llvm::Expected<ProjectReport> Next = analyseProject(
        *DB, Project, [](const ProgressState &) {}, Fixed.files());
    if (!Next)
      return Fail(Next.takeError());
    Plan.reset();
    *Report = std::move(*Next);
  }
  if (Options.DryRun)
    Fixed.printDiff();
  else if (llvm::Error E = Fixed.write())
    return Fail(std::move(E));
  else
    printRemaining(Options, Report->Findings);
  if (Plan)
    printDropped(*Plan, Report->Findings);
  llvm::outs().flush();
  if (!Options.Check.Quiet)
    llvm::errs() << (Options.DryRun ? "would fix " : "fixed ")
                 << counted(Fixed.fixes(), "finding") << " in "
                 << counted(Fixed.files().size(), "file") << ", "
                 << Report->Findings.size() << " left\n";
  if (!Report->Problems.empty())
    return Failed;
  return leavesFailure(Report->Findings) ? HasFindings : NothingToReport;
}
