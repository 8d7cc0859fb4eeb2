// check: whet-string-concat-in-loop
// stdlib: libstdc++
#include <memory_resource>
#include <string>
#include <vector>

std::pmr::string joined(const std::vector<std::string> &In,
                        std::pmr::memory_resource *Memory) {
  std::pmr::string Out(Memory);
  for (const auto &Name : In)
    Out = Out + Name.c_str(); // want "appending to 'Out'"
  return Out;
}
