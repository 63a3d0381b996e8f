/**
 * Threads as fibers. A thread runs until it waits or ends; one that ends leaves its stack to the next, so that kernels without barriers
 * switch nothing. Threads that have begun go on before others begin, as far as they can: that is as far from lockstep as a device may get,
 * so that a barrier that is not there shows. Blocks run one after the other, those of a cooperative launch until all wait for the grid.
 */
#include "engine.h"
#include "fiber.h"
#include "warp.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <vector>

namespace {

const unsigned warpSize = 32;
/** CUDA_ERROR_ILLEGAL_ADDRESS, CUDA_ERROR_MISALIGNED_ADDRESS, CUDA_ERROR_LAUNCH_FAILED */
const int illegalAddress = 700, misalignedAddress = 716, launchFailed = 719;
const char* const operationNames[] = {"__syncwarp", "shuffle_xor", "mma_f16", "mma_bf16", "load_blocks", "load_blocks_transposed"};
enum class Wait { Unstarted, Running, Ended, Barrier, Warp, Grid };

struct Copy {
  void* to;
  /** null: zeros */
  const void* from;
};

struct Thread {
  unsigned index = 0;
  Wait wait = Wait::Unstarted;
  Fiber* fiber = nullptr;
  unsigned parameter = 0;
  SimWarpOperation operation = SIM_SYNC_WARP;
  const void* in = nullptr;
  void* out = nullptr;
  /** Copies under way, oldest first, and where each committed group ends. */
  std::vector<Copy> copies;
  std::vector<size_t> groups;
};

struct Shared {
  unsigned id;
  unsigned bytes;
  void* at;
};

struct Block {
  SimPlace place{};
  std::vector<Thread> threads;
  /** The order in which threads begin. */
  std::vector<unsigned> order;
  size_t next = 0;
  /** Those that may go on; the last is the next. */
  std::vector<Thread*> ready;
  std::vector<unsigned> inWarp;
  unsigned atBarrier = 0, barrierThreads = 0, atGrid = 0, ended = 0;
  std::vector<Shared> shared;
  void* dynamicShared = nullptr;
};

void fiberMain();

class Engine {
 public:
  Fault run(const Launch& launch);

  void barrier(unsigned threads) {
    const unsigned needed = threads == 0 ? 0 : threads;
    if (threads > size_ || (threads != 0 && current_->index >= threads)) fail("thread " + std::to_string(current_->index) + " comes to a barrier of " + std::to_string(threads) + " threads");
    if (block_->atBarrier > 0 && block_->barrierThreads != needed) fail("threads wait at a barrier of " + count(block_->barrierThreads) + ", thread " + std::to_string(current_->index) + " at one of " + count(needed));
    block_->barrierThreads = needed;
    block_->atBarrier++;
    current_->wait = Wait::Barrier;
    openBarrier();
    goOn();
  }

  void gridBarrier(unsigned* arrived) {
    if (!launch_->cooperative) fail("a grid barrier in a launch that is not cooperative");
    if (*arrived == 0xffffffffu) fail("the counter of a grid barrier was never set to 0");
    current_->wait = Wait::Grid;
    block_->atGrid++;
    goOn();
  }

