// check: whet-shared-ptr-copy
#include <memory>

namespace {
struct Item {
  int Value = 0;
};
struct Visitor {
  virtual ~Visitor() = default;
  virtual int visit(std::shared_ptr<Item> I) = 0; // want "'I' is a copy of a shared pointer"
  virtual void keep(std::shared_ptr<Item> I) = 0;
};
struct Reader : Visitor {
  int visit(std::shared_ptr<Item> I) override { return I->Value; }
  void keep(std::shared_ptr<Item>) override {}
};
struct Keeper : Visitor {
  int visit(std::shared_ptr<Item> Which) override { return Which ? 1 : 0; }
  void keep(std::shared_ptr<Item> I) override { Kept = std::move(I); }
  std::shared_ptr<Item> Kept;
};
} // namespace

int use(const std::shared_ptr<Item> &I) {
  Reader R;
  Keeper K;
  Visitor *V = &R;
  V->keep(I);
  return V->visit(I) + K.visit(I);
}
