// check: whet-large-by-value-param
// Parameters that are needed as values of their own.
#include <algorithm>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

struct Box {
  std::string Text;
  std::vector<int> Values;
};
void take(std::string &&);
void change(std::string &);
template <typename T> void forward(T &&);
struct Wide {
  int Cells[100];
};

static std::string moved(std::string Text) { return std::move(Text); }
static std::string returned(std::string Text) { return Text; }
static std::string changed(std::string Text) {
  Text += "!";
  return "<" + Text;
}
static size_t assigned(std::string Text) {
  Text = Text.substr(1);
  return Text.size();
}
static size_t lent(std::string Text) {
  change(Text);
  return Text.size();
}
static void forwarded(std::string Text) { forward(std::forward<std::string>(Text)); }
static void unknown(std::string Text) { forward(Text); }
static int sorted(std::vector<int> Values) {
  std::sort(Values.begin(), Values.end());
  return Values[0];
}
static int written(std::vector<int> Values) {
  for (auto &Value : Values)
    Value = 2 * Value;
  return Values[0];
}
static int element(Box B) {
  B.Values[0] = 1;
  return B.Values[0];
}
static int erased(std::vector<int> Values) {
  auto It = Values.begin();
  Values.erase(It);
  return 0;
}
static int *pointed(Wide W, int *Out) {
  int *P = W.Cells;
  *P = 1;
  return Out;
}
static std::function<size_t()> captured(std::string Text) {
  return [Text] { return Text.size(); };
}
static std::function<size_t()> referred(std::string Text) {
  return [&] { return Text.size(); };
}
static void inThread(std::string Text) {
  std::thread([Text] { (void)Text.size(); }).join();
  std::thread([&] { (void)Text.size(); }).join();
}
static void async(std::string Text) {
  (void)std::async([&Text] { return Text.size(); });
}
static std::string swapped(std::string Text) {
  std::string Other;
  Other.swap(Text);
  return Other;
}
struct Swapping {
  Swapping &operator=(Swapping Other) {
    std::swap(Values, Other.Values);
    return *this;
  }
  std::vector<int> Values;
};
static std::tuple<std::string> tuple(std::string Text) {
  return std::tuple<std::string>(std::move(Text));
}
// `std::forward_as_tuple` hands on `T &&`.
static size_t throughTuple(std::string Text) {
  auto Tuple = std::forward_as_tuple(std::move(Text));
  return std::get<0>(Tuple).size();
}
static void unused(std::string Text) { (void)sizeof(int); }
static std::string typed(std::string Text) {
  decltype(Text) Copy;
  Copy = Text + "x";
  return Copy;
}

int main() {
  std::string Text;
  std::vector<int> Values;
  moved(Text), returned(Text), changed(Text), assigned(Text), lent(Text);
  forwarded(Text), unknown(Text), captured(Text), referred(Text);
  inThread(Text), async(Text), swapped(Text), tuple(Text), throughTuple(Text);
  unused(Text), typed(Text);
  sorted(Values), written(Values), erased(Values), element(Box());
  int Out;
  pointed(Wide(), &Out);
  Swapping A, B;
  A = B;
}
