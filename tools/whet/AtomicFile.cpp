#include "AtomicFile.h"
#include "Signals.h"
#include "llvm/Support/Errno.h"
#include <cstdio>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

using namespace whet;

static bool writeAll(int FD, llvm::StringRef Contents) {
  while (!Contents.empty()) {
    ssize_t Written = ::write(FD, Contents.data(), Contents.size());
    if (Written < 0 && errno == EINTR)
      continue;
    if (Written <= 0)
      return false;
    Contents = Contents.drop_front(Written);
  }
  return true;
}

llvm::Expected<NewFile> NewFile::beside(llvm::StringRef File,
                                        llvm::StringRef Contents, mode_t Mode) {
  std::string Name = File.str() + ".tmp-XXXXXX";
  int FD = ::mkstemp(Name.data());
  if (FD < 0)
    return llvm::createStringError(llvm::sys::StrError());
  NewFile Result(std::move(Name), File.str());
  int WriteError = 0;
  if (!writeAll(FD, Contents) || ::fchmod(FD, Mode) != 0 || ::fsync(FD) != 0)
    WriteError = errno;
  // Some file systems notice only now that they are full.
  if (::close(FD) != 0 && WriteError == 0)
    WriteError = errno;
  if (WriteError != 0)
    return llvm::createStringError(llvm::sys::StrError(WriteError));
  return Result;
}

NewFile::~NewFile() {
  if (!Name.empty())
    ::unlink(Name.c_str());
}

NewFile::NewFile(NewFile &&Other) noexcept
    : Name(std::exchange(Other.Name, "")), File(std::move(Other.File)) {}

void NewFile::own(uid_t User, gid_t Group) const {
  // Only root can give files away; for others the owner is the same anyway.
  (void)!::chown(Name.c_str(), User, Group);
}

llvm::Error NewFile::replace() {
  if (::rename(Name.c_str(), File.c_str()) != 0)
    return llvm::createStringError(llvm::sys::StrError());
  Name.clear();
  return llvm::Error::success();
}

llvm::Error whet::writeFileAtomically(llvm::StringRef File,
                                      llvm::StringRef Contents) {
  // Interrupted in between, it would leave the file beside.
  HeldSignals Held;
  mode_t Mask = ::umask(0);
  ::umask(Mask);
  llvm::Expected<NewFile> New = NewFile::beside(File, Contents, 0666 & ~Mask);
  llvm::Error Why = New ? New->replace() : New.takeError();
  if (!Why)
    return llvm::Error::success();
  return llvm::createStringError("cannot write " + File + ": " +
                                 llvm::toString(std::move(Why)));
}
