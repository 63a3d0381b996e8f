/** Numbers of two bytes ↔ float32, for kernels and simulator alike: to nearest even, too large becomes infinite, NaN stays NaN. Includes nothing. */
#pragma once

static inline unsigned sim_bits(float value) {
  unsigned bits;
  __builtin_memcpy(&bits, &value, 4);
  return bits;
}

static inline float sim_float(unsigned bits) {
  float value;
  __builtin_memcpy(&value, &bits, 4);
  return value;
}

static inline float sim_from_bf16(unsigned short bits) {
  return sim_float((unsigned)bits << 16);
}

static inline unsigned short sim_to_bf16(float value) {
  unsigned bits = sim_bits(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return (unsigned short)((bits >> 16) | 0x40u);
  return (unsigned short)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

static inline float sim_from_f16(unsigned short bits) {
  unsigned sign = (unsigned)(bits & 0x8000u) << 16;
  unsigned rest = bits & 0x7fffu;
  if (rest >= 0x7c00u) return sim_float(sign | 0x7f800000u | ((rest & 0x3ffu) << 13));
  // As float32 with its exponent 112 too low: the multiplication is exact, and gives those below 2^-14 too.
  return sim_float(sign | sim_bits(sim_float(rest << 13) * 0x1p112f));
}

static inline unsigned short sim_to_f16(float value) {
  unsigned bits = sim_bits(value);
  unsigned sign = (bits >> 16) & 0x8000u;
  unsigned rest = bits & 0x7fffffffu;
  if (rest > 0x7f800000u) return (unsigned short)(sign | 0x7e00u);
  // 65520 is the first that rounds to infinity.
  if (rest >= 0x477ff000u) return (unsigned short)(sign | 0x7c00u);
  if (rest < 0x38800000u) {
    // Below 2^-14: adding 0.5 puts the last place of the result where a unit of 2^-24 is.
    float shifted = sim_float(rest) + 0.5f;
    return (unsigned short)(sign | (sim_bits(shifted) - 0x3f000000u));
  }
  return (unsigned short)(sign | ((rest + 0xfffu + ((rest >> 13) & 1u) - 0x38000000u) >> 13));
}
