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
  return S.substr(0, 2) == "0x" || // want "'substr' makes a string that is only compared: a copy of up to 2 characters"
         "0x" == S.substr(1, 1) || // want "a copy of up to 1 character$"
         S.substr(1) != T ||       // want "a copy, and an allocation if it has more than \d+ characters"
         S.substr(S.size() - T.size()) == T || // want "'substr'"
         S.substr(1, 40) == V ||               // want "'substr'"
         L->Text.substr(2) != "end" ||         // want "'substr'"
         S.substr(0, 3) == T.substr(1, 3);     // want "'substr'"
}

// What the function does to the string, nobody knows.
static bool viewed(std::string Own, const std::string &S) {
  return hidden(S.substr(1)) ||      // want "'substr' makes a string to be passed to 'hidden', which takes a view"
         visible(S.substr(1, 30)) || // want "'substr'"
         hidden(Own.substr(2));      // want "'substr'"
}

bool use(const Line &L) {
  return compared(L.Text, L.Text, "", &L) || viewed(L.Text, L.Text);
}
