/**
 * Kernel → CUDA C that includes nothing: a device function with the kernel's work, and the `extern "C"` kernel that calls it for its own block. A
 * persistent kernel calls the same function. The text depends on nothing but the kernel and its name; `cudaHeader` stands in front of any number of them.
 */
import { bug } from "../../../src/base/assert.js";
import type { Kernel, KernelExpr, KernelStatement } from "../../../src/kernel/kernel.js";
import { binaryRules, unaryRules } from "./ops.js";
import { mathText } from "./prelude.js";
import { primitivesText } from "./primitives.js";
import { argumentName, elementNames, printLiteral, printName, sharedBytes, typeNames, typesText } from "./types.js";

export { elementNames } from "./types.js";

/** A module uses some of the header's functions: nvcc would warn of each of the others that it is never referenced. */
const quietText = `#ifdef __CUDACC__
#pragma nv_diag_suppress 177
#endif
`;

/** In front of every module: types, primitives of the device (not with `MSZ_ON_CPU`), the functions of the kernel IR. */
export function cudaHeader(): string {
  return `${quietText}${typesText}${primitivesText}${mathText}`;
}

/** Bytes of shared memory of a block. */
export function sharedSize(kernel: Kernel): number {
  return kernel.arrays.reduce((sum, a) => sum + sharedBytes(a), 0);
}

/**
 * Bindings of the kernel, not of its function, are `__restrict__`: no launch has what it writes under another binding too, and nobody else writes meanwhile what it reads. In
 * a persistent kernel, memory that one step reads another has written.
 * @param name a C identifier that no C library has, unique in its module
 */
