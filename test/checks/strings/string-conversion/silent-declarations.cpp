// check: whet-string-conversion
#include <string>
#include <string_view>

struct Log {
  explicit Log(const std::string &Text);
  Log(const std::string &Text, int Level);
};
struct View {
  explicit View(std::string_view Text);
};

// Without c_str(), these would declare variables and functions.
void use(const std::string &Text, const std::string *Pointer) {
  Log(Text.c_str());
  Log A(std::string(Text.c_str()));
  Log B(std::string(Pointer->c_str()));
  std::string C(std::string(Text.c_str()));
  std::string(Text.c_str());
  (void)A, (void)B, (void)C;
}

// A view of what is gone.
std::string make();
std::size_t views() {
  std::string_view V = make().c_str();
  return V.size();
}

// The string is changed before it is read, or while.
bool reads(const std::string &Text, std::string &&Rest);
bool check(std::string_view Text, const std::string &Rest);
bool changes(std::string &Text) {
  return check(Text.substr(1), Text += "x") || reads(Text.c_str(), std::move(Text));
}

// Kept, changed, or made for its own sake.
std::string keeps(const std::string &Text) {
  std::string Part = Text.substr(1);
  Part += "x";
  return Text.substr(2) < "a" ? Part : Text.substr(0, 1) + "b";
}
