#include "FixVerifier.h"

using namespace whet;

namespace {
/// Finds the fixes with which a unit compiles: begins with none, adds groups of
/// them in order and halves a group that does not compile. O(k log n) attempts
/// for k culprits of n fixes, also where some fail only together: then the
/// later ones are culprits.
class CulpritSearch {
public:
  CulpritSearch(size_t Unit, llvm::ArrayRef<size_t> Suspects) : Unit(Unit) {
    // All together are known to fail.
    split(Suspects);
  }

  size_t unit() const { return Unit; }
  bool isFinished() const { return Groups.empty(); }
  /// The fixes to try next.
  std::set<size_t> attempt() const {
    std::set<size_t> Result = Kept;
    Result.insert(Groups.back().begin(), Groups.back().end());
    return Result;
  }
  /// Takes the result of that attempt.
  void note(bool Compiles);
  const std::vector<size_t> &culprits() const { return Culprits; }

private:
  void split(llvm::ArrayRef<size_t> Group);

  size_t Unit;
  std::set<size_t> Kept;
  std::vector<size_t> Culprits;
  /// What is still to be added, the next group last.
  std::vector<std::vector<size_t>> Groups;
};
} // namespace

void CulpritSearch::split(llvm::ArrayRef<size_t> Group) {
  if (Group.size() == 1) {
    Culprits.push_back(Group.front());
    return;
  }
  size_t Half = Group.size() / 2;
  Groups.emplace_back(Group.drop_front(Half));
  Groups.emplace_back(Group.take_front(Half));
}

void CulpritSearch::note(bool Compiles) {
  std::vector<size_t> Group = std::move(Groups.back());
  Groups.pop_back();
  if (Compiles)
    Kept.insert(Group.begin(), Group.end());
  else
    split(Group);
}

// The files as they are with all that was and is to be fixed.
static FileOverlay overlaid(FileOverlay Files, const FixPlan &Plan) {
  for (auto &[File, Contents] : Plan.contents())
    Files[File] = std::move(Contents);
  return Files;
}

llvm::Expected<std::vector<bool>>
FixVerifier::compile(llvm::ArrayRef<Attempt> Attempts) {
  // What crashes has no message that says otherwise.
  std::vector<bool> Compiles(Attempts.size(), false);
  auto Work = [&](size_t Task) -> llvm::json::Value {
    const Attempt &A = Attempts[Task];
    return firstError(Units[A.Unit], A.Changed).value_or("");
  };
  auto Done = [&](const TaskResult &Result) {
    Compiles[Result.Task] = Result.Value.getAsString() == llvm::StringRef("");
  };
  if (llvm::Error E = runOnWorkers(Attempts.size(), Options.Workers,
                                   Options.Limits, Work, {.Done = Done}))
    return std::move(E);
  return Compiles;
}

// A fix in a header is for all units that read it, also for those that nobody
// asked to analyse.
void FixVerifier::addOtherUnits() {
  auto IsMainFile = [&](const std::string &File) {
    return llvm::any_of(
        DB.Units, [&](const CompileUnit &Unit) { return Unit.File == File; });
  };
  bool FixesHeaders = llvm::any_of(Plan.edits(), [&](const auto &Entry) {
    return !IsMainFile(Entry.first);
  });
  if (!FixesHeaders)
    return;
  Units.insert(Units.end(), DB.OtherUnits.begin(), DB.OtherUnits.end());
  for (auto &Files : rememberedFiles(DB.OtherUnits, DB, Options))
    FilesRead.push_back(std::move(Files));
}

// Units that were not analysed may never have compiled; these have no say.
llvm::Error FixVerifier::leaveOutBroken(std::vector<size_t> &Failing) {
  std::vector<size_t> Others;
  llvm::copy_if(Failing, std::back_inserter(Others),
                [&](size_t Unit) { return Unit >= DB.Units.size(); });
  std::vector<Attempt> Attempts;
  Attempts.reserve(Others.size());
  for (size_t Unit : Others)
    Attempts.push_back({Unit, Before});
  llvm::Expected<std::vector<bool>> Compiles = compile(Attempts);
  if (!Compiles)
    return Compiles.takeError();
  for (size_t I = 0; I < Others.size(); ++I)
    if (!(*Compiles)[I])
      Broken.insert(Others[I]);
  llvm::erase_if(Failing, [&](size_t Unit) { return Broken.count(Unit) != 0; });
  return llvm::Error::success();
}