  void warp(SimWarpOperation operation, const void* in, void* out, unsigned parameter) {
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
          fail("threads " + std::to_string(other.index) + " and " + std::to_string(current_->index) + " of a warp meet in different operations: " + operationNames[other.operation] + " and " +
               operationNames[operation]);
        }
        ins[lane] = other.in;
        outs[lane] = other.out;
      }
      if (operation >= SIM_MMA_F16 && lanes < warpSize) fail(std::string(operationNames[operation]) + " in a warp of " + std::to_string(lanes) + " threads");
      runWarp(operation, lanes, ins, outs, parameter);
      block_->inWarp[warp] = 0;
      release(first, lanes, Wait::Warp);
    }
    goOn();
  }

  void copyAsync(void* shared, const void* global, bool when) {
    if ((reinterpret_cast<uintptr_t>(shared) | reinterpret_cast<uintptr_t>(global)) % 16 != 0) fail("an asynchronous copy that is not at a multiple of 16 bytes");
    current_->copies.push_back({shared, when ? global : nullptr});
  }
  void copyCommit() { current_->groups.push_back(current_->copies.size()); }
  void copyWait(unsigned left) {
    Thread& thread = *current_;
    if (thread.groups.size() <= left) return;
    const size_t done = thread.groups.size() - left, end = thread.groups[done - 1];
    for (size_t at = 0; at < end; at++) {
      const Copy& copy = thread.copies[at];
      if (copy.from) memcpy(copy.to, copy.from, 16);
      else memset(copy.to, 0, 16);
    }
    thread.copies.erase(thread.copies.begin(), thread.copies.begin() + end);
    thread.groups.erase(thread.groups.begin(), thread.groups.begin() + done);
    for (size_t& group : thread.groups) group -= end;
  }

  void* shared(unsigned id, unsigned bytes) {
    for (const Shared& known : block_->shared) {
      if (known.id == id) return known.at;
    }
    block_->shared.push_back({id, bytes, sharedMemory(bytes)});
    return block_->shared.back().at;
  }

  /** The running thread touched memory that is none: called on a fiber of its own, for its stack may be what ran out. */
  void crashed(int code, const std::string& text) {
    code_ = code;
    if (current_) fail("thread " + std::to_string(current_->index) + " " + text);
  }
  bool isRunning() const { return current_ != nullptr; }
  Fiber* running() const { return current_->fiber; }

  /** What runs on a fiber: one thread after the other. */
  void runThreads() {
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

 private:
  const Launch* launch_ = nullptr;
  Block* block_ = nullptr;
  Thread* current_ = nullptr;
  unsigned size_ = 0;
  uint32_t random_ = 0;
  int code_ = 0;
  std::string fault_;
  Fiber main_;
  std::vector<Fiber*> all_, idle_;
  std::vector<Block> blocks_;

  static std::string count(unsigned threads) { return threads == 0 ? "all threads" : std::to_string(threads) + " threads"; }

  uint32_t random() {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 17;
    random_ ^= random_ << 5;
    return random_;
  }

  template <class T> void arrange(std::vector<T>& items, size_t from = 0) {
    if (launch_->order == Order::Backward) std::reverse(items.begin() + from, items.end());
    if (launch_->order == Order::Shuffled) {
      for (size_t left = items.size() - from; left > 1; left--) std::swap(items[from + left - 1], items[from + random() % left]);
    }
  }

  /** Threads that waited go on, in the order of the launch. */
  void release(unsigned first, unsigned threads, Wait from) {
    const size_t start = block_->ready.size();
    for (unsigned at = 0; at < threads; at++) {
      Thread& thread = block_->threads[first + at];
      if (thread.wait != from) continue;
      thread.wait = Wait::Running;
      block_->ready.push_back(&thread);
    }
    arrange(block_->ready, start);
    std::reverse(block_->ready.begin() + start, block_->ready.end());
  }

  void openBarrier() {
    if (block_->atBarrier == 0) return;
    const unsigned needed = block_->barrierThreads == 0 ? size_ - block_->ended : block_->barrierThreads;
    if (block_->atBarrier < needed) return;
    block_->atBarrier = 0;
    release(0, size_, Wait::Barrier);
  }

  Thread* pick() {
    if (!fault_.empty()) return nullptr;
    if (!block_->ready.empty()) {
      Thread* next = block_->ready.back();
      block_->ready.pop_back();
      return next;
    }
    return block_->next < block_->order.size() ? &block_->threads[block_->order[block_->next++]] : nullptr;
  }

  void enter(Thread* thread) {
    current_ = thread;
    thread->wait = Wait::Running;
    const SimPlace& size = launch_->block;
    SimHere& here = *launch_->here;
    if (size.y == 1 && size.z == 1) here.thread.x = thread->index;
    else here.thread = {thread->index % size.x, thread->index / size.x % size.y, thread->index / (size.x * size.y)};
  }

  Fiber* newFiber();

  /** From a fiber to a thread, or to the loop over blocks if there is none. */
  void leaveFor(Fiber* from, Thread* next) {
    if (!next) {
      current_ = nullptr;
      switchFiber(from, &main_);
      return;
    }
    if (next->wait == Wait::Unstarted) next->fiber = newFiber();
    enter(next);
    if (next->fiber != from) switchFiber(from, next->fiber);
  }

  /** Lets others run until this thread may go on. */
  void goOn() {
    Thread* self = current_;
    Thread* next = pick();
    if (next != self) leaveFor(self->fiber, next);
    else enter(self);
  }

  /** The launch ends here: this thread is left where it is. */
  void fail(const std::string& text) {
    if (fault_.empty()) fault_ = at(*block_) + text;
    Fiber* own = current_->fiber;
    current_ = nullptr;
    for (;;) switchFiber(own, &main_);
  }

  std::string at(const Block& block) const {
    const SimPlace& p = block.place;
    return std::string("kernel ") + launch_->kernel->name + ", block (" + std::to_string(p.x) + ", " + std::to_string(p.y) + ", " + std::to_string(p.z) + "): ";
  }

  void* sharedMemory(unsigned bytes) {
    void* memory = nullptr;
    if (posix_memalign(&memory, 128, bytes) != 0) abort();
    memset(memory, 0xff, bytes);
    return memory;
  }

  void prepare(Block& block, SimPlace place);
  void runBlock(Block& block);
  void freeShared(Block& block);
  std::string stuck(const Block& block) const;
  void runPlain();
  void runCooperative();
};

