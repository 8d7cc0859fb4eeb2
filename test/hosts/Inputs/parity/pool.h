// Members that a header's function reserves for, and one that it doesn't: an
// editor parses headers without the bodies of their functions.
#pragma once
#include <vector>

using Numbers = std::vector<int>;

struct Plain {
  explicit Plain(unsigned N) { Items.reserve(N); }
  void add(const Numbers &In);
  Numbers Items;
};

struct Initialised {
  explicit Initialised(unsigned N) : Size{N}, Limit(N) { Items.reserve(N); }
  void add(const Numbers &In);
  unsigned Size, Limit;
  Numbers Items;
};

struct Guarded {
  explicit Guarded(unsigned N) try : Size{N} {
    Size = 0;
  } catch (...) {
    Items.resize(N);
  }
  void add(const Numbers &In);
  unsigned Size;
  Numbers Items;
};

struct Later {
  void add(const Numbers &In);
  void reserve(unsigned N);
  Numbers Items;
};
inline void Later::reserve(unsigned N) { Items.reserve(N); }

struct Never {
  explicit Never(unsigned N) : Size{N} { Others.reserve(N); }
  unsigned size() const { return Items.size(); }
  void add(const Numbers &In);
  unsigned Size;
  Numbers Items, Others;
};
