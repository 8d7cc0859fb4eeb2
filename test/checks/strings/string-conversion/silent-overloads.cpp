// check: whet-string-conversion
#include <string>
#include <string_view>
#include <utility>

struct Path {
  Path(const std::string &);
};
struct Any {
  template <class T> Any(const T &);
  Any(const std::string &);
};

// A const char * is what they want.
void takesPointer(const char *);
void printLike(const char *Format, ...);

// The string itself would choose another one.
void byString(std::string &Text);
void byString(const std::string &Text, int Rest = 0);
void forwarded(const std::string &Text);
template <class T> void forwarded(T &&Text);
void viewOrPath(std::string_view Text);
void viewOrPath(const Path &P);
void moved(std::string &&Text);

// Its name would be looked for in std, too.
template <class T> using Identity = T;
std::size_t size(const std::string &Text);

struct Derived : std::string {
  std::size_t count() const { return std::string(c_str()).size(); }
};

std::size_t use(std::string &Text, const Derived &D) {
  takesPointer(Text.c_str());
  printLike("%s", Text.c_str());
  byString(Text.c_str());
  forwarded(Text.c_str());
  viewOrPath(Text.c_str());
  moved(Text.c_str());
  moved(std::string(Text));
  Any A(Text.c_str());
  const char *Kept = Text.c_str();
  takesPointer(Kept);
  takesPointer(Text.substr(1).c_str());
  std::string Choice = Text.empty() ? "none" : Text.c_str();
  std::string Counted(Text.c_str(), 3);
  Counted.append(Text.c_str(), 3);
  Counted.assign(Text.c_str(), Text.c_str() + 1);
  bool IsSame = Text.c_str() == Counted.c_str();
  return size(Text.c_str()) + D.count() + IsSame;
}
