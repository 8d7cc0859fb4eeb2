// check: whet-string-conversion
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

std::size_t readInto(char *Buffer, std::size_t Size);
void takesString(const std::string &Text);

// The string is memory, and ends where the first NUL is.
static std::string buffer() {
  std::string Buffer(256, '\0');
  readInto(&Buffer[0], Buffer.size());
  return Buffer.c_str();
}
static std::string resized() {
  std::string Buffer;
  Buffer.resize(256);
  readInto(Buffer.data(), Buffer.size());
  takesString(Buffer.c_str());
  std::string Cut(Buffer.c_str());
  return Cut;
}
static std::string ofMemory(const char *Memory, std::size_t Size) {
  std::string Field(Memory, Size);
  return Field.c_str();
}
static void trimmed(std::string &Text) { Text = Text.c_str(); }
static void shortened(std::string &Text) {
  Text.erase(std::strlen(Text.c_str()));
}
static void sized(std::string &Text) { Text.resize(strlen(Text.c_str())); }
static bool hasNul(const std::string &Text) {
  return strlen(Text.c_str()) != Text.size();
}
static std::string withNul(std::string Keys) {
  Keys += '\0';
  Keys.append("rest");
  takesString(Keys.c_str());
  return Keys;
}

struct Header {
  std::string Magic;
  void read() {
    Magic.resize(16);
    readInto(&Magic[0], 16);
  }
  std::string magic() const { return Magic.c_str(); }
};

std::string use(std::string Text) {
  trimmed(Text);
  shortened(Text);
  sized(Text);
  return hasNul(Text) ? buffer() + resized() : ofMemory("", 1) + withNul(Text);
}
