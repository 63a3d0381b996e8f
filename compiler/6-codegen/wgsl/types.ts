/** Types, literals and names as WGSL writes them. */
import type { Kernel, KernelBinding, KernelType } from "../../../src/kernel/kernel.js";
import type { Prelude } from "./prelude.js";

export const typeNames: { readonly [T in KernelType]: string } = { f32: "f32", i32: "i32", u32: "u32", bool: "bool", vec4f: "vec4f", vec4u: "vec4u" };

/** Never printed: kernels made for WGSL have no such element. */
const noElement = "bfloat16";

export const elementNames: { readonly [T in KernelBinding["type"]]: string } = { f32: "f32", i32: "i32", u32: "u32", vec4f: "vec4f", vec4u: "vec4u", f16: "f16", vec4h: "vec4h", bf16: noElement, vec4b: noElement };

/** Whether a device must have `shader-f16` to run it. */
export function usesHalf(kernel: Kernel): boolean {
  return kernel.bindings.some(({ type }) => type === "f16" || type === "vec4h");
}

/** A literal with exactly this value. WGSL has no infinity and no NaN at compile time: the prelude makes them at run time. */
export function printLiteral(type: KernelType, value: number | boolean, prelude: Prelude): string {
  if (typeof value === "boolean") return String(value);
  switch (type) {
    case "bool":
      return String(value !== 0);
    case "u32":
      return `${value >>> 0}u`;
    case "i32":
      if (value === -2147483648) return "bitcast<i32>(0x80000000u)";
      return value < 0 ? `(${value}i)` : `${value}i`;
    case "f32":
      return printFloat(value, prelude);
    case "vec4f":
      return `vec4f(${printFloat(value, prelude)})`;
    case "vec4u":
      return `vec4u(${value >>> 0}u)`;
  }
}

function printFloat(value: number, prelude: Prelude): string {
  if (Number.isNaN(value)) return `${prelude.use("op_nan")}()`;
  if (!Number.isFinite(value)) return value > 0 ? `${prelude.use("op_infinity")}()` : `(-${prelude.use("op_infinity")}())`;
  const digits = shortest(Math.fround(value));
  const text = /[.e]/.test(digits) ? digits : `${digits}.0`;
  return value < 0 || Object.is(value, -0) ? `(-${text}f)` : `${text}f`;
}

const largest = 3.4028234663852886e38;

/** The fewest digits of |value| that read back as the same float32. The largest must not be rounded up: WGSL refuses what lies above. */
function shortest(value: number): string {
  const magnitude = Math.abs(value);
  for (let digits = 1; digits <= 9; digits++) {
    const text = String(Number(magnitude.toPrecision(digits)));
    if (Math.fround(Number(text)) === magnitude && Number(text) <= largest) return text.replace("e+", "e");
  }
  return String(magnitude).replace("e+", "e");
}

/** Words that a name in a kernel must not be: WGSL's own, and the built-in functions that the printer calls. */
const taken: ReadonlySet<string> = new Set([
  ..."alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if let loop override requires return struct switch true var while".split(" "),
  ..."active as auto class default do each enum export extern filter final finally from get goto handle impl import in interface layout macro match meta mod module mut new null of operator package pass private pub public ref require self set shared static super target template this throw trait try type typedef typeof union unless use using virtual where with yield".split(" "),
  ..."abs bitcast clamp exp floor fma inverseSqrt log max min select sqrt tanh array bool f32 i32 u32 vec4f f16 vec4h pow exp2 log2 round".split(" "),
  ..."once extents workgroup_id thread_index workgroup_count main Extents".split(" "),
]);

export function printName(name: string): string {
  return taken.has(name) ? `${name}_` : name;
}
