// check: whet-string-conversion
// std: c++20
#include <string>
#include <string_view>

static bool starts(const std::string &S, const std::string &T,
                   std::string_view V, const std::string *P) {
  return S.starts_with("0x") ||          // want "'substr' makes a string that is only compared"
         !S.starts_with("--") ||          // want "'substr'"
         S.starts_with(T) ||      // want "'substr'"
         P->starts_with(V);     // want "'substr'"
}

static bool others(const std::string &S, const std::string &T) {
  return S.compare(0, 3, "0x") == 0 ||          // want "'substr'"
         S.compare(0, 1, "0x") == 0 ||          // want "'substr'"
         S.compare(1, 2, "0x") == 0 ||          // want "'substr'"
         S.compare(0, 2, "0\0") == 0 ||         // want "'substr'"
         S.compare(0, S.size(), T) == 0 ||      // want "'substr'"
         S.compare(0, T.size() - 1, T) == 0;    // want "'substr'"
}

bool use(const std::string &S) { return starts(S, S, S, &S) || others(S, S); }
