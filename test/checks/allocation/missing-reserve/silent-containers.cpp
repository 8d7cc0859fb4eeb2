// check: whet-missing-reserve
// The container is not the same, or not one that grows in a buffer.
#include <cstddef>
#include <deque>
#include <list>
#include <map>
#include <utility>
#include <vector>

using Ints = std::vector<int>;
void use(Ints &);
bool test(int);
int get();

void self(Ints Out) {
  for (std::size_t I = 0; I < Out.size(); ++I)
    Out.push_back(1);
}
void self2(Ints Out) {
  for (int X : Out)
    Out.push_back(X);
}
void swp(const Ints &In) {
  Ints Out, Other;
  for (int X : In) {
    Out.push_back(X);
    if (X)
      Out.swap(Other);
  }
  use(Out);
}
void mv(const Ints &In) {
  Ints Out;
  for (int X : In) {
    Out.push_back(X);
    use(Out);
  }
}
void mv2(const Ints &In) {
  Ints Out;
  for (int X : In) {
    Out.push_back(X);
    Ints Other = std::move(Out);
    use(Other);
  }
}
void rea(const Ints &In) {
  Ints Out;
  for (int X : In) {
    Out.push_back(X);
    Out = Ints();
  }
  use(Out);
}
void dq(const Ints &In) {
  std::deque<int> Out;
  std::list<int> List;
  std::map<int, int> Map;
  for (int X : In) {
    Out.push_back(X);
    List.push_back(X);
    Map[X] = 1;
  }
}
void lam(const Ints &In) {
  Ints Out;
  auto add = [&](int X) { Out.push_back(X); };
  for (int X : In)
    add(X);
  use(Out);
}
void buckets(const Ints &In, std::vector<Ints> &B) {
  for (int X : In)
    B[X].push_back(X);
}
void als(const Ints &In) {
  Ints Out;
  auto *Q = &Out;
  for (int X : In) {
    Out.push_back(X);
    Q->clear();
  }
}
void work(Ints todo) {
  for (std::size_t I = 0; I < todo.size(); ++I) {
    if (test(I))
      todo.push_back(1);
  }
}
void popb(const Ints &In) {
  Ints st;
  for (int X : In) {
    st.push_back(X);
    while (!st.empty() && test(X))
      st.pop_back();
  }
}

// A reference or a pointer that is another element each time.
struct Bucket {
  Ints Items;
};
void elements(std::vector<Bucket> &Buckets, const Ints &In) {
  for (int N : In) {
    Bucket &B = Buckets[N];
    B.Items.push_back(1);
  }
  for (int N : In) {
    Ints &Items = Buckets.at(N).Items;
    Items.push_back(N);
  }
  for (int N : In) {
    Bucket *B = &Buckets[N];
    B->Items.push_back(N);
  }
  std::vector<Bucket> Own(3);
  for (int N : In) {
    auto &[Items] = Own[N];
    Items.push_back(N);
  }
}
void list(Bucket *First, const Ints &In) {
  for (int N : In) {
    Ints &Items = First->Items;
    Items.push_back(N);
    First = First + 1;
  }
}
