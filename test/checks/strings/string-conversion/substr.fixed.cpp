// check: whet-string-conversion
// std: c++17
// stdlib: libstdc++ libc++
#include <string>
#include <string_view>

bool hidden(std::string_view Text);
static bool visible(std::string_view Text) { return Text.empty(); }

struct Line {
  std::string Text;
};

static bool compared(const std::string &S, const std::string &T,
                     std::string_view V, const Line *L) {
  return S.compare(0, 2, "0x") == 0 || // want "'substr' makes a string that is only compared: a copy of up to 2 characters"
         S.compare(1, 1, "0x") == 0 || // want "a copy of up to 1 character$"
         S.compare(1, std::string::npos, T) != 0 ||       // want "a copy, and an allocation if it has more than \d+ characters"
         S.compare(S.size() - T.size(), std::string::npos, T) == 0 || // want "'substr'"
         S.compare(1, 40, V) == 0 ||               // want "'substr'"
         L->Text.compare(2, std::string::npos, "end") != 0 ||         // want "'substr'"
         S.compare(0, 3, T, 1, 3) == 0;     // want "'substr'"
}

// What the function does to the string, nobody knows.
static bool viewed(std::string Own, const std::string &S) {
  return hidden(S.substr(1)) ||      // want "'substr' makes a string to be passed to 'hidden', which takes a view"
         visible(std::string_view(S).substr(1, 30)) || // want "'substr'"
         hidden(std::string_view(Own).substr(2));      // want "'substr'"
}

bool use(const Line &L) {
  return compared(L.Text, L.Text, "", &L) || viewed(L.Text, L.Text);
}
