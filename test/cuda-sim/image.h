/** What the simulated NVRTC gives as a cubin: this head, then a shared library. */
#pragma once
#include <cstdint>

const char imageMagic[8] = {'M', 'S', 'Z', 'S', 'I', 'M', '0', '1'};

struct ImageHead {
  char magic[8];
  /** 80 for sm_80. */
  uint32_t architecture;
  uint32_t reserved;
  /** Behind this head. */
  uint64_t bytes;
};
