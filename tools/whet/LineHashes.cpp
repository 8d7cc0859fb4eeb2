#include "LineHashes.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include <cstdint>
#include <map>

using namespace whet;

static constexpr size_t Window = 100;
static constexpr uint64_t Base = 37;
static constexpr llvm::UTF16 EndOfFile = 0xFFFF;

namespace {
/// What is hashed, and where in it lines begin.
struct HashedText {
  std::vector<llvm::UTF16> Units;
  std::vector<size_t> LineStarts;

  explicit HashedText(llvm::ArrayRef<llvm::UTF16> Text) {
    bool IsAfterReturn = false;
    for (llvm::UTF16 Unit : Text) {
      bool IsSkipped =
          Unit == ' ' || Unit == '\t' || (IsAfterReturn && Unit == '\n');
      IsAfterReturn = Unit == '\r';
      if (!IsSkipped)
        add(IsAfterReturn ? '\n' : Unit);
    }
    add(EndOfFile);
  }

private:
  void add(llvm::UTF16 Unit) {
    if (Units.empty() || Units.back() == '\n')
      LineStarts.push_back(Units.size());
    Units.push_back(Unit);
  }
};
} // namespace

std::vector<std::string> whet::lineHashes(llvm::StringRef Text) {
  llvm::SmallVector<llvm::UTF16, 0> Decoded;
  if (!llvm::convertUTF8ToUTF16String(Text, Decoded))
    return {};
  HashedText Hashed(Decoded);
  // Hashes of all beginnings; that of a window is a difference of two.
  std::vector<uint64_t> Until = {0};
  Until.reserve(Hashed.Units.size() + Window + 1);
  for (llvm::UTF16 Unit : Hashed.Units)
    Until.push_back(Until.back() * Base + Unit);
  for (size_t I = 0; I < Window; ++I)
    Until.push_back(Until.back() * Base);
  uint64_t Shift = 1;
  for (size_t I = 0; I < Window; ++I)
    Shift *= Base;

  std::map<uint64_t, unsigned> Counts;
  std::vector<std::string> Result;
  Result.reserve(Hashed.LineStarts.size());
  for (size_t Start : Hashed.LineStarts) {
    uint64_t Hash = Until[Start + Window] - Until[Start] * Shift;
    Result.push_back(llvm::utohexstr(Hash, /*LowerCase=*/true) + ":" +
                     llvm::utostr(++Counts[Hash]));
  }
  return Result;
}
