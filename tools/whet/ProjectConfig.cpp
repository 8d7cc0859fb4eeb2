#include "ProjectConfig.h"
#include "YamlReader.h"
#include "whet/facts/ProjectPaths.h"
#include "whet/support/Registry.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <set>

using namespace whet;

static constexpr llvm::StringLiteral FileName = ".whet.yaml";

static constexpr std::pair<llvm::StringLiteral, GateLevel> LevelNames[] = {
    {"error", GateLevel::Error},
    {"warning", GateLevel::Warning},
    {"remark", GateLevel::Remark},
    {"off", GateLevel::Off}};

// --- Reading
// ---------------------------------------------------------------------

namespace {
/// Reads one file into one configuration.
class ConfigReader {
public:
  ConfigReader(llvm::StringRef File, ProjectConfig &Config)
      : Reader(File), Config(Config) {}

  llvm::Error read(llvm::StringRef Text);

private:
  void readChecks(const YAML::Node &Node);
  void readExclude(const YAML::Node &Node);
  void readContainers(const YAML::Node &Node);
  void readLocks(const YAML::Node &Node);
  void readBlocking(const YAML::Node &Node);
  std::optional<std::string> qualifiedName(const YAML::Node &Node,
                                           llvm::StringRef What);
  void addLock(const YAML::Node &Node);
  std::optional<GateLevel> level(const YAML::Node &Node);

  YamlReader Reader;
  ProjectConfig &Config;
};

/// Reads one entry of `containers`.
class ContainerReader {
public:
  explicit ContainerReader(YamlReader &Reader) : Reader(Reader) {}

  /// The model; nothing if the entry is no container.
  std::optional<ContainerModel> read(const YAML::Node &Node);

  YAML::Mark nameMark() const { return NameMark; }

private:
  void set(const YamlEntry &Property);
  void setName(const YAML::Node &Value);
  void setLike(const YAML::Node &Value);
  void setFamily(const YAML::Node &Value);
  void setReserve(const YAML::Node &Value);
  ContainerModel model() const;

  YamlReader &Reader;
  YAML::Mark NameMark;
  std::optional<std::string> Name;
  std::optional<ContainerModel> Like;
  std::optional<ContainerFamily> Family;
  std::optional<std::string> Reserve;
  std::optional<unsigned> Growth;
  std::optional<unsigned> InlineBytes;
  /// Whether the key is there, whatever it says.
  bool HasName = false;
  bool HasLike = false;
  bool HasFamily = false;
};
} // namespace

std::optional<GateLevel> ConfigReader::level(const YAML::Node &Node) {
  std::optional<std::string> Name =
      Reader.text(Node, "a level: error, warning, remark or off");
  if (!Name)
    return std::nullopt;
  for (const auto &[LevelName, Level] : LevelNames)
    if (LevelName == *Name)
      return Level;
  Reader.reportUnknown(Node.Mark(), "level", *Name,
                       {"error", "warning", "remark", "off"});
  return std::nullopt;
}

void ConfigReader::readChecks(const YAML::Node &Node) {
  std::vector<llvm::StringRef> Ids;
  for (const RegisteredCheck &Check : registeredChecks())
    Ids.push_back(Check.Info->Id);
  for (const YamlEntry &Check : Reader.entries(Node, "checks")) {
    if (!llvm::is_contained(Ids, Check.Key))
      Reader.reportUnknown(Check.KeyMark, "check", Check.Key, Ids);
    std::optional<GateLevel> Level;
    if (Check.Value.IsMap()) {
      for (const YamlEntry &Setting : Reader.entries(Check.Value, "settings"))
        if (Setting.Key == "level")
          Level = level(Setting.Value);
        else
          Reader.reportUnknown(Setting.KeyMark, "key", Setting.Key, {"level"});
    } else {
      Level = level(Check.Value);
    }
    if (Level)
      Config.Levels[Check.Key] = *Level;
  }
}

void ConfigReader::readExclude(const YAML::Node &Node) {
  for (const YAML::Node &Item : Reader.items(Node, "paths and globs"))
    if (std::optional<std::string> Pattern =
            Reader.text(Item, "a path or a glob"))
      if (llvm::Error E = Config.Excluded.add(*Pattern))
        Reader.report(Item.Mark(), llvm::toString(std::move(E)));
}

static bool isIdentifier(llvm::StringRef Name) {
  return !Name.empty() && !llvm::isDigit(Name[0]) &&
         llvm::all_of(Name, [](char C) {
           // Letters beyond ASCII are letters in C++, too.
           return llvm::isAlnum(C) || C == '_' ||
                  static_cast<unsigned char>(C) >= 0x80;
         });
}

// "my::Vec" is what types are compared with; not "my::Vec<int>".
static bool isQualifiedName(llvm::StringRef Name) {
  llvm::SmallVector<llvm::StringRef, 4> Parts;
  Name.split(Parts, "::");
  return llvm::all_of(Parts, isIdentifier);
}

static std::string withoutGlobalScope(llvm::StringRef Name) {
  Name.consume_front("::");
  return Name.str();
}

