//===- AtomicFile.h - Files that are there whole or not at all --*- C++ -*-===//
//
// Writes a file so that whoever reads it, or kills the writer, sees the old
// contents or the new, and never a part of them.
//
//   llvm::Expected<NewFile> New = NewFile::beside("a.cpp", Contents, Mode);
//   if (New) llvm::Error E = New->replace();
//
//===----------------------------------------------------------------------===//
#ifndef WHET_TOOLS_WHET_ATOMICFILE_H
#define WHET_TOOLS_WHET_ATOMICFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <sys/types.h>

namespace whet {

/// A file that is written but not yet in its place. It is removed again unless
/// it is put there.
///
/// LLVM's TempFile is not used: it takes each '%' in a folder's name for a
/// place to put a random digit.
class NewFile {
public:
  /// Writes \p Contents beside \p File. An error is the system's reason.
  static llvm::Expected<NewFile> beside(llvm::StringRef File,
                                        llvm::StringRef Contents, mode_t Mode);
  ~NewFile();
  NewFile(NewFile &&Other) noexcept;
  NewFile &operator=(NewFile &&) = delete;

  /// Gives it to \p User and \p Group where that is allowed.
  void own(uid_t User, gid_t Group) const;

  /// Renames it into place.
  llvm::Error replace();

private:
  NewFile(std::string Name, std::string File)
      : Name(std::move(Name)), File(std::move(File)) {}

  /// Empty when there is nothing to remove any more.
  std::string Name;
  std::string File;
};

/// Writes \p Contents beside \p File and renames it into place. An error names
/// the file and the system's reason; the old file is then untouched.
llvm::Error writeFileAtomically(llvm::StringRef File, llvm::StringRef Contents);

} // namespace whet

#endif // WHET_TOOLS_WHET_ATOMICFILE_H
