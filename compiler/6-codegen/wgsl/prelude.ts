/**
 * Functions that WGSL lacks or that adapters compute badly: tanh is NaN far out on SwiftShader, sin and cos are promised
 * to 2^-11 only, exp to a few units of 1e-6. A kernel carries those it uses, and those that they use, in the order below.
 */
import { bug } from "../../../src/base/assert.js";

export interface Prelude {
  /** Notes that the function is needed; gives its name. */
  use(name: string): string;
}

interface PreludeFunction {
  readonly uses: readonly string[];
  readonly text: string;
}

/** In an order in which each stands after those it uses. */
const functions: Readonly<Record<string, PreludeFunction>> = {
  // A variable keeps the compiler from evaluating the bits, which it would refuse.
  op_infinity: { uses: [], text: `fn op_infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}` },
  op_nan: { uses: [], text: `fn op_nan() -> f32 {
  var bits = 0x7fc00000u;
  return bitcast<f32>(bits);
}` },
  // Series on [-π/4, π/4]: the first term left out is below 2e-8.
  op_quarter_wave: { uses: [], text: `fn op_quarter_wave(angle: f32, quarter: u32) -> f32 {
  let z = angle * angle;
  let sine = angle + angle * z * (-0.16666667f + z * (0.008333333f + z * (-0.0001984127f + z * 2.7557319e-6f)));
  let cosine = 1.0f + z * (-0.5f + z * (0.041666667f + z * (-0.0013888889f + z * 2.4801587e-5f)));
  let value = select(sine, cosine, (quarter & 1u) == 1u);
  return select(value, -value, (quarter & 2u) == 2u);
}` },
  // A turn is 2^32: the nearest quarter and the signed rest are exact.
  op_sin_turns: { uses: ["op_quarter_wave"], text: `fn op_sin_turns(turns: u32) -> f32 {
  let quarter = (turns + 0x20000000u) >> 30u;
  let rest = bitcast<i32>(turns - (quarter << 30u));
  return op_quarter_wave(f32(rest) * 1.4629181e-9f, quarter);
}` },
  // π/2 in three parts, the first two of few bits, so that whole multiples of them are exact.
  op_sin_shifted: { uses: ["op_quarter_wave"], text: `fn op_sin_shifted(x: f32, shift: u32) -> f32 {
  let quarters = floor(x * 0.63661977f + 0.5f);
  let rest = ((x - quarters * 1.5703125f) - quarters * 0.00048351288f) - quarters * 3.138558e-7f;
  return op_quarter_wave(rest, bitcast<u32>(i32(quarters)) + shift);
}` },
  op_sin: { uses: ["op_sin_shifted"], text: `fn op_sin(x: f32) -> f32 {
  return op_sin_shifted(x, 0u);
}` },
  op_cos: { uses: ["op_sin_shifted"], text: `fn op_cos(x: f32) -> f32 {
  return op_sin_shifted(x, 1u);
}` },
  // Past 10 the result is ±1 in float32 anyway.
  op_tanh: { uses: [], text: `fn op_tanh(x: f32) -> f32 {
  return tanh(clamp(x, -10.0f, 10.0f));
}` },
  op_sigmoid: { uses: [], text: `fn op_sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0f, x >= 0.0f) / (1.0f + e);
}` },
  // log(1 + e) keeps nothing of a small e.
  op_softplus: { uses: [], text: `fn op_softplus(x: f32) -> f32 {
  let e = exp(-abs(x));
  return max(x, 0.0f) + select(log(1.0f + e), e - 0.5f * e * e, e < 0.001f);
}` },
  op_silu: { uses: ["op_sigmoid"], text: `fn op_silu(x: f32) -> f32 {
  return x * op_sigmoid(x);
}` },
  op_elu: { uses: [], text: `fn op_elu(x: f32) -> f32 {
  let low = min(x, 0.0f);
  let series = low * (1.0f + low * (0.5f + low * (0.16666667f + low * 0.041666667f)));
  return max(x, 0.0f) + select(exp(low) - 1.0f, series, low > -0.03f);
}` },
  // 1 - erf(z) for z >= 0. erf is a polynomial in z² up to 1; up to 4 the rest of it to 1 is one in (z - 2.5) / 1.5, so that
  // the tail is not a difference of near numbers. Fitted to erf: the error is below 1.4e-7 in float32.
  op_erf_rest: { uses: [], text: `fn op_erf_rest(z: f32) -> f32 {
  let q = z * z;
  let erf = z * (1.12837913f + q * (-0.376123484f + q * (0.112803556f + q * (-0.0267161603f + q * (0.00492302924f + q * -0.000565311668f)))));
  let t = (min(z, 4.0f) - 2.5f) * 0.6666667f;
  let tail = 0.000406920608f + t * (-0.00326696874f + t * (0.0122559114f + t * (-0.0281958506f + t * (0.0436021521f + t * (-0.0463220356f
    + t * (0.0321645368f + t * (-0.00981087526f + t * (-0.00748407762f + t * (0.010797754f + t * (-0.00342565812f + t * (-0.00185160497f
    + t * 0.00112985746f)))))))))));
  return select(select(tail, 1.0f - erf, z < 1.0f), 0.0f, z >= 4.0f);
}` },
  // Near 0 the error is 1e-7 at most, as everywhere.
  op_erf: { uses: ["op_erf_rest"], text: `fn op_erf(x: f32) -> f32 {
  let size = 1.0f - op_erf_rest(abs(x));
  return select(size, -size, x < 0.0f);
}` },
  // ½x(1 + erf(x/√2))
  op_gelu: { uses: ["op_erf_rest"], text: `fn op_gelu(x: f32) -> f32 {
  let rest = op_erf_rest(abs(x) * 0.70710678f);
  return max(x, 0.0f) - 0.5f * abs(x) * rest;
}` },
  op_pcg: { uses: [], text: `fn op_pcg(value: u32) -> u32 {
  let state = value * 747796405u + 2891336453u;
  let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}` },
  op_gelu_tanh: { uses: ["op_tanh"], text: `fn op_gelu_tanh(x: f32) -> f32 {
  return 0.5f * x * (1.0f + op_tanh(0.7978846f * (x + 0.044715f * x * x * x)));
}` },
  // As pow on float64: whole exponents of any base, by squaring; NaN for other powers of a negative base.
  op_power: { uses: ["op_nan", "op_infinity"], text: `fn op_power(base: f32, exponent: f32) -> f32 {
  let size = abs(exponent);
  if (size <= 1048576.0f && floor(size) == size) {
    var left = u32(size);
    var square = base;
    var result = 1.0f;
    while (left > 0u) {
      if ((left & 1u) == 1u) {
        result *= square;
      }
      square *= square;
      left >>= 1u;
    }
    return select(result, 1.0f / result, exponent < 0.0f);
  }
  if (base == 0.0f) {
    return select(0.0f, op_infinity(), exponent < 0.0f);
  }
  let magnitude = pow(abs(base), exponent);
  if (base > 0.0f) {
    return magnitude;
  }
  if (floor(size) != size) {
    return op_nan();
  }
  // From 2^24 on every float32 is even.
  return select(magnitude, -magnitude, size < 16777216.0f && (u32(size) & 1u) == 1u);
}` },
  // 65520 is the first number that rounds to infinity. Converting it may also give 65504, as the device likes: from a float32 infinity none can.
  op_half: { uses: [], text: `fn op_half(x: f32) -> f16 {
  return f16(select(x, x * 3.0e38f, abs(x) >= 65520.0f));
}` },
  op_half4: { uses: [], text: `fn op_half4(x: vec4f) -> vec4h {
  return vec4h(select(x, x * 3.0e38f, abs(x) >= vec4f(65520.0f)));
}` },
};

export class PreludeText implements Prelude {
  private readonly used = new Set<string>();
  private readonly vectors = new Set<string>();

  use(name: string): string {
    const found = functions[name] ?? bug(`no prelude function ${name}`);
    for (const inner of found.uses) this.use(inner);
    this.used.add(name);
    return name;
  }

  /** The same function for each component of a vector. */
  useVector(name: string): string {
    this.use(name);
    this.vectors.add(name);
    return `${name}_vec4`;
  }

  print(): string[] {
    const texts = Object.entries(functions).filter(([name]) => this.used.has(name)).map(([, of]) => of.text);
    const vectors = Object.keys(functions).filter((name) => this.vectors.has(name)).map((name) => `fn ${name}_vec4(x: vec4f) -> vec4f {
  return vec4f(${name}(x.x), ${name}(x.y), ${name}(x.z), ${name}(x.w));
}`);
    return [...texts, ...vectors];
  }
}
