#include "LayoutDiff.h"
#include "LayoutReport.h"
#include "Talk.h"
#include <map>

using namespace whet;

static std::map<std::string, const RecordFact *>
largestByName(llvm::ArrayRef<RecordFact> Records) {
  std::map<std::string, const RecordFact *> Result;
  for (const RecordFact &R : Records) {
    const RecordFact *&Known = Result[R.Name];
    if (!Known || Known->Size < R.Size)
      Known = &R;
  }
  return Result;
}

std::vector<RecordChange> whet::changedRecords(llvm::ArrayRef<RecordFact> Then,
                                               llvm::ArrayRef<RecordFact> Now) {
  std::map<std::string, const RecordFact *> Old = largestByName(Then);
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

static std::map<std::string, RecordPart> partsByName(const RecordFact &R) {
  std::map<std::string, RecordPart> Parts;
  for (const RecordPart &Part : R.Parts)
    Parts[Part.Kind == LayoutPart::Field ? Part.Name : described(Part)] = Part;
  return Parts;
}

void whet::printChange(llvm::raw_ostream &OS, const RecordChange &Change) {
  OS << Change.Now.Name << ", " << Change.Now.File << ':' << Change.Now.Line
     << ": " << bitCount(Change.Then.Size) << " -> "
     << bitCount(Change.Now.Size) << '\n';
  std::map<std::string, RecordPart> Then = partsByName(Change.Then);
  std::map<std::string, RecordPart> Now = partsByName(Change.Now);
  for (const RecordPart &Part : Change.Then.Parts) {
    auto It =
        Now.find(Part.Kind == LayoutPart::Field ? Part.Name : described(Part));
    if (It == Now.end() || It->second.Size != Part.Size)
      OS << "  - " << described(Part) << ", " << bitCount(Part.Size) << '\n';
  }
  for (const RecordPart &Part : Change.Now.Parts) {
    auto It =
        Then.find(Part.Kind == LayoutPart::Field ? Part.Name : described(Part));
    if (It == Then.end() || It->second.Size != Part.Size)
      OS << "  + " << described(Part) << ", " << bitCount(Part.Size) << '\n';
  }
  uint64_t UnusedThen = unusedBits(Change.Then);
  uint64_t UnusedNow = unusedBits(Change.Now);
  if (UnusedThen != UnusedNow)
    OS << "  unused: " << bitCount(UnusedThen) << " -> " << bitCount(UnusedNow)
       << '\n';
}
