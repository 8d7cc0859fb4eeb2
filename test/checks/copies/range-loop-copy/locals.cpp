// check: whet-range-loop-copy
#include <map>
#include <string>
#include <vector>

struct Node {
  std::string Name;
  std::vector<Node> Children;
  std::string Path[2];
};

int locals(std::vector<std::string> Names, std::map<int, std::string> Table,
           std::vector<Node> Nodes) {
  int Sum = 0;
  for (size_t I = 0; I < Names.size(); ++I) {
    auto Name = Names[I]; // want "'Name' is a copy, .* per iteration, and only read"
    std::string Again(Names.at(I)); // want "'Again'"
    const std::string Third = Names[I]; // want "'Third'"
    Sum += static_cast<int>(Name.size() + Again.size() + Third.size());
  }
  for (auto It = Table.begin(); It != Table.end(); ++It) {
    std::string Text = It->second; // want "'Text'"
    auto Pair = *It; // want "'Pair'"
    Sum += static_cast<int>(Text.size() + Pair.second.size());
  }
  for (const Node &N : Nodes) {
    std::string Name = N.Name; // want "'Name'"
    auto Children = N.Children; // want "'Children'"
    auto First = N.Path[0]; // want "'First'"
    Sum += static_cast<int>(Name.size() + Children.size() + First.size());
  }
  int N = 3;
  while (N-- > 0) {
    auto Last = Names.back(); // want "'Last'"
    Sum += static_cast<int>(Last.size());
  }
  return Sum;
}

// Outside of loops, and copies of variables: that is meant.
size_t once(const std::vector<std::string> &Names, const std::string &Text) {
  auto Name = Names[0];
  size_t Sum = Name.size();
  for (const auto &Each : Names) {
    auto Copy = Text;
    auto Second = Each;
    Sum += Copy.size() + Second.size();
  }
  return Sum;
}

// The source changes while the copy is read.
size_t changes(std::vector<std::string> Names, std::vector<Node> &Nodes) {
  size_t Sum = 0;
  for (size_t I = 0; I + 1 < Names.size(); ++I) {
    auto Name = Names[I];
    Names[I] = Names[I + 1];
    Names[I + 1] = Name;
    auto Erased = *Names.begin();
    Names.erase(Names.begin());
    Sum += Erased.size();
    auto Moved = Names[I];
    std::string Other = std::move(Names[I]);
    Sum += Moved.size() + Other.size();
    auto &Alias = Names;
    auto Aliased = Names[I];
    Alias[I] = "changed";
    Sum += Aliased.size();
  }
  for (Node &N : Nodes) {
    auto Name = N.Name;
    N.Name = "other";
    Sum += Name.size();
    auto Children = N.Children;
    N = Node();
    Sum += Children.size();
  }
  while (!Names.empty()) {
    std::string Last = Names.back();
    Names.pop_back();
    Sum += Last.size();
  }
  return Sum;
}

// Through another name for the whole.
size_t otherName(Node N) {
  std::vector<Node> &List = N.Children;
  size_t Sum = 0;
  while (!List.empty()) {
    Node First = *List.begin();
    List.erase(List.begin());
    Sum += First.Name.size();
  }
  return Sum;
}

// A copy that is compared with what it was made from.
void work(std::vector<std::string> &Names);
bool compared(std::vector<Node> Nodes) {
  bool Same = true;
  for (const Node &N : Nodes) {
    auto Before = N.Name;
    Same &= Before == N.Name;
  }
  return Same;
}
