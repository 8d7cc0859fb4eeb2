#include "YamlReader.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <set>

using namespace whet;

std::optional<llvm::StringRef>
whet::nearestName(llvm::StringRef Name, llvm::ArrayRef<llvm::StringRef> Valid) {
  auto LastPart = [](llvm::StringRef Qualified) {
    size_t Colons = Qualified.rfind("::");
    return Colons == llvm::StringRef::npos ? Qualified
                                           : Qualified.drop_front(Colons + 2);
  };
  std::optional<llvm::StringRef> Best;
  unsigned BestDistance = Name.size() / 3 + 2;
  for (llvm::StringRef Candidate : Valid) {
    unsigned Distance = std::min(Name.edit_distance(Candidate),
                                 Name.edit_distance(LastPart(Candidate)));
    if (Distance >= BestDistance)
      continue;
    BestDistance = Distance;
    Best = Candidate;
  }
  return Best;
}

void YamlReader::report(const YAML::Mark &At, const llvm::Twine &Message) {
  // An empty document is nowhere.
  Errors.push_back(
      {std::max(At.line, 0) + 1, std::max(At.column, 0) + 1, Message.str()});
}

void YamlReader::reportUnknown(const YAML::Mark &At, llvm::StringRef Kind,
                               llvm::StringRef Name,
                               llvm::ArrayRef<llvm::StringRef> Valid) {
  static constexpr size_t Few = 8;
  std::string Hint;
  if (std::optional<llvm::StringRef> Nearest = nearestName(Name, Valid))
    Hint = "; did you mean '" + Nearest->str() + "'?";
  else if (Valid.size() <= Few)
    Hint = "; it is one of " + llvm::join(Valid, ", ");
  report(At, "unknown " + Kind + " '" + Name + "'" + Hint);
}

YAML::Node YamlReader::load(llvm::StringRef Text) {
  try {
    std::vector<YAML::Node> Documents = YAML::LoadAll(Text.str());
    if (Documents.empty())
      return YAML::Node();
    if (Documents.size() > 1)
      report(Documents[1].Mark(), "a second document; there can be only one");
    return Documents.front();
  } catch (const YAML::Exception &E) {
    report(E.mark, "not valid YAML: " + E.msg);
    return YAML::Node();
  }
}

std::vector<YamlEntry> YamlReader::entries(const YAML::Node &Node,
                                           llvm::StringRef What) {
  std::vector<YamlEntry> Result;
  if (Node.IsNull())
    return Result;
  if (!Node.IsMap()) {
    report(Node.Mark(), "expected a map of " + What);
    return Result;
  }
  std::set<std::string> Seen;
  for (const auto &Entry : Node) {
    YAML::Mark At = Entry.first.Mark();
    if (!Entry.first.IsScalar())
      report(At, "expected a name, as a key of a map of " + What);
    else if (!Seen.insert(Entry.first.Scalar()).second)
      report(At, "'" + Entry.first.Scalar() +
                     "' is there twice; remove one of the two");
    else
      Result.push_back({Entry.first.Scalar(), At, Entry.second});
  }
  return Result;
}

std::vector<YAML::Node> YamlReader::items(const YAML::Node &Node,
                                          llvm::StringRef What) {
  if (Node.IsNull())
    return {};
  if (Node.IsSequence())
    return std::vector<YAML::Node>(Node.begin(), Node.end());
  report(Node.Mark(), "expected a list of " + What);
  return {};
}

std::optional<std::string> YamlReader::text(const YAML::Node &Node,
                                            llvm::StringRef What) {
  if (Node.IsScalar() && !Node.Scalar().empty())
    return Node.Scalar();
  report(Node.Mark(), "expected " + What);
  return std::nullopt;
}

std::optional<unsigned> YamlReader::number(const YAML::Node &Node,
                                           llvm::StringRef What, unsigned Least,
                                           unsigned Most) {
  unsigned Number = 0;
  // A quoted scalar is text.
  bool IsNumber = Node.IsScalar() && Node.Tag() != "!" &&
                  llvm::all_of(Node.Scalar(), llvm::isDigit) &&
                  !llvm::StringRef(Node.Scalar()).getAsInteger(10, Number);
  if (IsNumber && Number >= Least && Number <= Most)
    return Number;
  report(Node.Mark(), "expected " + What + ", a whole number from " +
                          llvm::Twine(Least) + " to " + llvm::Twine(Most));
  return std::nullopt;
}

llvm::Error YamlReader::takeErrors() {
  llvm::sort(Errors);
  llvm::Error Result = llvm::Error::success();
  for (const Problem &P : Errors)
    Result = llvm::joinErrors(
        std::move(Result),
        llvm::createStringError(File + ":" + llvm::Twine(P.Line) + ":" +
                                llvm::Twine(P.Column) + ": " + P.Message));
  Errors.clear();
  return Result;
}
