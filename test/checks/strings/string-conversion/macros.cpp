// check: whet-string-conversion
// stdlib: libstdc++
#include <cassert>
#include <string>

void takesString(const std::string &Text);
#define CHARS(TEXT) ((TEXT).c_str())
#define PASS(TEXT) takesString(TEXT)

void macros(const std::string &Text) {
  takesString(CHARS(Text)); // want-nofix "'Text' is copied"
  // An argument of a macro is text, but of whose?
  PASS(Text.c_str());               // want-nofix "'Text' is copied"
  assert(Text.substr(0, 1) == "a"); // want-nofix "'substr'"
}
