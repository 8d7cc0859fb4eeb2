//===- Main.cpp - clangd with whet's checks -------------------------------===//
//
// All of clangd, under another name: same flags, same protocol, same
// configuration files. What differs is in ClangdHooks.cpp.
//
//===----------------------------------------------------------------------===//

// clangd's headers are not installed.
namespace clang::clangd {
int clangdMain(int argc, char *argv[]);
} // namespace clang::clangd

int main(int argc, char *argv[]) {
  return clang::clangd::clangdMain(argc, argv);
}
