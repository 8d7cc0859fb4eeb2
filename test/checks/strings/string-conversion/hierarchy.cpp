// check: whet-string-conversion
#include <string>
#include <string_view>

struct Sink {
  virtual ~Sink() = default;
  virtual void write(const std::string &Text) = 0;
  virtual void view(std::string_view Text) = 0;
};
struct Other : Sink {
  void write(const std::string &Text) override;
  void view(std::string_view Text) override;
};
// Here, what is passed chooses.
struct Chooser : Sink {
  void write(const std::string &Text) override;
  template <class T> void write(const T &Text);
};

// Whoever overrides it may change the string: no safe fix, but for what is ours.
void use(Sink &S, Other &O, Chooser &C, const std::string &Text) {
  S.write(Text.c_str());         // want-nofix "'Text' is copied"
  O.write(Text.c_str());         // want-nofix "'Text' is copied"
  S.view(Text.substr(1));        // want-nofix "'substr'"
  S.view(std::string("abc"));    // want "a string is made"
  C.Sink::write(Text.c_str());   // want-nofix "'Text' is copied"
  C.write(Text.c_str());
}
