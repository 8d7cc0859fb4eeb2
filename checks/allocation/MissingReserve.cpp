#include "whet/support/Check.h"
#include "whet/support/Registry.h"

using namespace whet;
using namespace clang;
using namespace clang::ast_matchers;

namespace {
constexpr OptionInfo Opts[] = {
    {"MinTripCount", OptionKind::Unsigned, "5",
     "loops that are known to run fewer times are not reported"}};

constexpr CheckInfo Info{
    .Id = "whet-missing-reserve",
    .Topic = Topic::Allocation,
    .Summary = "container grows in a loop whose trip count is known, without "
               "reserve",
    .Fix = FixKind::Safe,
    .Since = "0.1",
    .Options = Opts};

class MissingReserve : public Check {
public:
  MissingReserve(llvm::StringRef Name, tidy::ClangTidyContext *Context)
      : Check(Name, Context, Info) {}

  void registerMatchers(MatchFinder *Finder) override {
    Finder->addMatcher(cxxForRangeStmt().bind("loop"), this);
  }
  void check(const MatchFinder::MatchResult &Result) override {
    const auto *Loop = Result.Nodes.getNodeAs<CXXForRangeStmt>("loop");
    EditBuilder B(*Result.SourceManager, getLangOpts());
    B.insertStatementBefore(*Loop, "v.reserve(n);");
    auto E = B.take();
    report({.Loc = Loop->getForLoc(),
            .Message = "loop",
            .Suggested = E ? std::optional<Fix>(Fix{FixKind::Safe, "", *E})
                           : std::nullopt});
  }
};
} // namespace

static const RegisterCheck<MissingReserve> X(Info);
