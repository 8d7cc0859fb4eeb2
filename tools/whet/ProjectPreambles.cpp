#include "ProjectPreambles.h"
#include "llvm/Support/FileSystem.h"

using namespace whet;
namespace fs = llvm::sys::fs;

ProjectPreambles::~ProjectPreambles() {
  if (!Folder.empty())
    (void)fs::remove_directories(Folder);
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

llvm::Error ProjectPreambles::make() {
  Preambles.resize(Plan.Requests.size());
  return runOnWorkers(
      Plan.Requests.size(), Workers, Limits,
      [&](size_t I) -> llvm::json::Value {
        llvm::Expected<Preamble> P = buildPreamble(
            Plan.Requests[I], Folder + "/" + std::to_string(I), Paths, Overlay);
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
  for (size_t I = 0; I < Units.size(); ++I) {
    std::optional<size_t> Number = Plan.Of[I];
    if (Number && Preambles[*Number] &&
        fits(*Preambles[*Number], *Scans[I], Plan.Requests[*Number]))
      Of[I] = Number;
  }
}

llvm::Error ProjectPreambles::build() {
  if (Units.size() < 3)
    return llvm::Error::success();
  if (llvm::Error E = scan())
    return E;
  Plan = planPreambles(Units, Scans);
  llvm::SmallString<128> Made;
  if (Plan.Requests.empty() ||
      fs::createUniqueDirectory("whet-preambles", Made))
    return llvm::Error::success();
  Folder = Made.str().str();
  if (llvm::Error E = make())
    return E;
  assign();
  return llvm::Error::success();
}
