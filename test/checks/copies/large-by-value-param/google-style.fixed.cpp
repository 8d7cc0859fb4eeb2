// check: whet-large-by-value-param
// A fix writes references as the file does.
#include <string>
#include <vector>

static bool Same(const std::string& a, const std::string& b) { return a == b; }

static size_t Length(const std::string& text) { return text.size(); } // want "'text'"

size_t Declared(std::vector<int>, std::string);
size_t Declared(std::vector<int> values, std::string text) { // want "'values'" "'text'"
  return values.size() + text.size();
}

int main() {
  std::string text;
  std::vector<int> values;
  return static_cast<int>(Length(text) + Declared(values, text)) + Same(text, text);
}
