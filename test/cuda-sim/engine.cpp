/**
 * Threads as fibers. A thread runs until it waits or ends; one that ends leaves its stack to the next, so that kernels without barriers
 * switch nothing. Threads that have begun go on before others begin, as far as they can: that is as far from lockstep as a device may get,
 * so that a barrier that is not there shows. Blocks run one after the other, those of a cooperative launch until all wait for the grid.
 */
#include "run.h"
#include "crash.h"
#include <cstdlib>
#include <cstring>
#include <numeric>

void* Engine::sharedMemory(unsigned bytes) {
  void* memory = nullptr;
  if (posix_memalign(&memory, 128, bytes) != 0) abort();
  memset(memory, 0xff, bytes);
  return memory;
}

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
  block.atBarrier = block.atPart = block.atGrid = block.ended = 0;
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
  unsigned counts[7] = {};
  for (const Thread& thread : block.threads) counts[static_cast<int>(thread.wait)]++;
  std::string text = at(block) + "deadlock: of " + std::to_string(size_) + " threads";
  const auto add = [&](Wait wait, const std::string& what) {
    const unsigned threads = counts[static_cast<int>(wait)];
    if (threads == 0) return;
    const auto first = std::find_if(block.threads.begin(), block.threads.end(), [wait](const Thread& t) { return t.wait == wait; });
    text += (text.back() == 's' ? " " : ", ") + std::to_string(threads) + " " + what + " (the first is thread " + std::to_string(first->index) + ")";
  };
  add(Wait::Barrier, "wait at a barrier of all threads");
  add(Wait::Part, "wait at a barrier of " + std::to_string(block.partThreads) + " threads");
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
    *arrived_ ^= 0x80000000u;
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
  {
    const CrashGuard guard;
    if (launch.cooperative) runCooperative();
    else runPlain();
  }
  for (Block& block : blocks_) freeShared(block);
  if (!fault_.empty()) {
    // Threads were left in the middle of something.
    for (Fiber* fiber : all_) resetFiber(fiber, fiberMain);
    idle_ = all_;
  }
  return {fault_.empty() ? 0 : code_, fault_};
}

Fault runGrid(const Launch& launch) { return engine().run(launch); }
