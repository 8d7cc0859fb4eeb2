// check: whet-large-by-value-param
// stdlib: libstdc++
#include <cassert>
#include <string>

#define DECLARE(NAME) size_t NAME(std::string Text)
#define LENGTH(TEXT) ((TEXT).size())
#define TYPE std::string

// The declaration is a macro's.
static DECLARE(declared) { return Text.size(); }
DECLARE(apart);
size_t apart(std::string Text) { return Text.size(); }

// Used in a macro's argument: that is a use like any other.
static size_t used(const std::string &Text) { return LENGTH(Text); } // want "'Text'"

// The type is a macro's.
static size_t typed(TYPE Text) { return Text.size(); } // want-nofix "'Text'"

// Used where this build does not look.
static size_t otherPlatform(std::string Text) {
#ifdef _WIN32
  Text += "\\";
#endif
  return Text.size();
}

int main() {
  std::string Text;
  declared(Text), apart(Text), used(Text), typed(Text), otherPlatform(Text);
}
