// check: whet-string-concat-in-loop
#include <algorithm>
#include <string>
#include <vector>

using Names = std::vector<std::string>;

std::string loops(const Names &In, int N) {
  std::string Out;
  for (const auto &Name : In)
    Out += Name; // want "appending to 'Out' copies all of it in each iteration, which is quadratic; \+= appends in place"
  for (const auto &Name : In) {
    Out += Name;
    Out += ", "; // want "appending to 'Out'"
  }
  for (int I = 0; I < N; ++I)
    Out += 'x'; // want "appending to 'Out'"
  while (N-- > 0)
    Out.append("x").append(std::to_string(N)); // want "appending to 'Out'"
  do {
    Out += std::string("<");
    Out += '>'; // want "appending to 'Out'"
  } while (++N < 10);
  std::for_each(In.begin(), In.end(),
                [&](const std::string &Name) { Out += Name; }); // want "appending to 'Out'"
  for (const auto &Name : In)
    if (!Name.empty())
      Out.append(Name).append(";"); // want "appending to 'Out'"
  for (const auto &Name : In)
    if (!Name.empty())
      Out.append(Name).append(1, ';'); // want "appending to 'Out'"
  return Out;
}

// Temporaries that are built to be appended.
std::string temporaries(const Names &In, int N) {
  std::string Out;
  for (const auto &Name : In) {
    Out += Name;
    Out += ", "; // want "1 temporary string is built in each iteration to be appended to 'Out'; append the pieces"
    Out += "<";
    Out += Name;
    Out += "|";
    Out += Name;
    Out += ">"; // want "1 temporary string is"
    Out += std::to_string(N);
    Out += ","; // want "a temporary string is made longer in each iteration"
    Out += Name;
    Out += ":";
    Out += Name;
    Out += ";"; // want "2 temporary strings are built"
    // Appends to the temporary, and reads well.
    Out += std::to_string(N) + ' ' + Name + "\n";
  }
  return Out;
}

// Members, parameters, what pointers point to, other characters.
class Log {
public:
  void all(const Names &In) {
    for (const auto &Name : In) {
      Text += Name; // want "appending to 'Text'"
      this->Text += Name;
      this->Text += Separator; // want "appended to 'this->Text'"
      Text += Prefix;
      Text += Separator; // want "appended to 'Text'"
    }
  }

private:
  std::string Text, Prefix, Separator;
};

void into(std::string &Out, std::string *Other, std::wstring &Wide,
          const Names &In) {
  for (const auto &Name : In) {
    Out += Name; // want "appending to 'Out'"
    *Other += Name; // want "appending to '.Other'"
    Wide += L'x';
    Wide += L"y"; // want "appending to 'Wide'"
  }
}

// Nested loops: it is the inner one that repeats.
std::string nested(const std::vector<Names> &Rows) {
  std::string All;
  for (const auto &Row : Rows) {
    std::string Line;
    for (const auto &Name : Row)
      Line += Name; // want "appending to 'Line'"
    All += Line;
  }
  return All;
}

// What is evaluated later might see the string half done.
std::string current();
void visible(std::string &Out, const Names &In, const std::string &Other) {
  for (size_t I = 0; I < In.size(); ++I) {
    Out = Out + In[I] + current(); // want-nofix "appending to 'Out'"
    Out = Out + In[I] + Other; // want-nofix "appending to 'Out'"
    Out += current(); // want "appending to 'Out'"
  }
}

std::string caught(const Names &In) {
  std::string Out;
  for (const auto &Name : In)
    try {
      Out = Out + Name + Name.substr(3); // want-nofix "appending to 'Out'"
    } catch (...) {
    }
  return Out;
}

// A comment is not thrown away.
std::string commented(const Names &In) {
  std::string Out;
  for (const auto &Name : In)
    Out = Out /* so far */ + Name; // want-nofix "appending to 'Out'"
  return Out;
}
