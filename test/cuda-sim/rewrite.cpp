/** Finds `__global__` functions and `__shared__` declarations in a source: by their words, comments and strings left out. */
#include "rewrite.h"
#include <cctype>
#include <vector>

namespace {

struct Word {
  std::string text;
  size_t begin, end;
};

bool isName(char c) { return isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::vector<Word> split(const std::string& source) {
  std::vector<Word> words;
  for (size_t at = 0; at < source.size();) {
    const size_t begin = at;
    if (isspace(static_cast<unsigned char>(source[at]))) {
      at++;
      continue;
    }
    if (source.compare(at, 2, "//") == 0) {
      while (at < source.size() && source[at] != '\n') at++;
      continue;
    }
    if (source.compare(at, 2, "/*") == 0) {
      const size_t end = source.find("*/", at + 2);
      at = end == std::string::npos ? source.size() : end + 2;
      continue;
    }
    if (source[at] == '"') {
      for (at++; at < source.size() && source[at] != '"'; at++) {
        if (source[at] == '\\') at++;
      }
      at++;
    } else if (isName(source[at])) {
      while (at < source.size() && isName(source[at])) at++;
    } else {
      at++;
    }
    words.push_back({source.substr(begin, at - begin), begin, at});
  }
  return words;
}

/** The place behind the closing one of the parenthesis at `at`. */
size_t behind(const std::vector<Word>& words, size_t at) {
  size_t depth = 0;
  for (; at < words.size(); at++) {
    if (words[at].text == "(") depth++;
    if (words[at].text == ")" && --depth == 0) return at + 1;
  }
  return at;
}

struct Kernel {
  std::string name;
  std::string bounds = "0";
  std::string shared = "0";
};

}  // namespace

std::string rewriteKernels(const std::string& source) {
  const std::vector<Word> words = split(source);
  std::vector<Kernel> kernels;
  std::string result;
  size_t copied = 0, arrays = 0;
  for (size_t at = 0; at < words.size(); at++) {
    if (words[at].text == "__global__") {
      Kernel kernel;
      size_t next = at + 1;
      for (; next < words.size() && words[next].text != ";" && words[next].text != "{"; next++) {
        if (words[next].text == "__launch_bounds__") {
          const size_t end = behind(words, next + 1);
          size_t last = next + 2;
          while (last < end - 1 && words[last].text != ",") last++;
          kernel.bounds = source.substr(words[next + 2].begin, words[last - 1].end - words[next + 2].begin);
          next = end - 1;
        } else if (next + 1 < words.size() && words[next + 1].text == "(" && isName(words[next].text[0])) {
          kernel.name = words[next].text;
          break;
        }
      }
      // A declaration that is defined later is listed once.
      bool known = false;
      for (const Kernel& other : kernels) known = known || other.name == kernel.name;
      if (!kernel.name.empty() && !known) kernels.push_back(kernel);
      at = next;
      continue;
    }
    if (words[at].text != "__shared__") continue;
    size_t begin = at, next = at + 1;
    bool dynamic = false;
    while (begin > 0 && (words[begin - 1].text == "extern" || words[begin - 1].text == "static")) dynamic = words[--begin].text == "extern" || dynamic;
    std::string type, name, sizes;
    for (; next < words.size() && words[next].text != ";" && words[next].text != "["; next++) {
      if (words[next].text == "__align__") {
        next = behind(words, next + 1) - 1;
        continue;
      }
      if (words[next].text == "extern") {
        dynamic = true;
        continue;
      }
      if (!name.empty()) type += name + " ";
      name = words[next].text;
    }
    const size_t brackets = next;
    while (next < words.size() && words[next].text != ";") next++;
    if (next == words.size()) break;
    if (next > brackets) sizes = source.substr(words[brackets].begin, words[next - 1].end - words[brackets].begin);
    result += source.substr(copied, words[begin].begin - copied);
    if (dynamic) {
      result += type + "*" + name + " = (" + type + "*)sim_here.dynamic_shared;";
    } else {
      result += "using sim_type_" + name + " = " + type + sizes + "; sim_type_" + name + "& " + name + " = sim_shared_as<sim_type_" + name + ">(" + std::to_string(arrays++) + ");";
      if (!kernels.empty()) kernels.back().shared += " + sizeof(" + type + sizes + ")";
    }
    copied = words[next].end;
    // A declaration of several lines keeps their number.
    for (size_t c = words[begin].begin; c < copied; c++) {
      if (source[c] == '\n') result += '\n';
    }
    at = next;
  }
  result += source.substr(copied);
  result += "\n#line 1 \"kernel table\"\nstatic const SimKernel sim_kernels[] = {\n";
  for (const Kernel& kernel : kernels) result += "  SIM_KERNEL(" + kernel.name + ", " + kernel.shared + ", " + kernel.bounds + "),\n";
  result += "  {0, 0, 0, 0, 0, 0}\n};\nextern \"C\" __attribute__((visibility(\"default\"))) const SimModule sim_module = {&sim_host, &sim_here, sim_kernels};\n";
  return result;
}
