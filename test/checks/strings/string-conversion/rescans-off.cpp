// check: whet-string-conversion
// option: Rescans=false
#include <cstring>
#include <string>

void takesString(const std::string &Text);

std::size_t scan(std::string &Out, const std::string &Text) {
  Out = Text.c_str();
  Out += Text.c_str();
  takesString(Text.c_str()); // want "'Text' is copied"
  return strlen(Text.c_str());
}
