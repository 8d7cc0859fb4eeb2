#include "BuildFacts.h"
#include "whet/analysis/HeaderReaders.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace whet;

// The strings in quotes that Text begins with.
static std::vector<std::string> quotedPaths(llvm::StringRef Text) {
  std::vector<std::string> Paths;
  Text = Text.ltrim();
  while (Text.consume_front("\"")) {
    auto [Path, Behind] = Text.split('"');
    Paths.push_back(Path.rtrim('/').str());
    Text = Behind.ltrim();
  }
  return Paths;
}

// What is behind Command in each of its calls, up to the parenthesis.
static std::vector<llvm::StringRef> argumentsOf(llvm::StringRef Command,
                                                llvm::StringRef Script) {
  std::vector<llvm::StringRef> Result;
  for (size_t At = Script.find(Command); At != llvm::StringRef::npos;
       At = Script.find(Command, At + 1)) {
    llvm::StringRef Behind = Script.substr(At + Command.size());
    Result.push_back(Behind.take_front(Behind.find(')')));
  }
  return Result;
}

// file(INSTALL DESTINATION "..." TYPE FILE FILES "/src/a.h" "/src/b.h")
std::vector<std::string> whet::installedByCMake(llvm::StringRef Script) {
  std::vector<std::string> Paths;
  for (llvm::StringRef Arguments : argumentsOf("file(INSTALL ", Script)) {
    llvm::StringRef Type = Arguments.split(" TYPE ").second;
    if (Type.starts_with("FILE") || Type.starts_with("DIRECTORY"))
      llvm::append_range(Paths, quotedPaths(Type.split(" FILES").second));
  }
  return Paths;
}

// {"/src/a.h": "/usr/include/a.h", ...}
std::vector<std::string> whet::installedByMeson(llvm::StringRef Json) {
  std::vector<std::string> Paths;
  llvm::Expected<llvm::json::Value> List = llvm::json::parse(Json);
  if (!List) {
    llvm::consumeError(List.takeError());
    return Paths;
  }
  if (const llvm::json::Object *Entries = List->getAsObject())
    for (const auto &[Path, Destination] : *Entries)
      Paths.push_back(Path.str());
  return Paths;
}

static std::string contentsOf(const llvm::Twine &File) {
  auto Buffer = llvm::MemoryBuffer::getFile(File, /*IsText=*/true);
  return Buffer ? (*Buffer)->getBuffer().str() : "";
}

// A script includes those of the folders below its own.
static std::vector<std::string> installedBelow(llvm::StringRef Build) {
  std::vector<std::string> Paths =
      installedByMeson(contentsOf(Build + "/meson-info/intro-installed.json"));
  std::vector<std::string> Scripts = {(Build + "/cmake_install.cmake").str()};
  while (!Scripts.empty()) {
    std::string Script = contentsOf(Scripts.back());
    Scripts.pop_back();
    llvm::append_range(Paths, installedByCMake(Script));
    for (llvm::StringRef Argument : argumentsOf("include(", Script))
      llvm::append_range(Scripts, quotedPaths(Argument));
  }
  return Paths;
}

FactBase whet::buildFacts(const CompileDatabase &DB,
                          const ProjectPaths &Paths) {
  FactBase Facts;
  if (DB.HasCUnits)
    noteCSources(Facts);
  if (!DB.DatabaseFolder.empty())
    for (const std::string &Path : installedBelow(DB.DatabaseFolder))
      noteInstalled(Facts, Paths.portable(realPath(Path)));
  return Facts;
}
