/** The state of a grid that runs, and who goes on next. Only for the files that run it. */
#pragma once
#include "engine.h"
#include "fiber.h"
#include <algorithm>
#include <string>
#include <vector>

const unsigned warpSize = 32;
/** CUDA_ERROR_ILLEGAL_ADDRESS, CUDA_ERROR_MISALIGNED_ADDRESS, CUDA_ERROR_LAUNCH_FAILED */
const int illegalAddress = 700, misalignedAddress = 716, launchFailed = 719;
extern const char* const operationNames[];
/** A block has a barrier of all its threads (`__syncthreads`) and one of its first (`workgroup_barrier`): some may wait at one while others do at the other. */
enum class Wait { Unstarted, Running, Ended, Barrier, Part, Warp, Grid };

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
  unsigned atBarrier = 0, atPart = 0, partThreads = 0, atGrid = 0, ended = 0;
  std::vector<Shared> shared;
  void* dynamicShared = nullptr;
};

/** What runs on every fiber. */
void fiberMain();

/** One for the process: a driver's calls are all made on one thread. */
class Engine {
 public:
  Fault run(const Launch& launch);

  // What a thread asks for: `thread.cpp`.
  void barrier(unsigned threads);
  void gridBarrier(unsigned* arrived);
  void warp(SimWarpOperation operation, const void* in, void* out, unsigned parameter);
  void copyAsync(void* shared, const void* global, bool when);
  void copyCommit();
  void copyWait(unsigned left);
  void* shared(unsigned id, unsigned bytes);
  /** One thread after the other. Never comes back. */
  void runThreads();
  /** The launch ends here: the running thread is left where it is. */
  [[noreturn]] void fail(int code, const std::string& text);

  Thread* running() const { return current_; }

 private:
  const Launch* launch_ = nullptr;
  Block* block_ = nullptr;
  Thread* current_ = nullptr;
  unsigned size_ = 0;
  uint32_t random_ = 0;
  int code_ = 0;
  std::string fault_;
  /** Of the grid barrier that is waited at. */
  unsigned* arrived_ = nullptr;
  Fiber main_;
  std::vector<Fiber*> all_, idle_;
  std::vector<Block> blocks_;

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
    if (block_->atBarrier == 0 || block_->atBarrier < size_ - block_->ended) return;
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

  std::string at(const Block& block) const {
    const SimPlace& p = block.place;
    return std::string("kernel ") + launch_->kernel->name + ", block (" + std::to_string(p.x) + ", " + std::to_string(p.y) + ", " + std::to_string(p.z) + "): ";
  }

  static void* sharedMemory(unsigned bytes);
  void prepare(Block& block, SimPlace place);
  void runBlock(Block& block);
  void freeShared(Block& block);
  std::string stuck(const Block& block) const;
  void runPlain();
  void runCooperative();
};

Engine& engine();
