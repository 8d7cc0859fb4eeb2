#include "ProjectPreambles.h"
#include "llvm/Support/FileSystem.h"
#include <chrono>

using namespace whet;
namespace fs = llvm::sys::fs;
using Clock = std::chrono::steady_clock;

static double secondsSince(Clock::time_point Start) {
  return std::chrono::duration<double>(Clock::now() - Start).count();
}

ProjectPreambles::ProjectPreambles(llvm::ArrayRef<KeyedUnit> Keyed,
                                   unsigned Workers, WorkerLimits Limits,
                                   const FileOverlay &Overlay,
                                   ProjectPaths Paths, PreambleCache &Kept)
    : Workers(Workers), Limits(Limits), Overlay(Overlay),
      Paths(std::move(Paths)), Kept(Kept), Of(Keyed.size()) {
  Units.reserve(Keyed.size());
  Keys.reserve(Keyed.size());
  for (const KeyedUnit &U : Keyed) {
    Units.push_back(U.Unit);
    Keys.push_back(U.Key);
  }
}

ProjectPreambles::~ProjectPreambles() {
  if (!Folder.empty())
    (void)fs::remove_directories(Folder);
}

// --- What is there already
// ---------------------------------------------------------------------

bool ProjectPreambles::hasKept() const {
  return llvm::any_of(
      Keys, [this](const std::string &Key) { return Kept.of(Key) != nullptr; });
}

llvm::Error ProjectPreambles::scan() {
  Scans.resize(Units.size());
  return runOnWorkers(Units.size(), Workers, Limits,
                      [&](size_t I) -> llvm::json::Value {
                        std::optional<IncludeScan> Scan =
                            scanIncludes(*Units[I], Overlay);
                        return Scan ? toJSON(*Scan) : nullptr;
                      },
                      {.Done = [&](const TaskResult &R) {
                        Scans[R.Task] = includeScanFrom(R.Value);
                      }});
}

void ProjectPreambles::takeKept() {
  for (size_t I = 0; I < Units.size(); ++I) {
    const Preamble *P = Kept.of(Keys[I]);
    if (!P || !Scans[I] || !fits(*P, *Scans[I]))
      continue;
    Of[I] = P;
    // Nothing is planned for it.
    Scans[I].reset();
  }
}

// --- What is new
// ---------------------------------------------------------------------

/// Fewer units gain too little from what they share.
static constexpr ptrdiff_t FewestUnits = 3;

void ProjectPreambles::plan() {
  if (llvm::count_if(Scans, [](const auto &S) { return S.has_value(); }) >=
      FewestUnits)
    Plan = planPreambles(Units, Scans);
}

bool ProjectPreambles::makeFolder() {
  if (Kept.isUsed())
    return true;
  llvm::SmallString<128> Made;
  if (fs::createUniqueDirectory("whet-preambles", Made))
    return false;
  Folder = Made.str().str();
  return true;
}

std::string ProjectPreambles::fileOf(size_t Request) {
  return Folder.empty() ? Kept.newFile()
                        : Folder + "/" + std::to_string(Request);
}

llvm::Error ProjectPreambles::make() {
  Preambles.resize(Plan.Requests.size());
  FilesOf.reserve(Plan.Requests.size());
  for (size_t I = 0; I < Plan.Requests.size(); ++I)
    FilesOf.push_back(fileOf(I));
  return runOnWorkers(
      Plan.Requests.size(), Workers, Limits,
      [&](size_t I) -> llvm::json::Value {
        llvm::Expected<Preamble> P =
            buildPreamble(Plan.Requests[I], FilesOf[I], Paths, Overlay);
        if (P)
          return toJSON(*P);
        return llvm::toString(P.takeError());
      },
      {.Done = [&](const TaskResult &R) {
        Preambles[R.Task] = preambleFrom(R.Value);
        if (!Preambles[R.Task])
          Problems.push_back(R.Failure.empty()
                                 ? R.Value.getAsString().value_or("").str()
                                 : R.Failure);
      }});
}

void ProjectPreambles::assign() {
  for (const std::optional<Preamble> &P : Preambles) {
    uint64_t Bytes = 0;
    if (P && !fs::file_size(P->File, Bytes)) {
      ++Spent.Count;
      Spent.Bytes += Bytes;
    }
  }
  for (size_t I = 0; I < Units.size(); ++I) {
    std::optional<size_t> Number = Plan.Of[I];
    if (Number && Preambles[*Number] && fits(*Preambles[*Number], *Scans[I]))
      Of[I] = &*Preambles[*Number];
  }
}

void ProjectPreambles::keep() {
  if (!Kept.isUsed())
    return;
  for (size_t Number = 0; Number < FilesOf.size(); ++Number) {
    std::vector<std::string> Users;
    for (size_t I = 0; I < Units.size(); ++I)
      if (Preambles[Number] && Of[I] == &*Preambles[Number])
        Users.push_back(Keys[I]);
    if (!Users.empty()) {
      Kept.keep(*Preambles[Number], Users);
      continue;
    }
    (void)fs::remove(FilesOf[Number]);
    (void)fs::remove(textOfPreamble(FilesOf[Number]));
  }
  Kept.save();
}

llvm::Error ProjectPreambles::build() {
  if (Units.size() < FewestUnits && !hasKept())
    return llvm::Error::success();
  Clock::time_point Start = Clock::now();
  if (llvm::Error E = scan())
    return E;
  takeKept();
  plan();
  Spent.ScanSeconds = secondsSince(Start);
  if (Plan.Requests.empty() || !makeFolder())
    return llvm::Error::success();
  Start = Clock::now();
  if (llvm::Error E = make())
    return E;
  Spent.BuildSeconds = secondsSince(Start);
  assign();
  keep();
  return llvm::Error::success();
}
