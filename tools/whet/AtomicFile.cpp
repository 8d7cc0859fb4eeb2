#include "AtomicFile.h"
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

static llvm::Error cannotWrite(llvm::StringRef File) {
  return llvm::createStringError("cannot write " + File + ": " +
                                 llvm::sys::StrError());
}

llvm::Error whet::writeFileAtomically(llvm::StringRef File,
                                      llvm::StringRef Contents) {
  std::string Temp = File.str() + ".tmp-XXXXXX";
  int FD = ::mkstemp(Temp.data());
  if (FD < 0)
    return cannotWrite(File);
  // mkstemp's files are for their owner only; this one is like any other.
  mode_t Mask = ::umask(0);
  ::umask(Mask);
  bool IsWritten = writeAll(FD, Contents) && ::fchmod(FD, 0666 & ~Mask) == 0;
  int WriteError = errno;
  if (::close(FD) != 0 && IsWritten) {
    WriteError = errno;
    IsWritten = false;
  }
  if (IsWritten && ::rename(Temp.c_str(), File.str().c_str()) == 0)
    return llvm::Error::success();
  errno = IsWritten ? errno : WriteError;
  llvm::Error Result = cannotWrite(File);
  ::unlink(Temp.c_str());
  return Result;
}
