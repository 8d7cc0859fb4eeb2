// check: whet-string-conversion
#include <cstring>
#include <string>

struct Entry {
  explicit Entry(const std::string &Text) : Name(Text.c_str()) {} // want "the length of 'Text'"
  std::string name() const { return Name.c_str(); } // want "the length of 'Name' is known and counted anew: a scan of all its characters"
  std::string Name;
};

static std::size_t unknown(std::string Out, const std::string &Text,
                           const Entry &E) {
  std::string Copy = Text.c_str();         // want "'Text'"
  std::string Direct(Text.c_str());        // want "'Text'"
  std::string Made = std::string(E.Name.c_str()); // want "'Name'"
  Out = Text.c_str();                      // want "'Text'"
  Out += E.Name.c_str();                   // want "'Name'"
  Out.append(Text.c_str());                // want "'Text'"
  Out = Copy + Text.c_str();               // want "'Text'"
  if (Out == Text.c_str() ||               // want "'Text'"
      Out != E.name().c_str())             // want "the string"
    return Out.find(Text.c_str(), 2);      // want "'Text'"
  Out.insert(0, Text.c_str());             // want "'Text'"
  return strlen(Text.c_str()) +            // want "'Text'"
         std::strlen(E.Name.data()) +      // want "'Name'"
         Direct.compare(Text.c_str()) +    // want "'Text'"
         Made.size();
}

// An allocation of its own for a string that has none of its own to move.
static std::string known(int Number) {
  std::string Text = std::to_string(Number);
  std::string Copy(Text.c_str()); // want "'Text'"
  Copy += Text.c_str();           // want "'Text'"
  if (strlen(Copy.c_str()) > 4)   // want "'Copy'"
    return Text.c_str();          // want "'Text'"
  return Copy;
}

// What is made on the spot could be moved.
static std::string temporaries(const Entry &E) {
  std::string Made = E.name().c_str(); // want "the string is a temporary that could be moved, and is copied"
  if (Made.substr(1, 2) == "/*")       // want "'substr'"
    return std::to_string(1).c_str();  // want "the string is a temporary"
  return Made;
}

static std::size_t pointers(const std::string *Raw) {
  std::string Copy = Raw->c_str(); // want "'Raw'"
  return strlen(Raw->c_str()) + Copy.size(); // want "'Raw'"
}

std::size_t use(const Entry &E) {
  return unknown(temporaries(E), known(1), E) + pointers(&E.Name);
}
