// check: whet-range-loop-copy
#include <map>
#include <string>
#include <vector>

size_t Sizes(const std::vector<std::string>& names,
             const std::map<std::string, std::string>& table) {
  size_t sum = 0;
  for (auto name : names) sum += name.size();  // want "'name'"
  for (const std::pair<std::string, std::string>& e : table)  // want "'e'"
    sum += e.first.size();
  for (const auto& [key, value] : table) sum += key.size();
  for (auto [key, value] : table) sum += key.size();  // want "'.key, value.'"
  return sum;
}
