// check: whet-blocking-under-lock
// std: c++17
// option: BlockingFunctions=rpc::call;Database::query
#include <mutex>

namespace rpc {
void call();
void other();
} // namespace rpc
struct Database {
  void query();
};

class Client {
  std::mutex Mu;
  Database Data;

public:
  void ask() {
    std::lock_guard<std::mutex> G(Mu);
    rpc::call(); // want "'call' blocks, as the configuration says, while 'Mu' is held"
    rpc::other();
    Data.query(); // want "'query' blocks, as the configuration says, while 'Mu' is held"
  }
};
