#include "CatalogueCommands.h"
#include "CheckCommand.h"
#include "CheckPages.h"
#include "Talk.h"
#include "whet/support/Registry.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

using namespace whet;

static llvm::json::Value toJSON(const CheckInfo &Info) {
  llvm::json::Array Options;
  for (const OptionInfo &O : Info.Options)
    Options.push_back(llvm::json::Object{
        {"name", O.Name}, {"default", O.Default}, {"help", O.Help}});
  return llvm::json::Object{
      {"id", Info.Id},           {"topic", topicName(Info.Topic)},
      {"summary", Info.Summary}, {"fix", fixKindName(Info.Fix)},
      {"since", Info.Since},     {"options", std::move(Options)}};
}

int whet::runChecks(bool AsJson) {
  for (const RegisteredCheck &C : registeredChecks()) {
    if (AsJson)
      llvm::outs() << ::toJSON(*C.Info) << '\n';
    else
      llvm::outs() << llvm::left_justify(C.Info->Id, 28) << ' '
                   << llvm::left_justify(fixKindName(C.Info->Fix), 6) << ' '
                   << C.Info->Summary << '\n';
  }
  return NothingToReport;
}

static std::string nearestCheck(llvm::StringRef Id) {
  std::string Nearest;
  unsigned Best = ~0U;
  for (const RegisteredCheck &C : registeredChecks()) {
    unsigned Distance = std::min(C.Info->Id.edit_distance(Id),
                                 C.Info->shortName().edit_distance(Id));
    if (Distance < Best) {
      Best = Distance;
      Nearest = C.Info->Id.str();
    }
  }
  return Nearest;
}

int whet::runExplain(const std::string &Id) {
  const CheckInfo *Info = findCheck(Id);
  if (!Info) {
    printError("no check is called '" + Id + "'; did you mean '" +
               nearestCheck(Id) + "'? `whet checks` lists them all");
    return Failed;
  }
  for (const CheckPage &Page : CheckPages)
    if (Page.Name == Info->shortName()) {
      llvm::outs() << Page.Text;
      return NothingToReport;
    }
  llvm::outs() << Info->Id << ": " << Info->Summary << '\n';
  for (const OptionInfo &O : Info->Options)
    llvm::outs() << "  " << O.Name
                 << " (default: " << (O.Default.empty() ? "empty" : O.Default)
                 << "): " << O.Help << '\n';
  return NothingToReport;
}
