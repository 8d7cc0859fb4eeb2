#include "FindingDiff.h"
#include <map>
#include <tuple>

using namespace whet;

namespace {
using Identity = std::tuple<std::string, std::string, std::string, std::string>;
using IdentityOf = Identity (*)(const PlacedFinding &);
} // namespace

static Identity inPlace(const PlacedFinding &P) {
  const ReportedFinding &F = P.Finding;
  return {F.Check, F.Message, F.Position.File, F.Declaration};
}

static Identity inAnotherFile(const PlacedFinding &P) {
  const ReportedFinding &F = P.Finding;
  return {F.Check, F.Message, F.Declaration, ""};
}

static Identity inAnotherDeclaration(const PlacedFinding &P) {
  const ReportedFinding &F = P.Finding;
  return {F.Check, F.Message, F.Position.File, ""};
}

static Identity anywhere(const PlacedFinding &P) {
  return {P.Finding.Check, P.Finding.Message, P.Line, ""};
}

// Takes out of both what is equal by Key, one for one.
static void matchBy(IdentityOf Key, std::vector<PlacedFinding> &Now,
                    std::vector<PlacedFinding> &Then) {
  std::map<Identity, size_t> Old;
  for (const PlacedFinding &P : Then)
    ++Old[Key(P)];
  std::map<Identity, size_t> Matched;
  std::erase_if(Now, [&](const PlacedFinding &P) {
    auto It = Old.find(Key(P));
    if (It == Old.end() || It->second == 0)
      return false;
    --It->second;
    ++Matched[It->first];
    return true;
  });
  std::erase_if(Then, [&](const PlacedFinding &P) {
    auto It = Matched.find(Key(P));
    if (It == Matched.end() || It->second == 0)
      return false;
    --It->second;
    return true;
  });
}

std::vector<ReportedFinding>
whet::newFindings(std::vector<PlacedFinding> Now,
                  std::vector<PlacedFinding> Then) {
  for (IdentityOf Key :
       {inPlace, inAnotherFile, inAnotherDeclaration, anywhere})
    matchBy(Key, Now, Then);
  std::vector<ReportedFinding> Result;
  Result.reserve(Now.size());
  for (PlacedFinding &P : Now)
    Result.push_back(std::move(P.Finding));
  return Result;
}
