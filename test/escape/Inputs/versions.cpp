// What a pointer holds changes; what it held before is not what it holds now.
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

struct Node {
  Node *Next;
  Node *Other;
  int Value;
};
Node *Global;
void keep(Node **Where);
void give(Node *&N) { N = Global; } // ERROR "N does not escape"

int assignedLater() {
  Node *P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  Global = nullptr;
  int Value = P->Value;
  P = Global;
  Global = P;
  return Value;
}

int storedBefore() {
  Node *P = Global;
  Global = P;
  P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  return P->Value;
}

int storedAfter() {
  Node *P = nullptr;
  P = new Node(); // ERROR "new Node escapes to heap"
  Global = P;
  return P->Value;
}

int oneBranch(bool Flag) {
  Node *P = nullptr;
  if (Flag) {
    P = new Node(); // ERROR "new Node does not escape \(could live on the stack, in a std::optional\)"
    P->Value = 1;
  } else {
    P = Global;
    Global = P->Next;
  }
  return P->Value;
}

int afterBranch(bool Flag) {
  Node *P = nullptr;
  if (Flag)
    P = new Node(); // ERROR "new Node escapes to heap"
  Global = P;
  return 0;
}

int early(bool Flag) {
  Node *P = new Node(); // ERROR "new Node escapes to heap"
  if (Flag) {
    Global = P;
    return 0;
  }
  P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  return P->Value;
}

int anew(int N) {
  Node *P = nullptr;
  int Sum = 0;
  for (int I = 0; I < N; ++I) {
    P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
    Sum += P->Value;
  }
  return Sum;
}

int carried(int N) {
  Node *P = nullptr;
  int Sum = 0;
  for (int I = 0; I < N; ++I) {
    if (P)
      Sum += P->Value;
    P = new Node(); // ERROR "new Node escapes to heap"
  }
  return Sum;
}

int leftBehind(int N) {
  Node *P = nullptr;
  for (int I = 0; I < N; ++I)
    P = new Node(); // ERROR "new Node escapes to heap"
  return P->Value;
}

int broken(int N) {
  Node *P = nullptr;
  while (true) {
    P = new Node(); // ERROR "new Node escapes to heap"
    if (P->Value == N)
      break;
    P = nullptr;
  }
  return P->Value;
}

int continued(int N) {
  Node *P = nullptr;
  int Sum = 0;
  for (int I = 0; I < N; ++I) {
    if (P && P->Value)
      ++Sum;
    P = new Node(); // ERROR "new Node escapes to heap"
    if (I % 2)
      continue;
    P = nullptr;
  }
  return Sum;
}

int list(Node *First) { // ERROR "First does not escape"
  int Sum = 0;
  for (Node *P = First; P; P = P->Next)
    Sum += P->Value;
  Node *P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  return Sum + P->Value;
}

int chosen(int Kind) {
  Node *P = nullptr;
  switch (Kind) {
  case 0:
    P = new Node(); // ERROR "new Node does not escape \(could live on the stack, in a std::optional\)"
    break;
  case 1:
    P = new Node(); // ERROR "new Node escapes to heap"
    [[fallthrough]];
  case 2:
    Global = P;
    return 0;
  default:
    return 1;
  }
  return P->Value;
}

int lentByBlock() {
  Node *P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  int Value = P->Value;
  {
    Node **Where = &P;
    *Where = Global;
  }
  P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  return Value + P->Value;
}

int lentByCall() {
  Node *P = nullptr;
  give(P);
  Global = P;
  P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  return P->Value;
}

int lentForGood() {
  Node *P = nullptr;
  keep(&P);
  P = new Node(); // ERROR "new Node escapes to heap"
  return P->Value;
}

int lentToOuter() {
  Node *P = nullptr;
  Node **Where = nullptr;
  {
    Where = &P;
  }
  P = new Node(); // ERROR "new Node escapes to heap"
  Global = *Where;
  return 0;
}

int lentInLoop(int N) {
  Node *P = nullptr;
  Node **Where = nullptr;
  for (int I = 0; I < N; ++I) {
    P = new Node(); // ERROR "new Node escapes to heap"
    if (Where)
      Global = *Where;
    Where = &P;
  }
  return 0;
}

