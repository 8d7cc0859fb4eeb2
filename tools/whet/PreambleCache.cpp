#include "PreambleCache.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <fcntl.h>
#include <sys/stat.h>

using namespace whet;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static constexpr llvm::StringLiteral Note = "preambles";

PreambleCache::PreambleCache(UnitCache &Cache, FileStates &Files,
                             const ProjectPaths &Paths)
    : Cache(Cache), Files(Files), Paths(Paths) {
  if (!Cache.isUsed())
    return;
  Folder = Cache.preambleFolder();
  if (fs::create_directories(Folder)) {
    Folder.clear();
    return;
  }
  std::string Text = Cache.loadNotes(Paths.root(), Note);
  for (llvm::StringRef Rest = Text; !Rest.empty();) {
    llvm::StringRef Line;
    std::tie(Line, Rest) = Rest.split('\n');
    auto [UnitKey, Name] = Line.split(' ');
    NameOf[UnitKey] = Name.str();
  }
}

std::string PreambleCache::newFile() {
  llvm::SmallString<128> File;
  fs::createUniquePath(Folder + "/" + UnitCache::EntryPrefix + "%%%%%%%%%%%%",
                       File, /*MakeAbsolute=*/false);
  return File.str().str();
}

// Empty if there is no such file.
static std::string hashOfFile(const std::string &File) {
  auto Buffer = llvm::MemoryBuffer::getFile(File, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  return Buffer ? contentHash((*Buffer)->getBuffer()) : "";
}

static std::string keyOf(llvm::StringRef Name) {
  return (UnitCache::PreambleKey + Name).str();
}

std::optional<Preamble> PreambleCache::load(llvm::StringRef Name) {
  std::optional<std::string> Text = Cache.find(keyOf(Name), Files, Paths);
  if (!Text)
    return std::nullopt;
  llvm::Expected<llvm::json::Value> Value = llvm::json::parse(*Text);
  if (!Value) {
    llvm::consumeError(Value.takeError());
    return std::nullopt;
  }
  const llvm::json::Object *O = Value->getAsObject();
  if (!O)
    return std::nullopt;
  const llvm::json::Value *Kept = O->get("preamble");
  std::optional<Preamble> P = Kept ? preambleFrom(*Kept) : std::nullopt;
  if (!P || path::filename(P->File) != Name ||
      hashOfFile(P->File) != O->getString("hash"))
    return std::nullopt;
  for (const std::string &File : {P->File, textOfPreamble(P->File)})
    ::utimensat(AT_FDCWD, File.c_str(), nullptr, 0);
  return P;
}

const Preamble *PreambleCache::of(llvm::StringRef UnitKey) {
  auto Named = NameOf.find(UnitKey);
  if (Named == NameOf.end())
    return nullptr;
  auto [It, IsNew] = Known.try_emplace(Named->second);
  if (IsNew)
    It->second = load(Named->second);
  return It->second ? &*It->second : nullptr;
}

void PreambleCache::keep(const Preamble &P,
                         llvm::ArrayRef<std::string> UnitKeys) {
  llvm::StringRef Name = path::filename(P.File);
  std::string Text;
  llvm::raw_string_ostream(Text) << llvm::json::Value(llvm::json::Object{
      {"preamble", toJSON(P)}, {"hash", hashOfFile(P.File)}});
  // The precompiled header says where its parts are.
  Dependencies Read = P.Read;
  Read.IsBoundToPlace = true;
  std::optional<std::string> Entry = makeEntry(Read, Text, Paths);
  if (!Entry)
    return;
  Cache.store(keyOf(Name), *Entry);
  for (const std::string &Key : UnitKeys)
    NameOf[Key] = Name.str();
  HasNews = true;
}

void PreambleCache::save() {
  if (!HasNews)
    return;
  std::string Text;
  for (const auto &Entry : NameOf)
    if (fs::exists(Folder + "/" + Entry.second))
      Text += Entry.getKey().str() + ' ' + Entry.second + '\n';
  Cache.storeNotes(Paths.root(), Note, Text);
}
