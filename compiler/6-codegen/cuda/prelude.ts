/**
 * The functions of the kernel IR as CUDA C, always in the header: arithmetic that C++ leaves undefined, conversions, and the mathematics, with the
 * formulas and the accuracy of WGSL's prelude. They call nothing but the C library's accurate functions, which NVRTC, nvcc and a CPU's compiler all have.
 */

/** A function of one number, and the same for each component of a vector. */
const mapped = (name: string, body: string): string => `static __device__ __forceinline__ f32 ${name}(f32 x) {
${body}
}
${eachOf(name)}`;

const eachOf = (name: string): string => `static __device__ __forceinline__ vec4f ${name}(vec4f v) {
  return vec4f{${[..."xyzw"].map((c) => `${name}(v.${c})`).join(", ")}};
}`;

const operator = (sign: string): string => `static __device__ __forceinline__ vec4f operator${sign}(vec4f a, vec4f b) {
  return vec4f{${[..."xyzw"].map((c) => `a.${c} ${sign} b.${c}`).join(", ")}};
}`;

const pairwise = (name: string): string => `static __device__ __forceinline__ vec4f ${name}(vec4f a, vec4f b) {
  return vec4f{${[..."xyzw"].map((c) => `${name}(a.${c}, b.${c})`).join(", ")}};
}`;

const extreme = (name: string, sign: string, of32: string): string => `static __device__ __forceinline__ u32 ${name}(u32 a, u32 b) { return a ${sign} b ? a : b; }
static __device__ __forceinline__ i32 ${name}(i32 a, i32 b) { return a ${sign} b ? a : b; }
static __device__ __forceinline__ f32 ${name}(f32 a, f32 b) { return ${of32}(a, b); }
${pairwise(name)}`;

const narrow = (of: "f16" | "bf16"): string => `static __device__ __forceinline__ vec4f vector_of_${of}(pairs2 v) {
  return vec4f{${["low", "high"].flatMap((half) => [`${of}_to_f32((u16)v.${half})`, `${of}_to_f32((u16)(v.${half} >> 16u))`]).join(", ")}};
}
static __device__ __forceinline__ pairs2 pairs_of_${of}(vec4f v) {
  return pairs2{pair_${of}(v.x, v.y), pair_${of}(v.z, v.w)};
}`;

