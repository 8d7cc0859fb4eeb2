#include "LayoutDiff.h"
#include "LayoutReport.h"
#include "Talk.h"
#include <map>

using namespace whet;

static std::map<std::string, const KnownRecord *>
largestByName(llvm::ArrayRef<KnownRecord> Records) {
  std::map<std::string, const KnownRecord *> Result;
  for (const KnownRecord &R : Records) {
    const KnownRecord *&Known = Result[R.Name];
    if (!Known || Known->Size < R.Size)
      Known = &R;
  }
  return Result;
}

std::vector<RecordChange>
whet::changedRecords(llvm::ArrayRef<KnownRecord> Then,
                     llvm::ArrayRef<KnownRecord> Now) {
  std::map<std::string, const KnownRecord *> Old = largestByName(Then);
  std::vector<RecordChange> Changes;
  for (const auto &[Name, R] : largestByName(Now))
    if (auto It = Old.find(Name); It != Old.end())
      if (It->second->Size != R->Size)
        Changes.push_back({*It->second, *R});
  auto Grown = [](const RecordChange &C) {
    return static_cast<int64_t>(C.Now.Size) - static_cast<int64_t>(C.Then.Size);
  };
  // Names are in order already.
  llvm::sort(Changes, [&](const RecordChange &A, const RecordChange &B) {
    return std::pair(Grown(B), A.Now.Name) < std::pair(Grown(A), B.Now.Name);
  });
  return Changes;
}

// What a part is known by in both records.
static std::string keyOf(const RecordPart &Part) {
  return Part.Name.empty() ? described(Part) : Part.Name;
}

// Prints the parts of R that are not, or not of that size, in Other.
static void printOwnParts(llvm::raw_ostream &OS, char Sign,
                          const KnownRecord &R, const KnownRecord &Other) {
  std::map<std::string, uint64_t> Sizes;
  for (const RecordPart &Part : Other.Parts)
    Sizes[keyOf(Part)] = Part.Size;
  for (const RecordPart &Part : R.Parts) {
    auto It = Sizes.find(keyOf(Part));
    if (It == Sizes.end() || It->second != Part.Size)
      OS << "  " << Sign << ' ' << described(Part) << ", "
         << bitCount(Part.Size) << '\n';
  }
}

void whet::printChange(llvm::raw_ostream &OS, const RecordChange &Change) {
  OS << Change.Now.Name << ", " << Change.Now.File << ':' << Change.Now.Line
     << ": " << bitCount(Change.Then.Size) << " -> "
     << bitCount(Change.Now.Size) << '\n';
  printOwnParts(OS, '-', Change.Then, Change.Now);
  printOwnParts(OS, '+', Change.Now, Change.Then);
  uint64_t UnusedThen = unusedBits(Change.Then);
  uint64_t UnusedNow = unusedBits(Change.Now);
  if (UnusedThen != UnusedNow)
    OS << "  unused: " << bitCount(UnusedThen) << " -> " << bitCount(UnusedNow)
       << '\n';
}