// Not thread_local: a fiber is bound to the one thread that makes all driver calls.
Engine* engine = nullptr;

void fiberMain() {
  fiberBegun();
  engine->runThreads();
}

const SimHost host = {
    [](unsigned threads) { engine->barrier(threads); },
    [](unsigned* arrived) { engine->gridBarrier(arrived); },
    [](SimWarpOperation operation, const void* in, void* out, unsigned parameter) { engine->warp(operation, in, out, parameter); },
    [](void* shared, const void* global, bool when) { engine->copyAsync(shared, global, when); },
    [] { engine->copyCommit(); },
    [](unsigned left) { engine->copyWait(left); },
    [](unsigned id, unsigned bytes) { return engine->shared(id, bytes); },
};

Fiber* Engine::newFiber() {
  if (!idle_.empty()) {
    Fiber* fiber = idle_.back();
    idle_.pop_back();
    return fiber;
  }
  // Frames are larger under AddressSanitizer. Pages that nobody touches cost nothing.
  all_.push_back(makeFiber(fiberMain, 256 << 10));
  return all_.back();
}

void Engine::prepare(Block& block, SimPlace place) {
  block.place = place;
  block.next = 0;
  block.ready.clear();
  block.atBarrier = block.atGrid = block.ended = 0;
  block.inWarp.assign((size_ + warpSize - 1) / warpSize, 0);
  if (block.threads.size() != size_) {
    block.threads.resize(size_);
    block.order.resize(size_);
  }
  std::iota(block.order.begin(), block.order.end(), 0u);
  arrange(block.order);
  for (unsigned index = 0; index < size_; index++) {
    Thread& thread = block.threads[index];
    thread.index = index;
    thread.wait = Wait::Unstarted;
    thread.copies.clear();
    thread.groups.clear();
  }
  for (const Shared& known : block.shared) memset(known.at, 0xff, known.bytes);
  if (launch_->dynamicShared > 0) {
    if (!block.dynamicShared) block.dynamicShared = sharedMemory(launch_->dynamicShared);
    else memset(block.dynamicShared, 0xff, launch_->dynamicShared);
  }
}

void Engine::runBlock(Block& block) {
  block_ = &block;
  SimHere& here = *launch_->here;
  here.thread = {};
  here.block = block.place;
  here.dynamic_shared = block.dynamicShared;
  here.shared_id = ~0u;
  while (Thread* next = pick()) {
    if (next->wait == Wait::Unstarted) next->fiber = newFiber();
    enter(next);
    switchFiber(&main_, next->fiber);
  }
}

void Engine::freeShared(Block& block) {
  for (const Shared& known : block.shared) free(known.at);
  block.shared.clear();
  free(block.dynamicShared);
  block.dynamicShared = nullptr;
}

