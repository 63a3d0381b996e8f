/** The simulated driver's state: one process, one host thread, several devices. Device addresses are addresses of host memory. */
#pragma once
#include "engine.h"
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

enum Code {
  SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, NO_DEVICE = 100, INVALID_DEVICE = 101, INVALID_IMAGE = 200, INVALID_CONTEXT = 201,
  NO_BINARY_FOR_GPU = 209, INVALID_HANDLE = 400, NOT_FOUND = 500, NOT_READY = 600, ILLEGAL_ADDRESS = 700, MISALIGNED_ADDRESS = 716, LAUNCH_FAILED = 719,
  COOPERATIVE_LAUNCH_TOO_LARGE = 720, CAPTURE_UNSUPPORTED = 900, CAPTURE_INVALIDATED = 901, CAPTURE_UNMATCHED = 903, CAPTURE_UNJOINED = 904, CAPTURE_ISOLATION = 905,
  CAPTURED_EVENT = 907, UNKNOWN = 999
};

/** Something that a stream does. */
using Work = std::function<void()>;

struct GraphNode {
  Work work;
  /** By place in the graph. */
  std::vector<size_t> after;
};
struct Graph {
  std::vector<GraphNode> nodes;
};

struct Stream;

struct Capture {
  Stream* origin;
  Graph graph;
  /** What the next node of each captured stream comes after. */
  std::map<Stream*, std::vector<size_t>> ends;
  bool valid = true;
};

struct Device;

struct Stream {
  Device* device = nullptr;
  bool blocking = false;
  std::deque<Work> queue;
  uint64_t issued = 0, done = 0;
  std::shared_ptr<Capture> capture;
};

struct Event {
  bool timed = true;
  /** Where it was recorded last; the stream may be gone. */
  std::weak_ptr<Stream> stream;
  uint64_t place = 0;
  bool recorded = false;
  /** When it was reached, in ms. */
  std::shared_ptr<double> reached;
  std::shared_ptr<Capture> capture;
  std::vector<size_t> captured;
};

struct Module;
struct Function {
  Module* module;
  const SimKernel* kernel;
  unsigned maxDynamicShared;
};
struct Module {
  void* library;
  /** Of its file, which may be gone. */
  std::string path;
  SimModule* table;
  std::map<std::string, std::unique_ptr<Function>> functions;
};

struct Device {
  int ordinal;
  int retained = 0;
  uint64_t used = 0;
  Stream stream;
};

struct Allocation {
  uint64_t bytes;
  Device* device;
};

struct Driver {
  bool initialised = false;
  std::map<int, Device> devices;
  Device* current = nullptr;
  /** By address. */
  std::map<uint64_t, Allocation> memory;
  std::map<uint64_t, uint64_t> pinned;
  std::map<Stream*, std::shared_ptr<Stream>> streams;
  std::set<Event*> events;
  std::set<Module*> modules;
  std::set<Function*> functions;
  std::map<Graph*, std::shared_ptr<Graph>> graphs, execs;
  /** A sticky error: every later call gives it. */
  int fault = 0;
  std::string faultText;
  uint64_t launches = 0, launchNumber = 0;
};

Driver& driver();

/** A sticky error, found while work was done. */
void setFault(int code, const std::string& text);
bool isSticky(int code);

// ---- environment: read at every call, so that a test may change it ----

uint64_t numberFrom(const char* variable, uint64_t otherwise);
Order orderFromEnvironment(uint32_t& seed);
/** The code that MSZ_SIM_FAIL wants of this call; 0: none. `name` is a function's, or `kernel:` and a kernel's. */
int forcedCode(const std::string& name);
void countCall(const std::string& name);
uint64_t callsOf(const std::string& name);
/** Forgets counts of calls, and which calls MSZ_SIM_FAIL has counted. */
void resetCalls();

/** What a driver function begins with: the code to return at once, 0 to go on. */
int enterCall(const char* name, bool needsContext = true);

// ---- streams ----

/** Null: the handle is none. 0, 1 and 2 are the device's own stream. */
Stream* findStream(void* handle);
/** Puts work behind what the stream has, or into the graph that is captured. */
int issue(Stream* stream, Work work);
/** Does what the stream has, up to the place. */
void runUntil(Stream* stream, uint64_t place);
void runAll();
/** What must not be done while a stream is captured: makes that capture invalid. */
bool spoilsCapture();

/** Whether the bytes lie in one allocation. */
bool isDeviceMemory(uint64_t address, uint64_t bytes);
/** Whether the bytes lie in page-locked host memory. */
bool isPinned(uint64_t address, uint64_t bytes);
