/** A simulated NVRTC: g++ makes a shared library of the source, with the shim in front of it. */
#include "image.h"
#include "rewrite.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <spawn.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ;

// The shim's files, as they were when this library was built.
#define SIM_STRING(x) #x
#define SIM_EMBED(NAME, FILE) \
  asm(".section .rodata\n.globl " SIM_STRING(NAME) "\n.hidden " SIM_STRING(NAME) "\n" SIM_STRING(NAME) ":\n.incbin \"" FILE "\"\n.byte 0\n.previous\n"); \
  extern "C" const char NAME[] __attribute__((visibility("hidden")))
SIM_EMBED(simTextAbi, SIM_FOLDER "/abi.h");
SIM_EMBED(simTextNumbers, SIM_FOLDER "/numbers.h");
SIM_EMBED(simTextShim, SIM_FOLDER "/shim.h");

namespace {

enum Result { SUCCESS = 0, OUT_OF_MEMORY = 1, INVALID_INPUT = 3, INVALID_PROGRAM = 4, INVALID_OPTION = 5, COMPILATION = 6, INTERNAL_ERROR = 11 };

struct Program {
  std::string source, name, log;
  std::string image;
};

std::string environment(const char* name, const char* otherwise) {
  const char* text = getenv(name);
  return text && *text ? text : otherwise;
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> found;
  for (std::string word; stream >> word;) found.push_back(word);
  return found;
}

std::string readFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

int run(const std::vector<std::string>& command, const std::string& output) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  // AddressSanitizer is for what runs in this process, not for the compiler.
  std::vector<char*> kept;
  for (char** item = environ; *item; item++) {
    if (strncmp(*item, "LD_PRELOAD=", 11) != 0) kept.push_back(*item);
  }
  kept.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, arguments[0], &files, nullptr, arguments.data(), kept.data());
  posix_spawn_file_actions_destroy(&files);
  if (failed) return -1;
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

uint32_t hash(const std::string& text, uint32_t from = 2166136261u) {
  for (const unsigned char c : text) from = (from ^ c) * 16777619u;
  return from;
}

std::vector<std::string> compiler() {
  std::vector<std::string> command = words(environment("MSZ_SIM_CXX", "g++"));
  // Most kernels run on tiny sizes: compiling them is what takes time. -Og takes two thirds of -O1's and its code is as fast; -O0's takes four times as long to run.
  for (const char* flag : {"-std=c++17", "-Og", "-fno-exceptions", "-fno-rtti", "-fno-asynchronous-unwind-tables", "-ffp-contract=off", "-fno-strict-aliasing", "-fPIC", "-shared",
                           "-nostdlib", "-fvisibility=hidden", "-w", "-fno-diagnostics-show-caret", "-fdiagnostics-color=never"}) {
    command.push_back(flag);
  }
#if defined(__x86_64__)
  if (__builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2")) command.insert(command.end(), {"-mfma", "-mavx2"});
#endif
  for (const std::string& flag : words(environment("MSZ_SIM_FLAGS", ""))) command.push_back(flag);
  return command;
}

int compile(Program& program, unsigned architecture, const std::vector<std::string>& defines) {
  const std::string folder = environment("TMPDIR", "/tmp");
  std::string base = folder + "/msz-nvrtc-XXXXXX";
  const int lock = mkstemp(base.data());
  if (lock < 0) {
    program.log = "cannot write to " + folder;
    return INTERNAL_ERROR;
  }
  close(lock);
  const std::string source = base + ".cpp", library = base + ".so";
  {
    std::ofstream file(source, std::ios::binary);
    file << simTextAbi << "\n" << simTextNumbers << "\n" << simTextShim << "\n#line 1 \"" << program.name << "\"\n" << rewriteKernels(program.source);
  }
  std::vector<std::string> command = compiler();
  command.insert(command.end(), defines.begin(), defines.end());
  command.insert(command.end(), {"-o", library, source});
  const int status = run(command, base);
  program.log = readFile(base);
  if (status == 0) {
    const std::string bytes = readFile(library);
    ImageHead head = {{}, architecture, 0, bytes.size()};
    memcpy(head.magic, imageMagic, sizeof imageMagic);
    program.image = std::string(reinterpret_cast<const char*>(&head), sizeof head) + bytes;
  } else if (program.log.empty()) {
    program.log = "cannot run " + command[0];
  }
  for (const std::string& path : {base, source, library}) unlink(path.c_str());
  return status == 0 ? SUCCESS : status < 0 ? INTERNAL_ERROR : COMPILATION;
}

const int architectures[] = {80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121};

}  // namespace