export const mathText = `static __device__ __forceinline__ u32 bits_of(f32 x) {
  union { f32 number; u32 bits; } both;
  both.number = x;
  return both.bits;
}
static __device__ __forceinline__ f32 f32_of_bits(u32 x) {
  union { f32 number; u32 bits; } both;
  both.bits = x;
  return both.number;
}
/* As WGSL has them: x / 0 is x, x % 0 is 0, and the least i32 by -1 is itself. */
static __device__ __forceinline__ u32 op_divide(u32 a, u32 b) { return a / (b == 0u ? 1u : b); }
static __device__ __forceinline__ u32 op_modulo(u32 a, u32 b) { return a % (b == 0u ? 1u : b); }
static __device__ __forceinline__ i32 op_divisor(i32 a, i32 b) { return b == 0 || (b == -1 && a == -2147483647 - 1) ? 1 : b; }
static __device__ __forceinline__ i32 op_divide(i32 a, i32 b) { return a / op_divisor(a, b); }
static __device__ __forceinline__ i32 op_modulo(i32 a, i32 b) { return a % op_divisor(a, b); }
static __device__ __forceinline__ f32 op_modulo(f32 a, f32 b) {
  f32 whole = floorf(fabsf(a / b));
  return a - b * (a / b < 0.0f ? -whole : whole);
}
${pairwise("op_modulo")}
/* The fraction is cut off; what is too large gives the nearest number that there is, NaN gives 0. */
static __device__ __forceinline__ i32 i32_of(f32 x) {
  if (x >= 2147483648.0f) return 2147483647;
  if (x < -2147483648.0f) return -2147483647 - 1;
  return x == x ? (i32)x : 0;
}
static __device__ __forceinline__ u32 u32_of(f32 x) {
  if (x >= 4294967296.0f) return 4294967295u;
  return x > 0.0f ? (u32)x : 0u;
}
${["+", "-", "*", "/"].map(operator).join("\n")}
static __device__ __forceinline__ vec4f operator-(vec4f v) {
  return vec4f{-v.x, -v.y, -v.z, -v.w};
}
static __device__ __forceinline__ vec4f splat(f32 x) {
  return vec4f{x, x, x, x};
}
static __device__ __forceinline__ f32 op_fma(f32 a, f32 b, f32 c) {
  return fmaf(a, b, c);
}
static __device__ __forceinline__ vec4f op_fma(vec4f a, vec4f b, vec4f c) {
  return vec4f{fmaf(a.x, b.x, c.x), fmaf(a.y, b.y, c.y), fmaf(a.z, b.z, c.z), fmaf(a.w, b.w, c.w)};
}
/* Of a number and NaN: the number. */
${extreme("op_maximum", ">", "fmaxf")}
${extreme("op_minimum", "<", "fminf")}
${narrow("f16")}
${narrow("bf16")}
${mapped("op_exp", "  return expf(x);")}
${mapped("op_log", "  return logf(x);")}
${mapped("op_sqrt", "  return sqrtf(x);")}
${mapped("op_abs", "  return fabsf(x);")}
static __device__ __forceinline__ i32 op_abs(i32 x) { return x < 0 ? (i32)(0u - (u32)x) : x; }
${mapped("op_square", "  return x * x;")}
static __device__ __forceinline__ i32 op_square(i32 x) { return (i32)((u32)x * (u32)x); }
${mapped("op_reciprocal", "  return 1.0f / x;")}
${mapped("op_rsqrt", "  return 1.0f / sqrtf(x);")}
${mapped("op_relu", "  return fmaxf(x, 0.0f);")}
${mapped("op_tanh", "  return tanhf(x);")}
/* Series on [-pi/4, pi/4]: the first term left out is below 2e-8. */
static __device__ __forceinline__ f32 op_quarter_wave(f32 angle, u32 quarter) {
  f32 z = angle * angle;
  f32 sine = angle + angle * z * (-0.16666667f + z * (0.008333333f + z * (-0.0001984127f + z * 2.7557319e-6f)));
  f32 cosine = 1.0f + z * (-0.5f + z * (0.041666667f + z * (-0.0013888889f + z * 2.4801587e-5f)));
  f32 value = (quarter & 1u) == 1u ? cosine : sine;
  return (quarter & 2u) == 2u ? -value : value;
}
/* A turn is 2^32: the nearest quarter and the signed rest are exact. */
static __device__ __forceinline__ f32 op_sin_turns(u32 turns) {
  u32 quarter = (turns + 0x20000000u) >> 30u;
  i32 rest = (i32)(turns - (quarter << 30u));
  return op_quarter_wave((f32)rest * 1.4629181e-9f, quarter);
}
/* pi/2 in three parts, the first two of few bits, so that whole multiples of them are exact. */
static __device__ __forceinline__ f32 op_sin_shifted(f32 x, u32 shift) {
  f32 quarters = floorf(x * 0.63661977f + 0.5f);
  f32 rest = fmaf(quarters, -3.138558e-7f, fmaf(quarters, -0.00048351288f, fmaf(quarters, -1.5703125f, x)));
  return op_quarter_wave(rest, (u32)i32_of(quarters) + shift);
}
${mapped("op_sin", "  return op_sin_shifted(x, 0u);")}
${mapped("op_cos", "  return op_sin_shifted(x, 1u);")}
${mapped("op_sigmoid", `  f32 e = expf(-fabsf(x));
  return (x >= 0.0f ? 1.0f : e) / (1.0f + e);`)}
/* log(1 + e) keeps nothing of a small e. */
${mapped("op_softplus", `  f32 e = expf(-fabsf(x));
  return fmaxf(x, 0.0f) + (e < 0.001f ? e - 0.5f * e * e : logf(1.0f + e));`)}
${mapped("op_silu", "  return x * op_sigmoid(x);")}
${mapped("op_elu", `  f32 low = fminf(x, 0.0f);
  f32 series = low * (1.0f + low * (0.5f + low * (0.16666667f + low * 0.041666667f)));
  return fmaxf(x, 0.0f) + (low > -0.03f ? series : expf(low) - 1.0f);`)}
/* 1 - erf(z) for z >= 0. erf is a polynomial in z squared up to 1; up to 4 the rest of it to 1 is one in (z - 2.5) / 1.5, so that the tail is not a
   difference of near numbers. Fitted to erf: the error is below 1.4e-7. */
static __device__ __forceinline__ f32 op_erf_rest(f32 z) {
  f32 q = z * z;
  f32 near = z * (1.12837913f + q * (-0.376123484f + q * (0.112803556f + q * (-0.0267161603f + q * (0.00492302924f + q * -0.000565311668f)))));
  f32 t = (fminf(z, 4.0f) - 2.5f) * 0.6666667f;
  f32 tail = 0.0436021521f + t * (-0.0463220356f + t * (0.0321645368f + t * (-0.00981087526f + t * (-0.00748407762f + t * (0.010797754f
    + t * (-0.00342565812f + t * (-0.00185160497f + t * 0.00112985746f)))))));
  tail = 0.000406920608f + t * (-0.00326696874f + t * (0.0122559114f + t * (-0.0281958506f + t * tail)));
  return z >= 4.0f ? 0.0f : z < 1.0f ? 1.0f - near : tail;
}
/* Near 0 the error is 1e-7 at most, as everywhere. */
${mapped("op_erf", `  f32 size = 1.0f - op_erf_rest(fabsf(x));
  return x < 0.0f ? -size : size;`)}
/* x (1 + erf(x / sqrt 2)) / 2 */
${mapped("op_gelu", "  return fmaxf(x, 0.0f) - 0.5f * fabsf(x) * op_erf_rest(fabsf(x) * 0.70710678f);")}
${mapped("op_gelu_tanh", "  return 0.5f * x * (1.0f + op_tanh(0.7978846f * (x + 0.044715f * x * x * x)));")}
static __device__ __forceinline__ u32 op_pcg(u32 value) {
  u32 state = value * 747796405u + 2891336453u;
  u32 word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}
/* As on float64: whole exponents of any base, by squaring; NaN for other powers of a negative base. */
static __device__ __forceinline__ f32 op_power(f32 base, f32 exponent) {
  f32 size = fabsf(exponent);
  if (size <= 1048576.0f && floorf(size) == size) {
    u32 left = (u32)size;
    f32 square = base;
    f32 result = 1.0f;
    while (left > 0u) {
      if ((left & 1u) == 1u) result *= square;
      square *= square;
      left >>= 1u;
    }
    return exponent < 0.0f ? 1.0f / result : result;
  }
  if (base == 0.0f) return exponent < 0.0f ? f32_of_bits(0x7f800000u) : 0.0f;
  f32 magnitude = powf(fabsf(base), exponent);
  if (base > 0.0f) return magnitude;
  if (floorf(size) != size) return f32_of_bits(0x7fc00000u);
  /* From 2^24 on every float32 is even. */
  return size < 16777216.0f && ((u32)size & 1u) == 1u ? -magnitude : magnitude;
}
`;
