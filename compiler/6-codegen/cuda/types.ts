/** Types, literals and names as CUDA C writes them, and the part of the header that declares the types. */
import { bug } from "../../../src/base/assert.js";
import type { KernelArray, KernelBinding, KernelType } from "../../../src/kernel/kernel.js";
import { mathText } from "./prelude.js";
import { primitivesText } from "./primitives.js";

export const typeNames: { readonly [T in KernelType]: string } = { f32: "f32", i32: "i32", u32: "u32", bool: "bool", vec4f: "vec4f", vec4u: "vec4u" };

/** Of elements in memory. */
export const elementNames: { readonly [T in KernelBinding["type"]]: string } = {
  f32: "f32", i32: "i32", u32: "u32", vec4f: "vec4f", vec4u: "vec4u", f16: "u16", bf16: "u16", vec4h: "pairs2", vec4b: "pairs2",
};

const elementBytes: { readonly [T in KernelArray["type"]]: number } = { f32: 4, i32: 4, u32: 4, bool: 1, vec4f: 16, vec4u: 16 };

/** S is none of them: it is read from memory, so that a recorded graph need not know it. */
export const typesText = `typedef unsigned int u32;
typedef int i32;
typedef float f32;
typedef unsigned long long u64;
typedef unsigned short u16;
struct __align__(16) vec4f { f32 x, y, z, w; };
struct __align__(16) vec4u { u32 x, y, z, w; };
struct __align__(8) pairs2 { u32 low, high; };
struct Extents { u32 B, T, N, C, E, M; };
`;

/** Bytes of a block's shared memory that an array takes: so the next begins at a multiple of 16. */
export function sharedBytes(array: KernelArray): number {
  return array.space === "workgroup" ? Math.ceil((array.length * elementBytes[array.type]) / 16) * 16 : 0;
}

/** A literal with exactly this value. */
export function printLiteral(type: KernelType, value: number | boolean): string {
  if (typeof value === "boolean") return String(value);
  switch (type) {
    case "bool":
      return String(value !== 0);
    case "u32":
      return `${value >>> 0}u`;
    case "i32":
      if (value === -2147483648) return "(-2147483647 - 1)";
      return value < 0 ? `(${value})` : String(value);
    case "f32":
      return printFloat(value);
    case "vec4f": {
      const part = printFloat(value);
      return `vec4f{${part}, ${part}, ${part}, ${part}}`;
    }
    case "vec4u": {
      const part = `${value >>> 0}u`;
      return `vec4u{${part}, ${part}, ${part}, ${part}}`;
    }
  }
}

function printFloat(value: number): string {
  if (Number.isNaN(value)) return "f32_of_bits(0x7fc00000u)";
  if (!Number.isFinite(Math.fround(value))) return `f32_of_bits(${value > 0 ? "0x7f800000u" : "0xff800000u"})`;
  const digits = shortest(Math.fround(value));
  const text = /[.e]/.test(digits) ? digits : `${digits}.0`;
  return value < 0 || Object.is(value, -0) ? `(-${text}f)` : `${text}f`;
}

/** The fewest digits of |value| that read back as the same float32. */
function shortest(value: number): string {
  const magnitude = Math.abs(value);
  for (let digits = 1; digits <= 9; digits++) {
    const text = String(Number(magnitude.toPrecision(digits)));
    if (Math.fround(Number(text)) === magnitude) return text.replace("e+", "e");
  }
  return bug(`${value} has no nine digits`);
}

/** Words that a name in a kernel must not be: the language's, CUDA's, the header's, and what the printer itself declares. `linux` and `unix` are macros. */
const taken: ReadonlySet<string> = new Set([
  ..."alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class co_await co_return co_yield compl concept const const_cast consteval constexpr constinit continue decltype default delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename typeof union unsigned using virtual void volatile wchar_t while xor xor_eq".split(" "),
  ..."threadIdx blockIdx blockDim gridDim warpSize linux unix i386 major minor assert errno stdin stdout stderr signbit isnan isinf isfinite NULL EOF".split(" "),
  ..."f32 i32 u32 u16 u64 vec4f vec4u pairs2 Extents Step extents slots slots_in_use workgroup_x workgroup_y workgroup_z grid_x shared main".split(" "),
  ...[primitivesText, mathText].flatMap((text) => [...text.matchAll(/\b(\w+)\(/g)].map((found) => found[1]!)),
]);

export function printName(name: string): string {
  return taken.has(name) || /^a\d+$/.test(name) ? `${name}_` : name;
}

/** Of a number that a launch gives. */
export function argumentName(index: number): string {
  return `a${index}`;
}
