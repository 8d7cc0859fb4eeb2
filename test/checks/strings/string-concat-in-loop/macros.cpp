// check: whet-string-concat-in-loop
#include <string>
#include <vector>

#define APPEND(TO, WHAT) TO = TO + WHAT
#define COMMA ","

std::string joined(const std::vector<std::string> &In) {
  std::string Out;
  for (const auto &Name : In) {
    APPEND(Out, Name);
    Out = Out + COMMA; // want-nofix "appending to 'Out'"
    Out = Out + Name; // want "appending to 'Out'"
  }
  return Out;
}