int captured() {
  Node *P = nullptr;
  auto Store = [&] { Global = P; };
  P = new Node(); // ERROR "new Node escapes to heap"
  Store();
  return 0;
}

int capturedBefore() {
  Node *P = nullptr;
  {
    auto Store = [&] { Global = P; };
    Store();
  }
  P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  return P->Value;
}

int swapped() {
  Node *P = new Node(); // ERROR "new Node escapes to heap"
  Node *Q = Global;
  std::swap(P, Q);
  Global = Q;
  P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  return P->Value;
}

int inserted() {
  Node *P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  std::vector<Node *> All;
  All.push_back(P);
  P = Global;
  Global = P;
  return All.back()->Value;
}

int caught() {
  Node *P = nullptr;
  try {
    P = new Node(); // ERROR "new Node escapes to heap"
    keep(nullptr);
    P = nullptr;
  } catch (...) {
    Global = P;
  }
  return 0;
}

int caughtLater() {
  Node *P = nullptr;
  try {
    P = Global;
    keep(nullptr);
  } catch (...) {
    Global = P;
  }
  P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  return P->Value;
}

int jumpedBack(int N) {
  Node *P = nullptr;
Again:
  Global = P;
  P = new Node(); // ERROR "new Node escapes to heap"
  if (--N > 0)
    goto Again;
  return 0;
}

int jumpedOver(bool Flag) {
  Node *P = new Node(); // ERROR "new Node escapes to heap"
  if (Flag)
    goto End;
  P = nullptr;
End:
  Global = P;
  return 0;
}

int jumpedBackOnly(int N) {
  Node *P = nullptr;
  int Sum = 0;
Again:
  P = new Node(); // ERROR "new Node escapes to heap"
  Sum += P->Value;
  if (--N > 0)
    goto Again;
  Global = nullptr;
  return Sum;
}

int inExpression(bool Flag) {
  Node *P = Global;
  Flag && (P = new Node()); // ERROR "new Node escapes to heap"
  Global = P;
  return 0;
}

int inCondition() {
  Node *P = Global;
  if ((P = new Node()) != nullptr) // ERROR "new Node does not escape \(could live on the stack\)"
    return P->Value;
  return 0;
}

int advanced() {
  Node *P = new Node[4](); // ERROR "new Node\[4\] escapes to heap"
  Node *Begin = P;
  ++P;
  P += 2;
  Global = P;
  return Begin->Value;
}

void passed(Node *P) { // ERROR "P does not escape"
  P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  P->Value = 1;
}

void reassigned(Node *P) { // ERROR "P does not escape"
  P = nullptr;
  Global = P;
}

int iterated() {
  Node *P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  std::vector<Node *> All;
  All.push_back(P);
  for (Node *&E : All)
    E = P;
  int Sum = 0;
  for (auto It = All.begin(); It != All.end(); ++It)
    Sum += (*It)->Value;
  return Sum;
}

int found() {
  Node *P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  std::vector<Node *> All{P};
  auto It = std::find(All.begin(), All.end(), P);
  *It = P;
  std::map<int, Node *> ByNumber;
  ByNumber[1] = P;
  auto Where = ByNumber.find(1);
  return Where->second->Value;
}

int inTuple() {
  Node *P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  std::tuple<Node *, int> T(P, 1);
  std::get<0>(T) = P;
  return std::get<0>(T)->Value;
}

int referredTo() {
  Node *P = new Node(); // ERROR "new Node escapes to heap"
  std::tuple<Node *&, int> T(Global, 1);
  std::get<0>(T) = P;
  return 0;
}

int greatest() {
  Node *P = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  Node *Q = new Node(); // ERROR "new Node does not escape \(could live on the stack\)"
  Node *R = std::max(P, Q);
  Node *S = std::min({P, Q, R});
  return R->Value + S->Value;
}

int greatestOfAll() {
  Node *P = new Node(); // ERROR "new Node escapes to heap"
  std::max(P, Global)->Next = P;
  return 0;
}
