// check: whet-range-loop-copy
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

struct Entry {
  std::string Key;
  std::vector<int> Values;
};

int read(const std::string &);

int bindings(std::map<std::string, std::string> Table,
             std::vector<Entry> Entries) {
  int Sum = 0;
  for (const auto &[Key, Value] : Table) // want "'.Key, Value.' is a copy of each element, .*2 allocations per iteration"
    Sum += read(Key) + read(Value);
  for (const auto &[Key, Value] : Table) // want "'.Key, Value.'"
    Sum += read(Key);
  for (const auto &[Key, Values] : Entries) // want "'.Key, Values.'"
    Sum += Values[0];
  return Sum;
}

// One of the names is changed, or moved from.
int changed(std::map<std::string, std::string> Table,
            std::vector<Entry> Entries, std::vector<std::string> &Out) {
  int Sum = 0;
  for (auto [Key, Value] : Table) {
    Value += Key;
    Sum += read(Value);
  }
  for (auto [Key, Values] : Entries) {
    Out.push_back(std::move(Key));
    Sum += Values[0];
  }
  for (const auto &[Key, Value] : Table)
    Sum += read(Key);
  return Sum;
}