extern "C" {
/** The second number tells compilers, flags and shims apart: what was compiled by another is no use, and caches go by it. */
int nvrtcVersion(int* major, int* minor) {
  uint32_t text = hash(std::string(simTextAbi) + simTextNumbers + simTextShim);
  for (const std::string& word : compiler()) text = hash(word, text);
  *major = 13;
  *minor = static_cast<int>(1000 + text % 1000000);
  return SUCCESS;
}
int nvrtcGetNumSupportedArchs(int* count) {
  *count = sizeof architectures / sizeof architectures[0];
  return SUCCESS;
}
int nvrtcGetSupportedArchs(int* list) {
  memcpy(list, architectures, sizeof architectures);
  return SUCCESS;
}
const char* nvrtcGetErrorString(int code) {
  switch (code) {
    case SUCCESS: return "NVRTC_SUCCESS";
    case OUT_OF_MEMORY: return "NVRTC_ERROR_OUT_OF_MEMORY";
    case INVALID_INPUT: return "NVRTC_ERROR_INVALID_INPUT";
    case INVALID_PROGRAM: return "NVRTC_ERROR_INVALID_PROGRAM";
    case INVALID_OPTION: return "NVRTC_ERROR_INVALID_OPTION";
    case COMPILATION: return "NVRTC_ERROR_COMPILATION";
    case INTERNAL_ERROR: return "NVRTC_ERROR_INTERNAL_ERROR";
    default: return "NVRTC_ERROR unknown";
  }
}

int nvrtcCreateProgram(void** program, const char* source, const char* name, int headers, const char* const*, const char* const*) {
  if (!source || headers != 0) return INVALID_INPUT;
  *program = new Program{source, name && *name ? name : "default_program", "", ""};
  return SUCCESS;
}
int nvrtcDestroyProgram(void** program) {
  delete static_cast<Program*>(*program);
  *program = nullptr;
  return SUCCESS;
}
int nvrtcCompileProgram(void* handle, int count, const char* const* options) {
  Program& program = *static_cast<Program*>(handle);
  unsigned architecture = 75;
  std::vector<std::string> defines;
  for (int at = 0; at < count; at++) {
    const std::string option = options[at];
    const size_t place = option.find("=sm_") != std::string::npos ? option.find("=sm_") + 4 : option.find("=compute_") != std::string::npos ? option.find("=compute_") + 9 : 0;
    if (place > 0) architecture = static_cast<unsigned>(atoi(option.c_str() + place));
    else if (option.compare(0, 2, "-D") == 0) defines.push_back(option);
    else if (option.empty() || option[0] != '-') {
      program.log = "unknown option " + option;
      return INVALID_OPTION;
    }
  }
  return compile(program, architecture, defines);
}

int nvrtcGetCUBINSize(void* program, size_t* bytes) {
  *bytes = static_cast<Program*>(program)->image.size();
  return *bytes ? SUCCESS : INVALID_PROGRAM;
}
int nvrtcGetCUBIN(void* program, char* to) {
  const std::string& image = static_cast<Program*>(program)->image;
  memcpy(to, image.data(), image.size());
  return SUCCESS;
}
int nvrtcGetPTXSize(void* program, size_t* bytes) { return nvrtcGetCUBINSize(program, bytes); }
int nvrtcGetPTX(void* program, char* to) { return nvrtcGetCUBIN(program, to); }
int nvrtcGetProgramLogSize(void* program, size_t* bytes) {
  *bytes = static_cast<Program*>(program)->log.size() + 1;
  return SUCCESS;
}
int nvrtcGetProgramLog(void* program, char* to) {
  strcpy(to, static_cast<Program*>(program)->log.c_str());
  return SUCCESS;
}
}
