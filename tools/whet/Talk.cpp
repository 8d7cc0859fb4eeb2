#include "Talk.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/WithColor.h"

using namespace whet;

void whet::printError(const llvm::Twine &Message) {
  llvm::WithColor::error(llvm::errs(), "whet") << Message << '\n';
}

void whet::printWarning(const llvm::Twine &Message) {
  llvm::WithColor::warning(llvm::errs(), "whet") << Message << '\n';
}

void whet::printNote(const llvm::Twine &Message) {
  llvm::WithColor::note(llvm::errs(), "whet") << Message << '\n';
}

std::string whet::counted(size_t Count, llvm::StringRef Noun) {
  return llvm::utostr(Count) + " " + Noun.str() + (Count == 1 ? "" : "s");
}
