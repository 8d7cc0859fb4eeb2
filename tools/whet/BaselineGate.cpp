#include "BaselineGate.h"
#include "AtomicFile.h"
#include "Talk.h"
#include "llvm/Support/FileSystem.h"

using namespace whet;

llvm::Expected<BaselineGate>
BaselineGate::open(const BaselineOptions &Options) {
  BaselineGate Gate;
  Gate.Options = Options;
  bool IsFirst = Options.Update && !llvm::sys::fs::exists(Options.File);
  if (Options.File.empty() || IsFirst)
    return Gate;
  llvm::Expected<Baseline> Known = Baseline::load(Options.File);
  // Not even --update-baseline replaces it: it may be any file.
  if (!Known)
    return Known.takeError();
  Gate.Known = std::move(*Known);
  return Gate;
}

static void note(ProjectReport &Report, std::string Problem) {
  printError(Problem);
  Report.Problems.push_back(std::move(Problem));
}

void BaselineGate::write(const Baseline &Now, ProjectReport &Report,
                         bool Quiet) const {
  if (llvm::Error E = writeFileAtomically(Options.File, Now.text())) {
    note(Report, llvm::toString(std::move(E)));
    return;
  }
  if (!Quiet)
    llvm::errs() << Options.File << " now counts "
                 << counted(Now.size(), "finding") << '\n';
}

void BaselineGate::printStale(llvm::ArrayRef<StaleEntry> Stale) const {
  printError(Options.File +
             " counts findings that are gone; take them out with "
             "--prune-baseline:");
  for (const StaleEntry &Entry : Stale)
    llvm::errs() << "  " << describe(Entry.Group) << ": " << Entry.Counted
                 << " counted, " << Entry.Found << " found\n";
}

void BaselineGate::apply(ProjectReport &Report, const ProjectPaths &Paths,
                         BaselineScope Scope, bool Quiet) const {
  if (Options.File.empty())
    return;
  bool HadProblems = !Report.Problems.empty();
  Scope.IsWhole &= !HadProblems;
  BaselineComparison Result = compare(Known, Report.Findings, Paths, Scope);
  Report.KnownFindings = Result.Known;
  if (Options.Update) {
    Report.KnownFindings = Report.Findings.size();
    Report.Findings.clear();
    write(Result.Updated, Report, Quiet);
    return;
  }
  Report.Findings = std::move(Result.New);
  if (Options.Prune && !Scope.IsWhole)
    note(Report, Options.File + " was not pruned: what is gone is not known " +
                     (HadProblems ? "while files cannot be analysed"
                                  : "from a part of the project; run whet "
                                    "check without PATH"));
  else if (Options.Prune)
    write(Result.Pruned, Report, Quiet);
  else if (!Result.Stale.empty())
    printStale(Result.Stale);
  Report.HasStaleEntries = !Options.Prune && !Result.Stale.empty();
}
