// check: whet-string-conversion
#include <string>

void takesString(const std::string &Text);

// The same for all that it is instantiated with: the template is what is said.
template <class T> void same(T Sink, const std::string &Text) {
  takesString(Text); // want "'Text' is copied"
  std::string Copy = Text; // want "'Text'"
  if (Text.substr(1, 2) == "0x") // want "'substr'"
    Sink(Copy);
}

// What is called depends on the template's arguments.
template <class T> void depends(T Sink, const std::string &Text) {
  Sink(Text.c_str());
  T Other(Text.c_str());
  Sink.take(Text.substr(1));
}
template <class S> bool dependsOnString(const S &Text) {
  takesString(Text.c_str());
  return Text.substr(1, 2) == "0x";
}

struct Taker {
  explicit Taker(const std::string &);
  void operator()(const std::string &);
  void take(const std::string &);
};

bool use(void (*F)(const std::string &), Taker T, const std::string &Text) {
  same(F, Text);
  same(T, Text);
  depends(T, Text);
  return dependsOnString(Text);
}
