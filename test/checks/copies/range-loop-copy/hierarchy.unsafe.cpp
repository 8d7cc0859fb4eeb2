// check: whet-range-loop-copy
#include <string>
#include <vector>

struct Shape {
  virtual ~Shape() = default;
  virtual size_t cost() const = 0;
  virtual size_t costOf(const std::string &Name) const = 0;
  virtual void rename(std::string &Name) = 0;
};

// A loop of an override is a loop like others.
struct Group : Shape {
  std::vector<std::string> Names;
  std::vector<Shape *> Parts;

  size_t cost() const override {
    size_t Sum = 0;
    for (auto Name : Names) // want "'Name' is a copy of each element"
      Sum += Name.size();
    return Sum;
  }

  // Who overrides it may change the names meanwhile.
  size_t costOf(const std::string &Prefix) const override {
    size_t Sum = 0;
    for (const Shape *Part : Parts)
      for (const auto &Name : Names) // want "'Name'"
        Sum += Part->costOf(Name);
    return Sum + Prefix.size();
  }

  // The copy is what is renamed.
  void rename(std::string &Into) override {
    for (auto Name : Names) {
      Parts.front()->rename(Name);
      Into += Name;
    }
  }
};

size_t use(Group &G) {
  std::string Text;
  G.rename(Text);
  return G.cost() + G.costOf(Text);
}
