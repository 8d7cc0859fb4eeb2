// check: whet-string-conversion
// std: c++20
#include <string>
#include <string_view>

static bool starts(const std::string &S, const std::string &T,
                   std::string_view V, const std::string *P) {
  return S.substr(0, 2) == "0x" ||          // want "'substr' makes a string that is only compared"
         "--" != S.substr(0, 2) ||          // want "'substr'"
         S.substr(0, T.size()) == T ||      // want "'substr'"
         P->substr(0, V.length()) == V;     // want "'substr'"
}

static bool others(const std::string &S, const std::string &T) {
  return S.substr(0, 3) == "0x" ||          // want "'substr'"
         S.substr(0, 1) == "0x" ||          // want "'substr'"
         S.substr(1, 2) == "0x" ||          // want "'substr'"
         S.substr(0, 2) == "0\0" ||         // want "'substr'"
         S.substr(0, S.size()) == T ||      // want "'substr'"
         S.substr(0, T.size() - 1) == T;    // want "'substr'"
}

bool use(const std::string &S) { return starts(S, S, S, &S) || others(S, S); }