void ContainerReader::setName(const YAML::Node &Value) {
  HasName = true;
  NameMark = Value.Mark();
  Name = Reader.text(Value, "a class's qualified name");
  if (!Name)
    return;
  Name = withoutGlobalScope(*Name);
  if (!isQualifiedName(*Name))
    Reader.report(NameMark, "'" + *Name +
                                "' is not a class's qualified name, without "
                                "template arguments, such as my::Vec");
}

void ContainerReader::setLike(const YAML::Node &Value) {
  HasLike = true;
  std::optional<std::string> Known =
      Reader.text(Value, "a container that whet knows");
  if (!Known)
    return;
  Like = knownContainer(withoutGlobalScope(*Known));
  if (!Like)
    Reader.reportUnknown(Value.Mark(), "container", *Known,
                         knownContainerNames());
}

void ContainerReader::setFamily(const YAML::Node &Value) {
  HasFamily = true;
  std::optional<std::string> Known =
      Reader.text(Value, "a family: sequence, string or hash");
  if (!Known)
    return;
  Family = containerFamily(*Known);
  if (!Family)
    Reader.reportUnknown(Value.Mark(), "family", *Known,
                         {"sequence", "string", "hash"});
}

void ContainerReader::setReserve(const YAML::Node &Value) {
  Reserve = Reader.text(Value, "the name of the member that makes room");
  if (Reserve && !isIdentifier(*Reserve))
    Reader.report(Value.Mark(), "'" + *Reserve + "' is no member's name");
}

void ContainerReader::set(const YamlEntry &Property) {
  static constexpr llvm::StringRef Keys[] = {
      "name", "like", "family", "reserve", "growth", "inline-bytes"};
  static constexpr unsigned MostInlineBytes = 1U << 20;
  if (Property.Key == "name")
    setName(Property.Value);
  else if (Property.Key == "like")
    setLike(Property.Value);
  else if (Property.Key == "family")
    setFamily(Property.Value);
  else if (Property.Key == "reserve")
    setReserve(Property.Value);
  else if (Property.Key == "growth")
    Growth = Reader.number(Property.Value,
                           "capacity after growth in percent of what it was",
                           101, 1000);
  else if (Property.Key == "inline-bytes")
    InlineBytes =
        Reader.number(Property.Value, "bytes that the object itself holds", 0,
                      MostInlineBytes);
  else
    Reader.reportUnknown(Property.KeyMark, "key", Property.Key, Keys);
}

// `like` is what the other keys start from.
ContainerModel ContainerReader::model() const {
  ContainerModel Model = Like.value_or(ContainerModel());
  Model.Name = *Name;
  Model.Family = Family.value_or(Model.Family);
  Model.Reserve = Reserve.value_or(Model.Reserve);
  Model.GrowthPercent = Growth.value_or(Model.GrowthPercent);
  Model.InlineBytes = InlineBytes.value_or(Model.InlineBytes);
  return Model;
}

std::optional<ContainerModel> ContainerReader::read(const YAML::Node &Node) {
  for (const YamlEntry &Property :
       Reader.entries(Node, "a container's properties"))
    set(Property);
  if (!HasName && (Node.IsMap() || Node.IsNull()))
    Reader.report(Node.Mark(), "a container needs its name");
  if (!Name)
    return std::nullopt;
  if (HasLike && HasFamily)
    Reader.report(NameMark, "'" + *Name +
                                "' has both like and family; like says the "
                                "family");
  if (!HasLike && !HasFamily)
    Reader.report(NameMark, "'" + *Name +
                                "' needs like, the name of a container that it "
                                "resembles, or family");
  return model();
}

void ConfigReader::readContainers(const YAML::Node &Node) {
  std::set<std::string> Names;
  for (const YAML::Node &Item : Reader.items(Node, "containers")) {
    ContainerReader Container(Reader);
    std::optional<ContainerModel> Model = Container.read(Item);
    if (!Model)
      continue;
    if (!Names.insert(Model->Name).second)
      Reader.report(Container.nameMark(), "'" + Model->Name +
                                              "' is there twice; remove one "
                                              "of the two");
    Config.Containers.push_back(std::move(*Model));
  }
  llvm::sort(Config.Containers);
}

// The name of a class or a function; nothing if it is none.
std::optional<std::string> ConfigReader::qualifiedName(const YAML::Node &Node,
                                                       llvm::StringRef What) {
  std::optional<std::string> Name = Reader.text(Node, What);
  if (!Name)
    return std::nullopt;
  Name = withoutGlobalScope(*Name);
  if (isQualifiedName(*Name))
    return Name;
  Reader.report(Node.Mark(), "'" + *Name + "' is not " + What.str() +
                                 ", without template arguments, such as "
                                 "my::Name");
  return std::nullopt;
}

