// check: whet-range-loop-copy
#include <string>
#include <vector>

#define EACH(NAME, RANGE) for (auto NAME : RANGE)
#define SIZE(TEXT) ((TEXT).size())
#define STRING std::string

size_t sizes(std::vector<std::string> Names) {
  size_t Sum = 0;
  // The loop is a macro's.
  EACH (Name, Names)
    Sum += SIZE(Name);
  for (auto Name : Names) // want "'Name'"
    Sum += SIZE(Name);
  for (STRING Name : Names) // want-nofix "'Name'"
    Sum += SIZE(Name);
  return Sum;
}
