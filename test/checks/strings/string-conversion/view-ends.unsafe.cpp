// check: whet-string-conversion
// A part of a string ends with a NUL, and a view of it does not: only what is
// known to look at the view alone is given one unseen.
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

static int number(std::string_view Text) { return std::atoi(Text.data()); }
static int first(std::string_view Text) { return std::atoi(&Text[0]); }
static int begun(std::string_view Text) { return std::atoi(&*Text.begin()); }
static int handedOn(std::string_view Text) { return number(Text); }
static std::string_view same(std::string_view Text) { return Text; }
struct Reader {
  std::string_view Kept;
  explicit Reader(std::string_view Text) : Kept(Text) {}
  int number() const { return std::atoi(Kept.data()); }
};
struct Parts {
  std::vector<std::string_view> Kept;
  Parts &add(std::string_view Text) {
    Kept.push_back(Text);
    return *this;
  }
};

static int terminated(const std::string &S, std::string_view V) {
  return number(std::string_view(S).substr(0, 3)) +             // want "to be passed to 'number'"
         first(std::string_view(S).substr(0, 3)) +              // want "to be passed to 'first'"
         begun(std::string_view(S).substr(0, 3)) +              // want "to be passed to 'begun'"
         handedOn(std::string_view(S).substr(0, 3)) +           // want "to be passed to 'handedOn'"
         std::atoi(same(std::string_view(S).substr(0, 3)).data()) + // want "to be passed to 'same'"
         Reader(std::string_view(S).substr(0, 3)).number() +    // want "to be passed to the constructor of 'Reader'"
         std::atoi(Parts().add(std::string_view(S).substr(0, 3)).Kept[0].data()) + // want "to be passed to 'add'"
         number(V);              // want "to be passed to 'number'"
}

// The end of a string is its end, and a literal has one.
static int ended(const std::string &S) {
  return number(S.substr(2)) +        // want "to be passed to 'number'"
         number(std::string("12")) +  // want "to be passed to 'number'"
         number(std::string(S));      // want "to be passed to 'number'"
}

static bool isDigits(std::string_view Text) {
  for (char C : Text)
    if (C < '0' || C > '9')
      return false;
  return !Text.empty();
}
static bool isBoth(std::string_view Text, char C) {
  std::string Copy(Text);
  return isDigits(Text) && Text.find(C) != Text.npos && Copy == Text;
}
static int counted(std::string_view Text) {
  return isDigits(Text) ? 1 : counted(Text.substr(1));
}

static bool within(const std::string &S, std::string_view V) {
  return isDigits(S.substr(0, 3)) &&      // want "to be passed to 'isDigits'"
         isBoth(S.substr(0, 3), 'x') &&   // want "to be passed to 'isBoth'"
         counted(std::string_view(S).substr(0, 3)) > 0 &&   // want "to be passed to 'counted'"
         isDigits(std::string(V));        // want "to be passed to 'isDigits'"
}

int use(const std::string &S) {
  return terminated(S, S) + ended(S) + within(S, S);
}
