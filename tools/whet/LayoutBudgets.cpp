#include "LayoutBudgets.h"
#include "Talk.h"
#include "YamlReader.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace whet;

// The name without the last name's own template arguments.
static llvm::StringRef withoutArguments(llvm::StringRef Name) {
  if (!Name.ends_with(">"))
    return Name;
  unsigned Depth = 0;
  for (size_t At = Name.size(); At > 0; --At) {
    Depth += Name[At - 1] == '>';
    Depth -= Name[At - 1] == '<';
    if (Depth == 0)
      return Name.take_front(At - 1);
  }
  return Name;
}

bool whet::isNamed(const KnownRecord &R, llvm::StringRef Name) {
  llvm::StringRef Full =
      Name.contains('<') ? llvm::StringRef(R.Name) : withoutArguments(R.Name);
  Name.consume_front("::");
  return Full == Name ||
         (Full.ends_with(Name) && Full.drop_back(Name.size()).ends_with("::"));
}

static constexpr unsigned MostBytes = 1U << 30;

// "64", or "{exactly: 64}".
static std::optional<LayoutBudget> budget(const YamlEntry &E,
                                          YamlReader &Reader) {
  LayoutBudget B;
  B.Record = E.Key;
  B.Line = static_cast<unsigned>(E.KeyMark.line) + 1;
  std::optional<unsigned> Bytes;
  if (!E.Value.IsMap())
    Bytes = Reader.number(E.Value, "size", 0, MostBytes);
  else
    for (const YamlEntry &Inner : Reader.entries(E.Value, "budget"))
      if (Inner.Key == "exactly") {
        B.IsExact = true;
        Bytes = Reader.number(Inner.Value, "size", 0, MostBytes);
      } else {
        Reader.reportUnknown(Inner.KeyMark, "key", Inner.Key, {"exactly"});
      }
  if (!Bytes)
    return std::nullopt;
  B.Bytes = *Bytes;
  return B;
}

llvm::Expected<LayoutBudgets> LayoutBudgets::read(llvm::StringRef File) {
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer)
    return llvm::createStringError("cannot read " + File + ": " +
                                   Buffer.getError().message());
  YamlReader Reader(File);
  LayoutBudgets Result;
  for (const YamlEntry &E :
       Reader.entries(Reader.load((*Buffer)->getBuffer()), "budgets")) {
    if (E.Key != "records") {
      Reader.reportUnknown(E.KeyMark, "key", E.Key, {"records"});
      continue;
    }
    for (const YamlEntry &Record : Reader.entries(E.Value, "records"))
      if (std::optional<LayoutBudget> B = budget(Record, Reader))
        Result.Budgets.push_back(std::move(*B));
  }
  if (llvm::Error E = Reader.takeErrors())
    return std::move(E);
  return Result;
}

static std::string noSuchRecord(llvm::StringRef Name,
                                llvm::ArrayRef<KnownRecord> Records) {
  std::vector<llvm::StringRef> Names;
  Names.reserve(Records.size());
  for (const KnownRecord &R : Records)
    Names.emplace_back(R.Name);
  std::string Message = "no record is called '" + Name.str() + "'";
  if (std::optional<llvm::StringRef> Near = nearestName(Name, Names))
    Message += "; did you mean '" + Near->str() + "'?";
  return Message;
}

std::vector<BrokenBudget>
LayoutBudgets::broken(llvm::ArrayRef<KnownRecord> Records) const {
  std::vector<BrokenBudget> Result;
  for (const LayoutBudget &B : Budgets) {
    bool IsFound = false;
    for (const KnownRecord &R : Records) {
      if (!isNamed(R, B.Record))
        continue;
      IsFound = true;
      uint64_t Bytes = R.Size / 8;
      if (Bytes == B.Bytes || (Bytes < B.Bytes && !B.IsExact))
        continue;
      std::string Difference = Bytes > B.Bytes
                                   ? std::to_string(Bytes - B.Bytes) + " more"
                                   : std::to_string(B.Bytes - Bytes) + " fewer";
      Result.push_back({B, R,
                        R.Name + " has " + counted(Bytes, "byte") + ", " +
                            Difference + " than it " +
                            (B.IsExact ? "has to have" : "may have")});
    }
    if (!IsFound)
      Result.push_back({B, std::nullopt, noSuchRecord(B.Record, Records)});
  }
  return Result;
}
