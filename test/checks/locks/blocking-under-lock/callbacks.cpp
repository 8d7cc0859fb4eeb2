// check: whet-blocking-under-lock
// std: c++17
// option: Callbacks=true
#include <functional>
#include <mutex>

struct Listener {
  virtual ~Listener() = default;
  virtual void changed() = 0;
};

class Subject {
  std::mutex Mu;
  std::function<void()> OnChange;
  Listener *Listens = nullptr;

public:
  void notify(void (*F)()) {
    std::unique_lock<std::mutex> L(Mu);
    OnChange();          // want "a callback is called, which may do anything, while 'Mu' is held"
    Listens->changed();  // want "'changed' is virtual, and may do anything, while 'Mu' is held"
    F();                 // want "a function is called through a pointer"
    auto Copy = OnChange;
    L.unlock();
    Copy();
  }
};