/** What the threads of a block that got stuck wait for. */
std::string Engine::stuck(const Block& block) const {
  unsigned counts[6] = {};
  for (const Thread& thread : block.threads) counts[static_cast<int>(thread.wait)]++;
  std::string text = at(block) + "deadlock: of " + std::to_string(size_) + " threads";
  const auto add = [&](Wait wait, const std::string& what) {
    const unsigned threads = counts[static_cast<int>(wait)];
    if (threads == 0) return;
    const auto first = std::find_if(block.threads.begin(), block.threads.end(), [wait](const Thread& t) { return t.wait == wait; });
    text += (text.back() == 's' ? " " : ", ") + std::to_string(threads) + " " + what + " (the first is thread " + std::to_string(first->index) + ")";
  };
  add(Wait::Barrier, "wait at a barrier of " + count(block.barrierThreads));
  for (const Thread& thread : block.threads) {
    if (thread.wait != Wait::Warp) continue;
    add(Wait::Warp, std::string("wait for the rest of their warp in ") + operationNames[thread.operation]);
    break;
  }
  add(Wait::Grid, "wait at a grid barrier");
  add(Wait::Ended, "have ended");
  return text;
}

void Engine::runPlain() {
  const SimPlace& grid = launch_->grid;
  const uint64_t blocks = uint64_t(grid.x) * grid.y * grid.z;
  blocks_.resize(1);
  Block& block = blocks_[0];
  // A large grid is not written down as a list: a step that has no factor in common with it reaches every block.
  uint64_t step = 1, at = 0;
  if (launch_->order == Order::Shuffled && blocks > 1) {
    at = random() % blocks;
    step = random() % blocks;
    while (step == 0 || std::gcd(step, blocks) != 1) step++;
  }
  for (uint64_t done = 0; done < blocks && fault_.empty(); done++, at = (at + step) % blocks) {
    const uint64_t index = launch_->order == Order::Backward ? blocks - 1 - at : at;
    prepare(block, {unsigned(index % grid.x), unsigned(index / grid.x % grid.y), unsigned(index / (uint64_t(grid.x) * grid.y))});
    runBlock(block);
    if (fault_.empty() && block.ended < size_) fault_ = stuck(block);
  }
}

void Engine::runCooperative() {
  const SimPlace& grid = launch_->grid;
  const unsigned blocks = grid.x * grid.y * grid.z;
  blocks_.resize(blocks);
  std::vector<unsigned> order(blocks);
  for (unsigned index = 0; index < blocks; index++) prepare(blocks_[index], {index % grid.x, index / grid.x % grid.y, index / (grid.x * grid.y)});
  for (;;) {
    std::iota(order.begin(), order.end(), 0u);
    arrange(order);
    unsigned ended = 0, waiting = 0;
    for (const unsigned index : order) {
      if (fault_.empty()) runBlock(blocks_[index]);
      ended += blocks_[index].ended;
      waiting += blocks_[index].atGrid;
    }
    if (!fault_.empty() || ended == blocks * size_) return;
    if (waiting < blocks * size_) {
      for (const Block& block : blocks_) {
        if (block.atGrid < size_) fault_ = stuck(block);
      }
      return;
    }
    for (Block& block : blocks_) {
      block.atGrid = 0;
      block_ = &block;
      release(0, size_, Wait::Grid);
    }
  }
}

Fault Engine::run(const Launch& launch) {
  launch_ = &launch;
  fault_.clear();
  code_ = launchFailed;
  size_ = launch.block.x * launch.block.y * launch.block.z;
  random_ = launch.seed * 2654435761u | 1u;
  launch.here->block_size = launch.block;
  launch.here->grid_size = launch.grid;
  // What runs now may run on another stack than before.
  main_ = Fiber();
  if (launch.cooperative) runCooperative();
  else runPlain();
  for (Block& block : blocks_) freeShared(block);
  if (!fault_.empty()) {
    // Threads were left in the middle of something.
    for (Fiber* fiber : all_) resetFiber(fiber, fiberMain);
    idle_ = all_;
  }
  return {fault_.empty() ? 0 : code_, fault_};
}

}  // namespace

const SimHost* const simHost = &host;

Fault runGrid(const Launch& launch) {
  if (!engine) engine = new Engine;
  return engine->run(launch);
}
