/** Shuffles, matrix units and block loads, with registers laid out as PTX has them for mma.sync.m16n8k16 and ldmatrix.x4. */
#pragma GCC optimize("O3")
#include "warp.h"
#include "numbers.h"
#include <cstring>

namespace {

void shuffle(unsigned count, const void* const* in, void* const* out, unsigned mask) {
  unsigned values[32];
  for (unsigned lane = 0; lane < 32; lane++) {
    // A lane that does not exist gives NaN.
    values[lane] = 0xffffffffu;
    if (lane < count) memcpy(&values[lane], in[lane], 4);
  }
  for (unsigned lane = 0; lane < count; lane++) memcpy(out[lane], &values[(lane ^ mask) & 31], 4);
}

struct Mma {
  float sums[4];
  unsigned a[4], b[2];
};

template <float (*FROM)(unsigned short)> void mma(const void* const* in, void* const* out) {
  float a[16][16], b[8][16];
  for (unsigned lane = 0; lane < 32; lane++) {
    const Mma* own = static_cast<const Mma*>(in[lane]);
    const unsigned group = lane / 4, pair = (lane % 4) * 2;
    for (unsigned half = 0; half < 2; half++) {
      const auto part = [half](unsigned word) { return FROM(static_cast<unsigned short>(word >> (16 * half))); };
      a[group][pair + half] = part(own->a[0]);
      a[group + 8][pair + half] = part(own->a[1]);
      a[group][pair + half + 8] = part(own->a[2]);
      a[group + 8][pair + half + 8] = part(own->a[3]);
      b[group][pair + half] = part(own->b[0]);
      b[group][pair + half + 8] = part(own->b[1]);
    }
  }
  for (unsigned lane = 0; lane < 32; lane++) {
    const Mma* own = static_cast<const Mma*>(in[lane]);
    float* sums = static_cast<float*>(out[lane]);
    for (unsigned i = 0; i < 4; i++) {
      const unsigned row = lane / 4 + (i / 2) * 8, column = (lane % 4) * 2 + i % 2;
      float sum = own->sums[i];
      for (unsigned k = 0; k < 16; k++) sum += a[row][k] * b[column][k];
      sums[i] = sum;
    }
  }
}

void loadBlocks(const void* const* in, void* const* out, bool transposed) {
  for (unsigned block = 0; block < 4; block++) {
    unsigned short rows[8][8];
    for (unsigned row = 0; row < 8; row++) memcpy(rows[row], in[block * 8 + row], 16);
    for (unsigned lane = 0; lane < 32; lane++) {
      const unsigned row = lane / 4, column = (lane % 4) * 2;
      const unsigned low = transposed ? rows[column][row] : rows[row][column];
      const unsigned high = transposed ? rows[column + 1][row] : rows[row][column + 1];
      static_cast<unsigned*>(out[lane])[block] = low | high << 16;
    }
  }
}

}  // namespace

void runWarp(SimWarpOperation operation, unsigned count, const void* const* in, void* const* out, unsigned parameter) {
  switch (operation) {
    case SIM_SYNC_WARP: return;
    case SIM_SHUFFLE_XOR: return shuffle(count, in, out, parameter);
    case SIM_MMA_F16: return mma<sim_from_f16>(in, out);
    case SIM_MMA_BF16: return mma<sim_from_bf16>(in, out);
    case SIM_LOAD_BLOCKS: return loadBlocks(in, out, false);
    case SIM_LOAD_BLOCKS_TRANSPOSED: return loadBlocks(in, out, true);
  }
}
