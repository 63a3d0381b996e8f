/** What the threads of a block ask for: barriers, their warp, copies, shared memory. */
#include "run.h"
#include "warp.h"
#include <cstdlib>
#include <cstring>

const char* const operationNames[] = {"__syncwarp", "shuffle_xor", "mma_f16", "mma_bf16", "load_blocks", "load_blocks_transposed"};

void Engine::barrier(unsigned threads) {
  if (threads == 0) {
    block_->atBarrier++;
    current_->wait = Wait::Barrier;
    openBarrier();
    goOn();
    return;
  }
  const auto here = [this] { return "thread " + std::to_string(current_->index); };
  if (threads > size_ || current_->index >= threads) fail(launchFailed, here() + " comes to a barrier of " + std::to_string(threads) + " threads");
  if (block_->atPart > 0 && block_->partThreads != threads) {
    fail(launchFailed, "threads wait at a barrier of " + std::to_string(block_->partThreads) + " threads, " + here() + " at one of " + std::to_string(threads) + " threads");
  }
  block_->partThreads = threads;
  current_->wait = Wait::Part;
  if (++block_->atPart == threads) {
    block_->atPart = 0;
    release(0, threads, Wait::Part);
  }
  goOn();
}

void Engine::gridBarrier(unsigned* arrived) {
  if (!launch_->cooperative) fail(launchFailed, "a grid barrier in a launch that is not cooperative");
  // A device's counter flips its highest bit with every barrier and has no other at rest.
  if ((*arrived & 0x7fffffffu) != 0) fail(launchFailed, "the counter of a grid barrier was not 0 before its first use");
  arrived_ = arrived;
  current_->wait = Wait::Grid;
  block_->atGrid++;
  goOn();
}

void Engine::warp(SimWarpOperation operation, const void* in, void* out, unsigned parameter) {
  const unsigned warp = current_->index / warpSize, first = warp * warpSize, lanes = std::min(warpSize, size_ - first);
  current_->wait = Wait::Warp;
  current_->operation = operation;
  current_->parameter = parameter;
  current_->in = in;
  current_->out = out;
  if (++block_->inWarp[warp] == lanes) {
    const void* ins[warpSize];
    void* outs[warpSize];
    for (unsigned lane = 0; lane < lanes; lane++) {
      const Thread& other = block_->threads[first + lane];
      if (other.operation != operation || other.parameter != parameter) {
        fail(launchFailed, "threads " + std::to_string(other.index) + " and " + std::to_string(current_->index) + " of a warp meet in different operations: " + operationNames[other.operation] + " and " +
             operationNames[operation]);
      }
      ins[lane] = other.in;
      outs[lane] = other.out;
    }
    if (operation >= SIM_MMA_F16 && lanes < warpSize) fail(launchFailed, std::string(operationNames[operation]) + " in a warp of " + std::to_string(lanes) + " threads");
    runWarp(operation, lanes, ins, outs, parameter);
    block_->inWarp[warp] = 0;
    release(first, lanes, Wait::Warp);
  }
  goOn();
}

static void finish(const Copy& copy) {
  if (copy.from) memcpy(copy.to, copy.from, 16);
  else memset(copy.to, 0, 16);
}

void Engine::copyAsync(void* shared, const void* global, bool when) {
  if ((reinterpret_cast<uintptr_t>(shared) | reinterpret_cast<uintptr_t>(global)) % 16 != 0) fail(launchFailed, "an asynchronous copy that is not at a multiple of 16 bytes");
  const Copy copy = {shared, when ? global : nullptr};
  // Sooner than by the wait it may be too: what lies there must not be wanted any more.
  const char* when_done = getenv("MSZ_SIM_COPIES");
  if (when_done && strcmp(when_done, "early") == 0) finish(copy);
  current_->copies.push_back(copy);
}

void Engine::copyCommit() { current_->groups.push_back(current_->copies.size()); }

void Engine::copyWait(unsigned left) {
  Thread& thread = *current_;
  if (thread.groups.size() <= left) return;
  const size_t done = thread.groups.size() - left, end = thread.groups[done - 1];
  for (size_t at = 0; at < end; at++) finish(thread.copies[at]);
  thread.copies.erase(thread.copies.begin(), thread.copies.begin() + end);
  thread.groups.erase(thread.groups.begin(), thread.groups.begin() + done);
  for (size_t& group : thread.groups) group -= end;
}

void* Engine::shared(unsigned id, unsigned bytes) {
  for (const Shared& known : block_->shared) {
    if (known.id == id) return known.at;
  }
  block_->shared.push_back({id, bytes, sharedMemory(bytes)});
  return block_->shared.back().at;
}

void Engine::runThreads() {
  for (;;) {
    launch_->kernel->call(launch_->arguments);
    Thread* ended = current_;
    ended->wait = Wait::Ended;
    block_->ended++;
    openBarrier();
    Thread* next = pick();
    if (next && next->wait == Wait::Unstarted) {
      next->fiber = ended->fiber;
      enter(next);
      continue;
    }
    Fiber* own = ended->fiber;
    idle_.push_back(own);
    leaveFor(own, next);
  }
}

void Engine::fail(int code, const std::string& text) {
  if (fault_.empty()) fault_ = at(*block_) + text, code_ = code;
  Fiber* own = current_->fiber;
  current_ = nullptr;
  for (;;) switchFiber(own, &main_);
}

Engine& engine() {
  // Never destroyed: its fibers hold what a process's end need not give back.
  static Engine* only = new Engine;
  return *only;
}

void fiberMain() {
  fiberBegun();
  engine().runThreads();
}

namespace {
const SimHost host = {
    [](unsigned threads) { engine().barrier(threads); },
    [](unsigned* arrived) { engine().gridBarrier(arrived); },
    [](SimWarpOperation operation, const void* in, void* out, unsigned parameter) { engine().warp(operation, in, out, parameter); },
    [](void* shared, const void* global, bool when) { engine().copyAsync(shared, global, when); },
    [] { engine().copyCommit(); },
    [](unsigned left) { engine().copyWait(left); },
    [](unsigned id, unsigned bytes) { return engine().shared(id, bytes); },
};
}  // namespace

const SimHost* const simHost = &host;