bool FixVerifier::reads(size_t Unit, const std::set<std::string> &Files) const {
  if (Broken.count(Unit))
    return false;
  return !FilesRead[Unit] ||
         llvm::any_of(*FilesRead[Unit], [&](const std::string &File) {
           return Files.count(File) != 0;
         });
}

std::vector<size_t> FixVerifier::suspectsOf(size_t Unit) const {
  std::set<size_t> Suspects;
  if (!FilesRead[Unit])
    Suspects = Plan.applied();
  else
    for (const std::string &File : *FilesRead[Unit])
      for (size_t Fix : Plan.fixesOf(File))
        Suspects.insert(Fix);
  return {Suspects.begin(), Suspects.end()};
}

FixVerifier::Attempt
FixVerifier::attemptWith(size_t Unit, const std::set<size_t> &Fixes) const {
  FixPlan Some = Plan;
  for (size_t Other : Plan.applied())
    if (!Fixes.count(Other))
      Some.drop(Other, "");
  return {Unit, overlaid(Before, Some)};
}

llvm::Expected<std::vector<size_t>>
FixVerifier::failingUnits(llvm::ArrayRef<size_t> Which) {
  FileOverlay Changed = overlaid(Before, Plan);
  std::vector<Attempt> Attempts;
  Attempts.reserve(Which.size());
  for (size_t Unit : Which)
    Attempts.push_back({Unit, Changed});
  llvm::Expected<std::vector<bool>> Compiles = compile(Attempts);
  if (!Compiles)
    return Compiles.takeError();
  std::vector<size_t> Failing;
  for (size_t I = 0; I < Which.size(); ++I)
    if (!(*Compiles)[I])
      Failing.push_back(Which[I]);
  return Failing;
}

// Searches on behalf of all units at once that have no suspect in common, one
// attempt each at a time. Returns the files that culprits were in.
llvm::Expected<std::set<std::string>>
FixVerifier::dropCulprits(llvm::ArrayRef<size_t> Failing) {
  std::vector<CulpritSearch> Searches;
  std::set<size_t> Suspected;
  for (size_t Unit : Failing) {
    std::vector<size_t> Suspects = suspectsOf(Unit);
    if (Suspects.empty() || llvm::any_of(Suspects, [&](size_t Fix) {
          return Suspected.count(Fix) != 0;
        }))
      continue;
    Suspected.insert(Suspects.begin(), Suspects.end());
    Searches.emplace_back(Unit, Suspects);
  }
  while (true) {
    std::vector<CulpritSearch *> Open;
    std::vector<Attempt> Attempts;
    for (CulpritSearch &S : Searches)
      if (!S.isFinished()) {
        Open.push_back(&S);
        Attempts.push_back(attemptWith(S.unit(), S.attempt()));
      }
    if (Open.empty())
      break;
    llvm::Expected<std::vector<bool>> Compiles = compile(Attempts);
    if (!Compiles)
      return Compiles.takeError();
    for (size_t I = 0; I < Open.size(); ++I)
      Open[I]->note((*Compiles)[I]);
  }
  std::set<std::string> Files;
  for (const CulpritSearch &S : Searches)
    for (size_t Fix : S.culprits()) {
      for (const std::string &File : Plan.filesOf(Fix))
        Files.insert(File);
      Plan.drop(Fix, "with it, " + Units[S.unit()].File + " would not compile");
    }
  return Files;
}

llvm::Error FixVerifier::verify() {
  addOtherUnits();
  std::set<std::string> Changed;
  for (const auto &[File, Edits] : Plan.edits())
    Changed.insert(File);
  std::vector<size_t> Pending;
  for (size_t Unit = 0; Unit < Units.size(); ++Unit)
    if (reads(Unit, Changed))
      Pending.push_back(Unit);
  while (!Plan.applied().empty()) {
    llvm::Expected<std::vector<size_t>> Failing = failingUnits(Pending);
    if (!Failing)
      return Failing.takeError();
    if (llvm::Error E = leaveOutBroken(*Failing))
      return E;
    llvm::Expected<std::set<std::string>> Files = dropCulprits(*Failing);
    if (!Files)
      return Files.takeError();
    if (Files->empty())
      break;
    // The others compile with what is still to be applied.
    Pending.clear();
    for (size_t Unit = 0; Unit < Units.size(); ++Unit)
      if (llvm::is_contained(*Failing, Unit) || reads(Unit, *Files))
        Pending.push_back(Unit);
  }
  return llvm::Error::success();
}
