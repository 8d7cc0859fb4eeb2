// Objects that are made on some ways only, for a pointer that is there on all.
#include <memory>
struct Point { int x, y; };
int sink;
void use(const Point *p) { if (p) sink = p->x; } // ERROR "p does not escape"
void owner(bool c) {
  std::unique_ptr<Point> p;
  if (c)
    p = std::make_unique<Point>(); // ERROR "make_unique<Point> does not escape \(could live on the stack, in a std::optional\)"
  use(p.get());
}
void isReset(int n) {
  std::unique_ptr<Point> p;
  switch (n) {
  case 1:
    p.reset(new Point); // ERROR "new Point does not escape \(could live on the stack, in a std::optional\)"
    break;
  default:
    break;
  }
  use(p.get());
}
void raw(bool c) {
  Point *p = nullptr;
  if (c) {
    p = new Point(); // ERROR "new Point does not escape \(could live on the stack, in a std::optional\)"
    p->x = 1;
  }
  use(p);
  delete p;
}
void chosen(bool c) {
  Point *p = c ? new Point() : nullptr; // ERROR "new Point does not escape \(could live on the stack, in a std::optional\)"
  use(p);
  delete p;
}
void counted(bool c) {
  std::shared_ptr<Point> p;
  if (c)
    p = std::shared_ptr<Point>(new Point); // ERROR "new Point does not escape \(could live on the stack, in a std::optional\)"
  use(p.get());
}
// The pointer is there only where the object is.
void inside(bool c) {
  if (c) {
    auto p = std::make_unique<Point>(); // ERROR "make_unique<Point> does not escape \(could live on the stack\)"
    use(p.get());
  }
}
void insideLater(bool c) {
  if (c) {
    Point *p;
    p = new Point(); // ERROR "new Point does not escape \(could live on the stack\)"
    use(p);
    delete p;
  }
}
// Made on each way.
void inCondition() {
  Point *p;
  if ((p = new Point()) != nullptr) // ERROR "new Point does not escape \(could live on the stack\)"
    use(p);
  delete p;
}
void declaredInCondition() {
  if (Point *p = new Point()) { // ERROR "new Point does not escape \(could live on the stack\)"
    use(p);
    delete p;
  }
}
void later() {
  std::unique_ptr<Point> p;
  p = std::make_unique<Point>(); // ERROR "make_unique<Point> does not escape \(could live on the stack\)"
  use(p.get());
}
// Nobody waits for it.
void other(bool c) {
  auto p = std::make_unique<Point>(); // ERROR "make_unique<Point> does not escape \(could live on the stack\)"
  if (c) {
    Point *q = new Point; // ERROR "new Point does not escape \(could live on the stack\)"
    use(q);
    delete q;
  }
  use(p.get());
}
// An array is not the value of a std::optional.
void array(bool c) {
  int *p = nullptr;
  if (c)
    p = new int[4]; // ERROR "new int\[4\] does not escape \(could live on the stack\)"
  sink = p ? p[0] : 0;
  delete[] p;
}
Point *global;
void escapes(bool c) {
  Point *p = nullptr;
  if (c)
    p = new Point; // ERROR "new Point escapes to heap"
  global = p;
}