void ConfigReader::addLock(const YAML::Node &Node) {
  LockType Type;
  bool HasName = false;
  bool HasRole = false;
  for (const YamlEntry &Property : Reader.entries(Node, "a lock's properties"))
    if (Property.Key == "name") {
      HasName = true;
      Type.Name = qualifiedName(Property.Value, "a class's qualified name")
                      .value_or("");
    } else if (Property.Key == "is") {
      HasRole = true;
      std::optional<std::string> Name = Reader.text(
          Property.Value,
          "a role: mutex, guard, shared-guard or condition-variable");
      std::optional<LockRole> Role =
          Name ? lockRole(*Name) : std::optional<LockRole>();
      if (Name && !Role)
        Reader.reportUnknown(Property.Value.Mark(), "role", *Name,
                             lockRoleNames());
      Type.Role = Role.value_or(Type.Role);
    } else {
      Reader.reportUnknown(Property.KeyMark, "key", Property.Key,
                           {"name", "is"});
    }
  if ((!HasName || !HasRole) && (Node.IsMap() || Node.IsNull()))
    Reader.report(Node.Mark(), "a lock needs its name, and what it is");
  if (Type.Name.empty())
    return;
  bool IsKnown = llvm::any_of(Config.Locks.Types, [&](const LockType &Other) {
    return Other.Name == Type.Name;
  });
  if (IsKnown)
    Reader.report(Node.Mark(),
                  "'" + Type.Name + "' is there twice; remove one of the two");
  Config.Locks.Types.push_back(std::move(Type));
}

void ConfigReader::readLocks(const YAML::Node &Node) {
  for (const YAML::Node &Item : Reader.items(Node, "locks"))
    addLock(Item);
  llvm::sort(Config.Locks.Types);
}

void ConfigReader::readBlocking(const YAML::Node &Node) {
  for (const YAML::Node &Item : Reader.items(Node, "functions"))
    if (std::optional<std::string> Name =
            qualifiedName(Item, "a function's qualified name"))
      Config.Locks.Blocking.push_back(std::move(*Name));
  llvm::sort(Config.Locks.Blocking);
}

llvm::Error ConfigReader::read(llvm::StringRef Text) {
  for (const YamlEntry &Section :
       Reader.entries(Reader.load(Text), "sections")) {
    if (Section.Key == "checks")
      readChecks(Section.Value);
    else if (Section.Key == "exclude")
      readExclude(Section.Value);
    else if (Section.Key == "containers")
      readContainers(Section.Value);
    else if (Section.Key == "locks")
      readLocks(Section.Value);
    else if (Section.Key == "blocking")
      readBlocking(Section.Value);
    else
      Reader.reportUnknown(
          Section.KeyMark, "key", Section.Key,
          {"blocking", "checks", "containers", "exclude", "locks"});
  }
  return Reader.takeErrors();
}

llvm::Expected<ProjectConfig> ProjectConfig::parse(llvm::StringRef Text,
                                                   llvm::StringRef File) {
  ProjectConfig Config;
  if (llvm::Error E = ConfigReader(File, Config).read(Text))
    return std::move(E);
  return Config;
}

llvm::Expected<ProjectConfig> ProjectConfig::find(llvm::StringRef File,
                                                  llvm::StringRef Root) {
  std::string Path = File.empty() ? (Root + "/" + FileName).str() : File.str();
  if (File.empty() && !llvm::sys::fs::exists(Path))
    return ProjectConfig();
  auto Buffer = llvm::MemoryBuffer::getFile(Path);
  if (!Buffer)
    return llvm::createStringError("cannot read " + Path + ": " +
                                   Buffer.getError().message());
  return parse((*Buffer)->getBuffer(), Path);
}

// --- Applying
// --------------------------------------------------------------------

static Severity severityOf(GateLevel Level) {
  switch (Level) {
  case GateLevel::Error:
    return Severity::Error;
  case GateLevel::Warning:
    return Severity::Warning;
  case GateLevel::Remark:
  case GateLevel::Off:
    break;
  }
  return Severity::Remark;
}

void ProjectConfig::apply(std::vector<ReportedFinding> &Findings,
                          llvm::StringRef Root) const {
  ProjectPaths Paths(Root.str(), "");
  auto IsExcluded = [&](llvm::StringRef File) {
    return !Excluded.empty() && isBelow(File, Root) &&
           Excluded.matches(Paths.portable(File));
  };
  llvm::erase_if(Findings, [&](const ReportedFinding &F) {
    auto Level = Levels.find(F.Check);
    return (Level != Levels.end() && Level->second == GateLevel::Off) ||
           IsExcluded(F.Position.File);
  });
  for (ReportedFinding &F : Findings) {
    if (auto Level = Levels.find(F.Check); Level != Levels.end())
      F.Severity = severityOf(Level->second);
    for (SourceFix *Fix : {&F.SafeFix, &F.UnsafeFix}) {
      auto Edit = llvm::find_if(
          *Fix, [&](const SourceEdit &E) { return IsExcluded(E.File); });
      if (Edit == Fix->end())
        continue;
      F.Notes.push_back(
          {F.Position, "no fix: it would change " + Paths.portable(Edit->File) +
                           ", which " + FileName.str() + " excludes"});
      Fix->clear();
    }
  }
}
