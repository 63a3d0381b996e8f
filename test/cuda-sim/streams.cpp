/**
 * Streams, events, capture, graphs. What is asked of a stream is done as late as a device may do it: when somebody waits for it, asks
 * whether it is done, or frees memory. So a wait that is forgotten shows: on the host, or between two streams. `MSZ_SIM_STREAMS=eager` does all at once.
 */
#include "driver.h"
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>

namespace {
const size_t longQueue = 4096;

double now() { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

bool isEager() {
  const char* text = getenv("MSZ_SIM_STREAMS");
  return text && strcmp(text, "eager") == 0;
}

bool isOwn(const Stream* stream) {
  for (const auto& [ordinal, device] : driver().devices) {
    if (stream == &device.stream) return true;
  }
  return false;
}

/** The device's own stream and blocking ones wait for one another; here they do all at once. */
bool waitsForAll(const Stream* stream) { return stream->blocking || isOwn(stream); }

void runBlocking() {
  for (const auto& [handle, stream] : driver().streams) {
    if (stream->blocking) runUntil(stream.get(), stream->issued);
  }
}

/** Any order that the edges allow. */
void runGraph(const Graph& graph) {
  uint32_t seed = 1;
  const Order order = orderFromEnvironment(seed);
  const size_t count = graph.nodes.size();
  std::vector<bool> done(count);
  std::vector<size_t> ready;
  for (size_t left = count; left > 0 && !driver().fault; left--) {
    if (order == Order::Forward) {
      // In the order of capture all edges point back.
      const size_t at = count - left;
      graph.nodes[at].work();
      continue;
    }
    ready.clear();
    for (size_t at = 0; at < count; at++) {
      const auto& after = graph.nodes[at].after;
      if (!done[at] && std::all_of(after.begin(), after.end(), [&](size_t before) { return done[before]; })) ready.push_back(at);
    }
    seed = seed * 1664525u + 1013904223u;
    const size_t next = order == Order::Backward ? ready.back() : ready[(seed >> 8) % ready.size()];
    done[next] = true;
    graph.nodes[next].work();
  }
}

/** Whether all nodes come before the end of the stream that the capture began in. */
bool isJoined(const Capture& capture) {
  std::vector<bool> reached(capture.graph.nodes.size());
  std::vector<size_t> open = capture.ends.at(capture.origin);
  while (!open.empty()) {
    const size_t node = open.back();
    open.pop_back();
    if (reached[node]) continue;
    reached[node] = true;
    for (const size_t before : capture.graph.nodes[node].after) open.push_back(before);
  }
  return std::all_of(reached.begin(), reached.end(), [](bool is) { return is; });
}

Event* findEvent(void* handle) {
  Event* event = static_cast<Event*>(handle);
  return driver().events.count(event) ? event : nullptr;
}

bool isReached(const Event* event) { return !event->recorded || *event->reached >= 0; }

void reach(const Event* event) {
  if (const std::shared_ptr<Stream> stream = event->stream.lock()) runUntil(stream.get(), event->place);
}
}  // namespace

Stream* findStream(void* handle) {
  if (reinterpret_cast<uintptr_t>(handle) <= 2) return driver().current ? &driver().current->stream : nullptr;
  const auto found = driver().streams.find(static_cast<Stream*>(handle));
  return found == driver().streams.end() ? nullptr : found->first;
}

int issue(Stream* stream, Work work) {
  if (stream->capture) {
    Capture& capture = *stream->capture;
    if (!capture.valid) return CAPTURE_INVALIDATED;
    std::vector<size_t>& end = capture.ends[stream];
    capture.graph.nodes.push_back({std::move(work), end});
    end = {capture.graph.nodes.size() - 1};
    return SUCCESS;
  }
  stream->issued++;
  stream->queue.push_back(std::move(work));
  if (waitsForAll(stream)) {
    runBlocking();
    runUntil(stream, stream->issued);
  } else if (isEager()) {
    runUntil(stream, stream->issued);
  } else if (stream->queue.size() > longQueue) {
    runUntil(stream, stream->done + 1);
  }
  return SUCCESS;
}

void runUntil(Stream* stream, uint64_t place) {
  while (stream->done < place && !stream->queue.empty()) {
    const Work work = std::move(stream->queue.front());
    stream->queue.pop_front();
    if (!driver().fault) work();
    stream->done++;
  }
}

void runAll() {
  for (const auto& [handle, stream] : driver().streams) runUntil(stream.get(), stream->issued);
}

bool spoilsCapture() {
  bool spoiled = false;
  for (const auto& [handle, stream] : driver().streams) {
    if (!stream->capture) continue;
    stream->capture->valid = false;
    spoiled = true;
  }
  return spoiled;
}

extern "C" {
int cuStreamCreate(void** stream, unsigned flags) {
  if (const int code = enterCall("cuStreamCreate")) return code;
  auto made = std::make_shared<Stream>();
  made->device = driver().current;
  made->blocking = flags == 0;
  driver().streams[made.get()] = made;
  *stream = made.get();
  return SUCCESS;
}
int cuStreamCreateWithPriority(void** stream, unsigned flags, int) { return cuStreamCreate(stream, flags); }

int cuStreamDestroy_v2(void* handle) {
  if (const int code = enterCall("cuStreamDestroy")) return code;
  const auto found = driver().streams.find(static_cast<Stream*>(handle));
  if (found == driver().streams.end()) return INVALID_HANDLE;
  runUntil(found->first, found->second->issued);
  driver().streams.erase(found);
  return SUCCESS;
}

int cuStreamSynchronize(void* handle) {
  if (const int code = enterCall("cuStreamSynchronize")) return code;
  Stream* stream = findStream(handle);
  if (!stream) return INVALID_HANDLE;
  if (stream->capture) {
    stream->capture->valid = false;
    return CAPTURE_UNSUPPORTED;
  }
  if (isOwn(stream)) runBlocking();
  runUntil(stream, stream->issued);
  return driver().fault;
}

/** Whoever asks too early is told so once; the work is done then. */
int cuStreamQuery(void* handle) {
  if (const int code = enterCall("cuStreamQuery")) return code;
  Stream* stream = findStream(handle);
  if (!stream) return INVALID_HANDLE;
  if (stream->capture) {
    stream->capture->valid = false;
    return CAPTURE_UNSUPPORTED;
  }
  if (stream->queue.empty()) return SUCCESS;
  runUntil(stream, stream->issued);
  return driver().fault ? driver().fault : NOT_READY;
}

int cuStreamWaitEvent(void* handle, void* eventHandle, unsigned) {
  if (const int code = enterCall("cuStreamWaitEvent")) return code;
  Stream* stream = findStream(handle);
  Event* event = findEvent(eventHandle);
  if (!stream || !event) return INVALID_HANDLE;
  if (event->capture) {
    if (!event->capture->origin) return CAPTURED_EVENT;
    if (!stream->capture) {
      if (waitsForAll(stream) && isOwn(stream)) return CAPTURE_UNSUPPORTED;
      stream->capture = event->capture;
      stream->capture->ends[stream] = event->captured;
      return SUCCESS;
    }
    if (stream->capture != event->capture) return CAPTURE_ISOLATION;
    std::vector<size_t>& end = stream->capture->ends[stream];
    end.insert(end.end(), event->captured.begin(), event->captured.end());
    return SUCCESS;
  }
  if (stream->capture) {
    stream->capture->valid = false;
    return CAPTURE_ISOLATION;
  }
  // An event that was never recorded is waited for by nobody.
  if (!event->recorded) return SUCCESS;
  const std::weak_ptr<Stream> other = event->stream;
  const uint64_t place = event->place;
  return issue(stream, [other, place] {
    if (const std::shared_ptr<Stream> found = other.lock()) runUntil(found.get(), place);
  });
}

int cuEventCreate(void** event, unsigned flags) {
  if (const int code = enterCall("cuEventCreate")) return code;
  Event* made = new Event;
  made->timed = (flags & 2) == 0;
  driver().events.insert(made);
  *event = made;
  return SUCCESS;
}

int cuEventDestroy_v2(void* handle) {
  if (const int code = enterCall("cuEventDestroy")) return code;
  Event* event = findEvent(handle);
  if (!event) return INVALID_HANDLE;
  driver().events.erase(event);
  delete event;
  return SUCCESS;
}

int cuEventRecord(void* handle, void* streamHandle) {
  if (const int code = enterCall("cuEventRecord")) return code;
  Event* event = findEvent(handle);
  Stream* stream = findStream(streamHandle);
  if (!stream || !event) return INVALID_HANDLE;
  event->capture = stream->capture;
  if (stream->capture) {
    if (!stream->capture->valid) return CAPTURE_INVALIDATED;
    event->captured = stream->capture->ends[stream];
    return SUCCESS;
  }
  event->recorded = true;
  const auto reached = event->reached = std::make_shared<double>(-1);
  const auto found = driver().streams.find(stream);
  if (found != driver().streams.end()) event->stream = found->second;
  else event->stream.reset();
  event->place = stream->issued + 1;
  return issue(stream, [reached] { *reached = now(); });
}

int cuEventQuery(void* handle) {
  if (const int code = enterCall("cuEventQuery")) return code;
  Event* event = findEvent(handle);
  if (!event) return INVALID_HANDLE;
  if (event->capture) return CAPTURED_EVENT;
  if (isReached(event)) return SUCCESS;
  reach(event);
  return driver().fault ? driver().fault : NOT_READY;
}

int cuEventSynchronize(void* handle) {
  if (const int code = enterCall("cuEventSynchronize")) return code;
  Event* event = findEvent(handle);
  if (!event) return INVALID_HANDLE;
  if (event->capture) return CAPTURED_EVENT;
  if (!isReached(event)) reach(event);
  return driver().fault;
}

int cuEventElapsedTime(float* milliseconds, void* from, void* to) {
  if (const int code = enterCall("cuEventElapsedTime")) return code;
  const Event* first = findEvent(from);
  const Event* second = findEvent(to);
  if (!first || !second || !first->timed || !second->timed || !first->recorded || !second->recorded) return INVALID_HANDLE;
  if (!isReached(first) || !isReached(second)) return NOT_READY;
  *milliseconds = static_cast<float>(*second->reached - *first->reached);
  return SUCCESS;
}
int cuEventElapsedTime_v2(float* milliseconds, void* from, void* to) { return cuEventElapsedTime(milliseconds, from, to); }

int cuStreamBeginCapture_v2(void* handle, int mode) {
  if (const int code = enterCall("cuStreamBeginCapture")) return code;
  Stream* stream = findStream(handle);
  if (!stream) return INVALID_HANDLE;
  if (mode < 0 || mode > 2) return INVALID_VALUE;
  if (isOwn(stream) || stream->capture) return CAPTURE_UNSUPPORTED;
  stream->capture = std::make_shared<Capture>();
  stream->capture->origin = stream;
  stream->capture->ends[stream] = {};
  return SUCCESS;
}

int cuStreamIsCapturing(void* handle, int* status) {
  if (const int code = enterCall("cuStreamIsCapturing")) return code;
  const Stream* stream = findStream(handle);
  if (!stream) return INVALID_HANDLE;
  *status = !stream->capture ? 0 : stream->capture->valid ? 1 : 2;
  return SUCCESS;
}

int cuStreamEndCapture(void* handle, void** graph) {
  if (const int code = enterCall("cuStreamEndCapture")) return code;
  *graph = nullptr;
  Stream* stream = findStream(handle);
  if (!stream) return INVALID_HANDLE;
  const std::shared_ptr<Capture> capture = stream->capture;
  if (!capture) return INVALID_VALUE;
  if (capture->origin != stream) return CAPTURE_UNMATCHED;
  const bool joined = isJoined(*capture);
  for (const auto& [member, end] : capture->ends) member->capture.reset();
  capture->origin = nullptr;
  if (!capture->valid) return CAPTURE_INVALIDATED;
  if (!joined) return CAPTURE_UNJOINED;
  const auto made = std::make_shared<Graph>(std::move(capture->graph));
  driver().graphs[made.get()] = made;
  *graph = made.get();
  return SUCCESS;
}

int cuGraphInstantiateWithFlags(void** exec, void* graph, unsigned long long) {
  if (const int code = enterCall("cuGraphInstantiateWithFlags")) return code;
  const auto found = driver().graphs.find(static_cast<Graph*>(graph));
  if (found == driver().graphs.end()) return INVALID_VALUE;
  const auto made = std::make_shared<Graph>(*found->second);
  driver().execs[made.get()] = made;
  *exec = made.get();
  return SUCCESS;
}

int cuGraphLaunch(void* exec, void* handle) {
  if (const int code = enterCall("cuGraphLaunch")) return code;
  const auto found = driver().execs.find(static_cast<Graph*>(exec));
  Stream* stream = findStream(handle);
  if (found == driver().execs.end()) return INVALID_VALUE;
  if (!stream) return INVALID_HANDLE;
  const std::shared_ptr<Graph> graph = found->second;
  return issue(stream, [graph] { runGraph(*graph); });
}

int cuGraphGetNodes(void* graph, void**, size_t* count) {
  if (const int code = enterCall("cuGraphGetNodes")) return code;
  const auto found = driver().graphs.find(static_cast<Graph*>(graph));
  if (found == driver().graphs.end()) return INVALID_VALUE;
  *count = found->second->nodes.size();
  return SUCCESS;
}

int cuGraphDestroy(void* graph) {
  if (const int code = enterCall("cuGraphDestroy")) return code;
  return driver().graphs.erase(static_cast<Graph*>(graph)) ? SUCCESS : INVALID_VALUE;
}
int cuGraphExecDestroy(void* exec) {
  if (const int code = enterCall("cuGraphExecDestroy")) return code;
  return driver().execs.erase(static_cast<Graph*>(exec)) ? SUCCESS : INVALID_VALUE;
}
}
