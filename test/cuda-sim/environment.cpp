/** What the environment asks of the simulator: faults, order, sizes. */
#include "driver.h"
#include <cstdlib>
#include <cstring>
#include <map>

namespace {

struct Forced {
  std::string name;
  int code;
  /** Which call; 0: all. */
  uint64_t at;
  uint64_t seen = 0;
};

std::string forcedText;
std::vector<Forced> forced;
std::map<std::string, uint64_t> calls;

std::string withoutVersion(std::string name) {
  if (name.size() > 3 && name.compare(name.size() - 3, 3, "_v2") == 0) name.resize(name.size() - 3);
  return name;
}

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == by) parts.emplace_back();
    else parts.back() += c;
  }
  return parts;
}

void readForced() {
  const char* text = getenv("MSZ_SIM_FAIL");
  if (!text) text = "";
  if (forcedText == text) return;
  forcedText = text;
  forced.clear();
  for (const std::string& item : split(text, ',')) {
    std::vector<std::string> parts = split(item, ':');
    if (parts.size() > 2 && parts[0] == "kernel") {
      parts[1] = "kernel:" + parts[1];
      parts.erase(parts.begin());
    }
    if (parts.size() < 2) continue;
    forced.push_back({withoutVersion(parts[0]), atoi(parts[1].c_str()), parts.size() > 2 ? strtoull(parts[2].c_str(), nullptr, 10) : 0});
  }
}

}  // namespace

uint64_t numberFrom(const char* variable, uint64_t otherwise) {
  const char* text = getenv(variable);
  return text && *text ? strtoull(text, nullptr, 10) : otherwise;
}

Order orderFromEnvironment(uint32_t& seed) {
  const char* text = getenv("MSZ_SIM_ORDER");
  seed = 1;
  if (!text || strcmp(text, "backward") != 0) {
    if (!text || strncmp(text, "shuffled", 8) != 0) return Order::Forward;
    // Every launch in another order, each run in the same ones. `shuffled:7` gives other ones.
    seed = static_cast<uint32_t>(driver().launchNumber * 7919 + (text[8] == ':' ? atoi(text + 9) : 0));
    return Order::Shuffled;
  }
  return Order::Backward;
}

int forcedCode(const std::string& name) {
  readForced();
  const std::string plain = withoutVersion(name);
  for (Forced& item : forced) {
    if (item.name != plain && !(item.name == "kernel:*" && plain.compare(0, 7, "kernel:") == 0)) continue;
    item.seen++;
    if (item.at == 0 || item.at == item.seen) return item.code;
  }
  return 0;
}

void countCall(const std::string& name) { calls[withoutVersion(name)]++; }

uint64_t callsOf(const std::string& name) {
  const auto found = calls.find(withoutVersion(name));
  return found == calls.end() ? 0 : found->second;
}

void resetCalls() {
  calls.clear();
  forcedText.clear();
  forced.clear();
}
