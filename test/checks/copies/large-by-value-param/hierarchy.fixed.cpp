// check: whet-large-by-value-param
#include "Inputs/library.h"
#include <string>

namespace {
// All of a hierarchy is changed, or nothing: one finding, at its root.
struct Shape {
  virtual ~Shape() = default;
  virtual size_t named(const std::string &Name) const = 0; // want "'Name' is copied at each call"
  virtual size_t kept(std::string Name) = 0;
};
struct Circle : Shape {
  size_t named(const std::string &Name) const override { return Name.size(); }
  size_t kept(std::string Name) override { return Name.size(); }
};
struct Square : Shape {
  size_t named(const std::string &Text) const override;
  // One of them needs a value of its own.
  size_t kept(std::string Name) override {
    Name += "!";
    return Name.size();
  }
};
struct Rounded : Square {
  size_t named(const std::string &Name) const override { return 2 * Name.size(); }
};
size_t Square::named(const std::string &Text) const { return 3 * Text.size(); }

// Two roots.
struct Other {
  virtual ~Other() = default;
  virtual size_t both(std::string Name) const { return Name.size(); }
};
struct Another {
  virtual ~Another() = default;
  virtual size_t both(std::string Name) const { return Name.size(); }
};
struct Both : Other, Another {
  size_t both(std::string Name) const override { return 2 * Name.size(); }
};

// The signature is a library's.
struct Mine : Listener {
  size_t named(std::string Name) override { return Name.size(); }
};
} // namespace

int main() {
  std::string Text;
  Circle C;
  Square S;
  Rounded R;
  Shape *Any = &C;
  Any->named(Text), S.named(Text), R.named(Text), Any->kept(Text);
  Mine().named(Text);
  Both B;
  B.Other::both(Text), B.Another::both(Text), B.both(Text);
}
