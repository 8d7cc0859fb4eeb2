// check: whet-large-by-value-param
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

struct Options {
  std::vector<std::string> Names;
  std::string Path;
};

class Job {
public:
  Job(std::string Name, Options Opts)
      : Name(Name), // want "'Name' is copied here, .* at its last use"
        Opts(Opts) {} // want "'Opts' is copied here"

  void rename(std::string To) {
    if (!To.empty())
      Name = To; // want "'To' is copied here"
  }

  void add(std::string Tag) {
    ++Count;
    Tags.push_back(Tag); // want "'Tag' is copied here"
  }

  void onDone(std::function<void()> Callback) {
    Done = Callback; // want "'Callback' is copied here"
  }

private:
  std::string Name;
  Options Opts;
  std::vector<std::string> Tags;
  std::function<void()> Done;
  int Count = 0;
};

// Used again after the copy: a reference saves one copy, a move none.
class Log {
public:
  explicit Log(std::string Path) : Path(Path), Size(Path.size()) {} // want "'Path' is copied at each call"

  void both(std::string Text) { // want "'Text' is copied at each call"
    First = Text;
    Second = Text;
  }

  void each(std::string Text, int N) { // want "'Text' is copied at each call"
    for (int I = 0; I < N; ++I)
      Lines.push_back(Text);
  }

  // A const value cannot be moved.
  void constant(const std::string Text) { First = Text; } // want "'Text' is copied at each call"

private:
  std::string Path;
  size_t Size;
  std::string First, Second;
  std::vector<std::string> Lines;
};

int main() {
  std::string Text;
  Options Opts;
  Job J(Text, Opts);
  J.rename(Text);
  J.add(Text);
  J.onDone([] {});
  Log L(Text);
  L.both(Text);
  L.each(Text, 3);
  L.constant(Text);
}
