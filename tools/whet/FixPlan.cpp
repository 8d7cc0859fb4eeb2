#include "FixPlan.h"
#include "AtomicFile.h"
#include "CompileDatabase.h"
#include "LineDiff.h"
#include "Signals.h"
#include "UnitAnalysis.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace whet;
namespace fs = llvm::sys::fs;

// --- Which fixes go together
// ---------------------------------------------------

static bool overlap(const SourceEdit &A, const SourceEdit &B) {
  if (A.File != B.File || A == B)
    return false;
  if (A.Length == 0 && B.Length == 0)
    return false;
  return A.Offset < B.Offset + B.Length && B.Offset < A.Offset + A.Length;
}

static bool isOutside(const SourceFix &Fix, llvm::StringRef Root) {
  return llvm::any_of(
      Fix, [&](const SourceEdit &E) { return !isBelow(E.File, Root); });
}

const SourceFix &FixPlan::fixOf(size_t Finding) const {
  const ReportedFinding &F = Findings[Finding];
  if (!F.SafeFix.empty() || K == SafeOnly)
    return F.SafeFix;
  return F.UnsafeFix;
}

FixPlan::FixPlan(llvm::ArrayRef<ReportedFinding> Findings, Kinds K,
                 llvm::StringRef Root)
    : Findings(Findings), K(K) {
  std::map<std::string, std::vector<SourceEdit>> Taken;
  for (size_t I = 0; I < Findings.size(); ++I) {
    const SourceFix &Fix = fixOf(I);
    if (Fix.empty())
      continue;
    if (isOutside(Fix, Root)) {
      Dropped[I] = "it would edit a file outside of " + Root.str();
      continue;
    }
    bool Overlaps = llvm::any_of(Fix, [&](const SourceEdit &E) {
      return llvm::any_of(Taken[E.File], [&](const SourceEdit &Other) {
        return overlap(E, Other);
      });
    });
    if (Overlaps) {
      Dropped[I] = "another fix edits the same code; run whet fix once more";
      continue;
    }
    for (const SourceEdit &E : Fix)
      Taken[E.File].push_back(E);
    Applied.insert(I);
  }
}

void FixPlan::drop(size_t Finding, llvm::StringRef Reason) {
  Applied.erase(Finding);
  Dropped[Finding] = Reason.str();
}

std::vector<size_t> FixPlan::fixesOf(llvm::StringRef File) const {
  std::vector<size_t> Result;
  for (size_t I : Applied)
    if (llvm::any_of(fixOf(I),
                     [&](const SourceEdit &E) { return E.File == File; }))
      Result.push_back(I);
  return Result;
}

std::set<std::string> FixPlan::filesOf(size_t Finding) const {
  std::set<std::string> Files;
  for (const SourceEdit &E : fixOf(Finding))
    Files.insert(E.File);
  return Files;
}

std::map<std::string, std::vector<SourceEdit>> FixPlan::edits() const {
  std::map<std::string, std::vector<SourceEdit>> Result;
  for (size_t I : Applied)
    for (const SourceEdit &E : fixOf(I)) {
      std::vector<SourceEdit> &Edits = Result[E.File];
      // Insertions at one place keep the order of their findings, and stand
      // before what is replaced there.
      auto Place = llvm::upper_bound(
          Edits, E, [](const SourceEdit &A, const SourceEdit &B) {
            return std::pair(A.Offset, A.Length != 0) <
                   std::pair(B.Offset, B.Length != 0);
          });
      if (!llvm::is_contained(Edits, E))
        Edits.insert(Place, E);
    }
  return Result;
}

llvm::Error FixPlan::read(const std::map<std::string, std::string> &Hashes,
                          const FileOverlay &Before) {
  for (const auto &[File, Edits] : edits()) {
    if (auto It = Before.find(File); It != Before.end()) {
      Originals[File] = *It->second;
      continue;
    }
    auto Buffer = llvm::MemoryBuffer::getFile(File);
    if (!Buffer)
      return llvm::createStringError("cannot read " + File + ": " +
                                     Buffer.getError().message() +
                                     "; nothing was changed");
    llvm::StringRef Text = (*Buffer)->getBuffer();
    auto Hash = Hashes.find(File);
    if (Hash == Hashes.end() || Hash->second != contentHash(Text))
      return llvm::createStringError(
          File + " changed while it was analysed; nothing was fixed, run whet "
                 "fix again");
    Originals[File] = Text.str();
  }
  return llvm::Error::success();
}

std::map<std::string, std::string> FixPlan::contents() const {
  std::map<std::string, std::string> Result;
  for (const auto &[File, Edits] : edits())
    Result[File] = edited(Originals.at(File), Edits);
  return Result;
}

// --- Writing
// -------------------------------------------------------------------

static llvm::Error cannotWrite(llvm::StringRef File, const llvm::Twine &Why) {
  return llvm::createStringError("cannot write " + File + ": " + Why +
                                 "; nothing was changed");
}

// A file beside File with the contents and permissions that it is to have.
static llvm::Expected<NewFile> prepare(llvm::StringRef File,
                                       llvm::StringRef Contents) {
  fs::file_status Status;
  if (std::error_code E = fs::status(File, Status))
    return cannotWrite(File, E.message());
  // Renaming needs the folder only; a read-only file is meant to stay.
  if (!fs::can_write(File))
    return cannotWrite(File, "it is read-only");
  llvm::Expected<NewFile> New = NewFile::beside(
      File, Contents, static_cast<mode_t>(Status.permissions()));
  if (!New)
    return cannotWrite(File, llvm::toString(New.takeError()));
  New->own(Status.getUser(), Status.getGroup());
  return New;
}

// Renames one file into place, unless somebody has saved it since it was read.
static llvm::Error replace(llvm::StringRef File, NewFile &New,
                           llvm::StringRef Original) {
  auto Current = llvm::MemoryBuffer::getFile(File);
  if (Current && (*Current)->getBuffer() == Original)
    return New.replace();
  return llvm::createStringError(
      Current ? "it changed meanwhile; run whet fix again"
              : Current.getError().message());
}

static llvm::Error restore(llvm::StringRef File, llvm::StringRef Original) {
  llvm::Expected<NewFile> Old = prepare(File, Original);
  return Old ? Old->replace() : Old.takeError();
}

llvm::Error
whet::writeAtomically(const std::map<std::string, std::string> &Contents,
                      const std::map<std::string, std::string> &Originals) {
  HeldSignals Held;
  std::map<std::string, NewFile> News;
  for (const auto &[File, Text] : Contents) {
    llvm::Expected<NewFile> New = prepare(File, Text);
    if (!New)
      return New.takeError();
    News.emplace(File, std::move(*New));
  }
  std::vector<std::string> Written;
  for (auto &[File, New] : News) {
    if (llvm::Error E = replace(File, New, Originals.at(File))) {
      std::string Why = llvm::toString(std::move(E));
      for (const std::string &Done : Written)
        if (llvm::Error NotRestored = restore(Done, Originals.at(Done)))
          return llvm::createStringError(
              "cannot write " + llvm::Twine(File) + ": " + Why + "; " + Done +
              " is already fixed and could not be put back: " +
              llvm::toString(std::move(NotRestored)));
      return cannotWrite(File, Why);
    }
    Written.push_back(File);
  }
  return llvm::Error::success();
}