export function printCuda(kernel: Kernel, name: string): string {
  const printer = new Printer(kernel);
  const body = printer.block(kernel.body, "  ");
  const parameters = (apart: string): string[] => kernel.bindings.map((b) => `${b.access === "read" ? "const " : ""}${elementNames[b.type]}*${apart} ${printName(b.name)}`);
  const numbers = Array.from({ length: kernel.arguments ?? 0 }, (_, index) => argumentName(index));
  const given = numbers.map((number) => `u32 ${number}`);
  const shared = sharedSize(kernel);
  const passed = ["extents", "slots", "blockIdx.x", "blockIdx.y", "blockIdx.z", "gridDim.x", shared > 0 ? "shared" : "nullptr", ...numbers, ...kernel.bindings.map((b) => printName(b.name))];
  const lines = [
    `static __device__ __forceinline__ void ${name}_body(${["const Extents& extents", "const u32* slots", ...places.map((place) => `u32 ${place}`), "unsigned char* shared", ...given, ...parameters("")].join(", ")}) {`,
    ...(printer.readsSlots ? ["  const u32 slots_in_use = *slots;"] : []),
    ...arrays(kernel),
    ...body,
    "}",
    `extern "C" __global__ void __launch_bounds__(${kernel.threads}${printer.multiplies && kernel.threads === 256 ? ", 2" : ""}) ${name}(${["const Extents extents", "const u32* slots", ...given, ...parameters(" __restrict__")].join(", ")}) {`,
    ...(shared > 0 ? [`  __shared__ __align__(16) unsigned char shared[${shared}];`] : []),
    `  ${name}_body(${passed.join(", ")});`,
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

const places = ["workgroup_x", "workgroup_y", "workgroup_z", "grid_x"] as const;

/** Shared ones lie one behind the other in the block's memory. */
function arrays(kernel: Kernel): string[] {
  let offset = 0;
  return kernel.arrays.map((array) => {
    const { name, type, length, space } = array;
    if (space === "thread") return `  ${typeNames[type]} ${printName(name)}[${length}];`;
    const at = offset;
    offset += sharedBytes(array);
    return `  ${typeNames[type]}* const ${printName(name)} = reinterpret_cast<${typeNames[type]}*>(shared + ${at});`;
  });
}

class Printer {
  /** Known when the body is printed. */
  readsSlots = false;
  /** Has matrix units work: with registers for two blocks of 256 threads, for one loads while the other multiplies. */
  multiplies = false;

  constructor(private readonly kernel: Kernel) {}

  block(statements: readonly KernelStatement[], indent: string): string[] {
    return statements.flatMap((s) => this.statement(s, indent));
  }

  private statement(s: KernelStatement, indent: string): string[] {
    const deeper = `${indent}  `;
    switch (s.kind) {
      case "let":
        return [`${indent}const ${typeNames[s.value.type]} ${printName(s.name)} = ${this.top(s.value)};`];
      case "var":
        return [`${indent}${typeNames[s.value.type]} ${printName(s.name)} = ${this.top(s.value)};`];
      case "assign":
        return [`${indent}${printName(s.name)} = ${this.top(s.value)};`];
      case "store":
        return [`${indent}${this.element(s.binding, s.index)} = ${this.stored(s.binding, this.top(s.value))};`];
      case "store_array":
        return [`${indent}${printName(s.array)}[${this.top(s.index)}] = ${this.top(s.value)};`];
      case "break":
        return [`${indent}break;`];
      case "barrier":
        // Orders accesses of all memory among the threads that meet here.
        return [`${indent}workgroup_barrier(${this.kernel.threads}u);`];
      case "mma":
        this.multiplies = true;
        return [`${indent}mma_${s.of}(${[...s.sums.map(printName), ...[...s.a, ...s.b].map((e) => this.top(e))].join(", ")});`];
      case "load_blocks": {
        const names = s.names.map(printName).join(", ");
        return [`${indent}u32 ${names};`, `${indent}load_blocks${s.transposed ? "_transposed" : ""}(${names}, &${printName(s.array)}[${this.top(s.index)}]);`];
      }
      case "copy_async":
        return [`${indent}copy_async(&${printName(s.array)}[${this.top(s.to)}], &${this.element(s.binding, s.from)}, ${s.when ? this.top(s.when) : "true"});`];
      case "copy_commit":
        return [`${indent}copy_commit();`];
      case "copy_wait":
        return [`${indent}copy_wait<${s.left}u>();`];
      case "if": {
        const lines = [`${indent}if (${this.top(s.condition)}) {`, ...this.block(s.then, deeper)];
        if (s.else) lines.push(`${indent}} else {`, ...this.block(s.else, deeper));
        return [...lines, `${indent}}`];
      }
      case "for": {
        const name = printName(s.name);
        const head = `for (u32 ${name} = ${this.top(s.from)}; ${name} < ${this.expr(s.to)}; ${name} += ${this.top(s.step)}) {`;
        return [...(s.unroll ? [`${indent}#pragma unroll`] : []), `${indent}${head}`, ...this.block(s.body, deeper), `${indent}}`];
      }
    }
  }

  /** Where nothing stands around the expression, its outer parentheses go. */
  private top(e: KernelExpr): string {
    const text = this.expr(e);
    return e.kind === "binary" && text.startsWith("(") && text.endsWith(")") && !text.startsWith("(i32)") ? text.slice(1, -1) : text;
  }

  private expr(e: KernelExpr): string {
    switch (e.kind) {
      case "constant":
        return printLiteral(e.type, e.value);
      case "variable":
        return printName(e.name);
      case "builtin":
        return e.name === "thread" ? "threadIdx.x" : e.name;
      case "extent":
        if (e.name !== "S") return `extents.${e.name}`;
        this.readsSlots = true;
        return "slots_in_use";
      case "argument":
        return argumentName(e.index);
      case "unary":
        return unaryRules[e.fn](this.expr(e.a), e.type);
      case "binary":
        return binaryRules[e.fn](this.expr(e.a), this.expr(e.b), e.a.type, e.b);
      case "fma":
        return `op_fma(${this.top(e.a)}, ${this.top(e.b)}, ${this.top(e.c)})`;
      case "select":
        return `(${this.expr(e.condition)} ? ${this.expr(e.a)} : ${this.expr(e.b)})`;
      case "cast":
        return this.cast(e);
      case "bitcast":
        return this.bitcast(e);
      case "vector":
        return e.parts.length === 1 ? `splat(${this.top(e.parts[0]!)})` : `vec4f{${e.parts.map((p) => this.top(p)).join(", ")}}`;
      case "component":
        return `${this.expr(e.a)}.${"xyzw"[e.index]}`;
      case "pack":
        return `pair_${e.to}(${this.top(e.a)}, ${this.top(e.b)})`;
      case "unpack":
        return `${e.from}_to_f32((u16)${e.half === 0 ? this.expr(e.a) : `(${this.expr(e.a)} >> 16u)`})`;
      case "shuffle_xor":
        return `shuffle_xor(${this.top(e.a)}, ${e.mask}u)`;
      case "load":
        return this.loaded(e.binding, this.element(e.binding, e.index));
      case "load_array":
        return `${printName(e.array)}[${this.top(e.index)}]`;
    }
  }

  private cast(e: Extract<KernelExpr, { kind: "cast" }>): string {
    const saturates = e.a.type === "f32" && (e.type === "i32" || e.type === "u32");
    return saturates ? `${e.type}_of(${this.top(e.a)})` : `${typeNames[e.type]}(${this.top(e.a)})`;
  }

  private bitcast(e: Extract<KernelExpr, { kind: "bitcast" }>): string {
    if (e.type === "f32") return e.a.type === "f32" ? this.expr(e.a) : `f32_of_bits(${e.a.type === "i32" ? `u32(${this.top(e.a)})` : this.top(e.a)})`;
    if (e.a.type !== "f32") return `${e.type}(${this.top(e.a)})`;
    return e.type === "u32" ? `bits_of(${this.top(e.a)})` : `i32(bits_of(${this.top(e.a)}))`;
  }

  private element(binding: number, index: KernelExpr): string {
    const { name } = this.kernel.bindings[binding] ?? bug(`${this.kernel.name} has no binding ${binding}`);
    return `${printName(name)}[${this.top(index)}]`;
  }

  private loaded(binding: number, element: string): string {
    switch (this.kernel.bindings[binding]?.type) {
      case "f16": return `f16_to_f32(${element})`;
      case "bf16": return `bf16_to_f32(${element})`;
      case "vec4h": return `vector_of_f16(${element})`;
      case "vec4b": return `vector_of_bf16(${element})`;
      default: return element;
    }
  }

  private stored(binding: number, value: string): string {
    switch (this.kernel.bindings[binding]?.type) {
      case "f16": return `f32_to_f16(${value})`;
      case "bf16": return `f32_to_bf16(${value})`;
      case "vec4h": return `pairs_of_f16(${value})`;
      case "vec4b": return `pairs_of_bf16(${value})`;
      default: return value;
    }
  }
}
