// check: whet-string-conversion
#include <map>
#include <set>
#include <string>
#include <string_view>

bool hidden(std::string_view Text);

static bool compared(const std::string &S, const char *P, std::string_view V) {
  return "abc" == S ||                  // want "a string is made only to be compared: a copy of 3 characters"
         S != "a literal of 27 characters" || // want "an allocation and a copy of 26 characters"
         S == P ||                      // want "a copy, and an allocation if it has more than \d+ characters"
         S == V ||                      // want "only to be compared"
         std::string_view(P) == "abc" ||                  // want "only to be compared"
         std::string_view(P) != (P + 1) ||     // want "two strings are made only to be compared"
         S == (P ? P : "");               // want "only to be compared"
}

static bool empty(const std::string &S) {
  return S.empty() || // want "an empty string is made to be compared with"
         !S.empty();   // want "an empty string"
}

static bool viewed(const std::string &S, const char *P, std::string_view V) {
  return hidden("abc") || // want "a string is made to be passed to 'hidden', which takes a view: a copy of 3 characters"
         hidden(std::string(V)) ||     // want "to be passed to 'hidden'"
         hidden(std::string(P)) ||     // want "to be passed to 'hidden'"
         hidden(std::string(S));       // want "to be passed to 'hidden'"
}

static bool found(const std::map<std::string, int, std::less<>> &Table,
                  const std::set<std::string, std::less<>> &Set,
                  std::string_view V, const char *P) {
  return Table.find(V) != Table.end() || // want "a string is made to be looked up, though the comparator needs none"
         Set.count(std::string_view(P)) > 0;               // want "to be looked up"
}

bool use(const std::string &S) {
  return compared(S, "", "") || empty(S) || viewed(S, "", "") ||
         found({}, {}, "", "");
}
