// check: whet-string-concat-in-loop
#include <functional>
#include <string>
#include <utility>
#include <vector>

using Names = std::vector<std::string>;
void use(const std::string &);

// Replaced, and not accumulated.
std::string replaced(const Names &In, const std::string &Prefix) {
  std::string Out;
  for (const auto &Name : In) {
    Out = Name + "!";
    use(Out);
    Out = Prefix + Name + "!";
    use(Out);
  }
  return Out;
}

// Made anew in each iteration, or cleared.
void fresh(const Names &In) {
  std::string Line;
  for (const auto &Name : In) {
    std::string Own = "<";
    Own = Own + Name;
    Own += Name + ">";
    use(Own);
    Line.clear();
    Line = Line + Name;
    use(Line);
  }
  for (std::string Name : In) {
    Name = Name + "!";
    use(Name);
  }
  for (const auto &Name : In) {
    Line = "";
    Line = Line + Name + "!";
    use(Line);
  }
}

// Moved into the sum.
std::string moved(const Names &In) {
  std::string Out;
  for (const auto &Name : In)
    Out = std::move(Out) + Name;
  return Out;
}

// Runs once, or a few times.
std::string once(const Names &In) {
  std::string Out;
  do {
    Out = Out + "x";
  } while (false);
  for (const auto &Name : In) {
    Out = Out + Name;
    break;
  }
  for (const auto &Name : In)
    if (!Name.empty()) {
      Out = Out + Name;
      return Out;
    }
  for (int I = 0; I < 3; ++I)
    Out = Out + "x";
  Out = Out + "x";
  return Out;
}

// Appends as it should.
std::string good(const Names &In) {
  std::string Out;
  for (const auto &Name : In) {
    Out += Name;
    Out += ", ";
    Out.append(Name).append(1, ';');
  }
  return Out;
}

// The operands name the target; another element each time; arithmetic.
std::string others(const Names &In, std::vector<std::string> &Each, int N) {
  std::string Out = "x";
  int Sum = 0;
  for (size_t I = 0; I < In.size(); ++I) {
    if (Out.size() < 100)
      Out += Out + In[I];
    Out = Out + In[I] + Out.substr(1);
    Each[I] = Each[I] + "!";
    Sum = Sum + N;
  }
  return Out + std::to_string(Sum);
}

// A closure that is called, who knows how often.
std::function<void()> later(std::string &Out) {
  return [&] { Out = Out + "x"; };
}

// Expression templates.
struct Builder;
struct Text {
  Text &operator=(const Builder &);
  Text &operator+=(const Builder &);
};
struct Builder {
  operator Text() const;
};
Builder operator+(const Text &, const char *);
void builder(int N) {
  Text T;
  for (int I = 0; I < N; ++I) {
    T = T + "x";
    T += T + "x";
  }
}
