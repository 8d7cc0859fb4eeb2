// check: whet-missing-reserve
// A number that is the size of nothing may come from a file. Whoever reads
// that many elements stops at the end of the file; whoever makes room for them
// first asks for all of it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

struct Reader {
  std::uint32_t number();
  std::uint32_t at(std::size_t Index) const noexcept;
};

std::vector<std::uint32_t> read(Reader &In) {
  std::uint32_t Count = In.number();
  std::vector<std::uint32_t> Out;
  Out.reserve(Count);
  for (std::uint32_t I = 0; I < Count; ++I)
    Out.push_back(In.number()); // want "'Out' grows Count times"
  return Out;
}
std::vector<std::uint32_t> generate(Reader &In, std::size_t Count) {
  std::vector<std::uint32_t> Out;
  Out.reserve(Count);
  std::generate_n(std::back_inserter(Out), Count, // want "'Out' grows Count times"
                  [&] { return In.number(); });
  return Out;
}
// As many elements as there are others, or as many as there will be anyway.
std::vector<std::uint32_t> convert(const std::vector<int> &Keys, Reader &In) {
  const std::size_t Count = Keys.size();
  std::vector<std::uint32_t> Out;
  for (std::size_t I = 0; I < Count; ++I)
    Out.push_back(In.number()); // want "'Out' grows Count times"
  return Out;
}
std::vector<std::uint32_t> copy(const Reader &In, std::size_t Count) {
  std::vector<std::uint32_t> Out;
  for (std::size_t I = 0; I < Count; ++I)
    Out.push_back(In.at(I)); // want "'Out' grows Count times"
  return Out;
}
