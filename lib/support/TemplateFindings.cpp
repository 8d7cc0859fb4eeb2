#include "whet/support/TemplateFindings.h"

using namespace whet;
using namespace clang;

void TemplateFindings::noteBody(const FunctionDecl &F) {
  if (const FunctionDecl *Pattern = F.getTemplateInstantiationPattern())
    ++Bodies[Pattern];
}

void TemplateFindings::add(const FunctionDecl &F, Finding Found) {
  const FunctionDecl *Pattern = F.getTemplateInstantiationPattern();
  if (!Pattern) {
    Findings.push_back(std::move(Found));
    return;
  }
  auto [It, IsNew] = Places.try_emplace({Pattern, Found.Loc});
  Place &Here = It->second;
  ++Here.Agreeing;
  if (IsNew)
    Here.Agreed = std::move(Found);
  else if (!Found.Suggested)
    Here.Agreed.Suggested.reset();
  else if (Here.Agreed.Suggested)
    Here.Agreed.Suggested->Kind =
        std::min(Here.Agreed.Suggested->Kind, Found.Suggested->Kind);
}

std::vector<Finding> TemplateFindings::take() {
  for (auto &[Key, Here] : Places)
    if (Here.Agreeing == Bodies[Key.first])
      Findings.push_back(std::move(Here.Agreed));
  return std::move(Findings);
}
