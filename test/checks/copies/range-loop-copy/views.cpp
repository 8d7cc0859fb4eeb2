// check: whet-range-loop-copy
// std: c++20
// stdlib: libstdc++
#include <coroutine>
#include <ranges>
#include <string>
#include <vector>

struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

size_t views(std::vector<std::string> Names) {
  size_t Sum = 0;
  for (auto Name : Names | std::views::transform([](const std::string &Text) {
                     return Text + "!";
                   }))
    Sum += Name.size();
  for (auto Name : Names | std::views::take(2)) // want "'Name'"
    Sum += Name.size();
  return Sum;
}

Task run(std::vector<std::string> &Names) {
  for (auto Name : Names) {
    co_await std::suspend_always();
    (void)Name.size();
  }
}
