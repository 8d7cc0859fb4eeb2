#pragma GCC system_header
#include <string>
struct Listener {
  virtual ~Listener() = default;
  virtual size_t named(std::string Name) = 0;
};
