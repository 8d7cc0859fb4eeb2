// check: whet-large-by-value-param
// std: c++20
// A coroutine's parameters live in its frame; a reference would dangle.
#include <coroutine>
#include <string>

struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

static Task run(std::string Text) {
  co_await std::suspend_always();
  (void)Text.size();
}

int main() {
  std::string Text;
  run(Text);
}
