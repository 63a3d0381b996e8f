/**
 * Kernel → WGSL text. Binding 0 is the uniform block of the call's extents, bindings 1… are the kernel's, in order.
 * The text depends on nothing but the kernel, so that equal kernels of many layers are one.
 */
import { bug } from "../../../src/base/assert.js";
import type { Kernel, KernelArray, KernelExpr, KernelStatement } from "../../../src/kernel/kernel.js";
import { binaryRules, unaryRules } from "./ops.js";
import { PreludeText } from "./prelude.js";
import { elementNames, printLiteral, printName, typeNames, usesHalf } from "./types.js";

export { usesHalf } from "./types.js";

const builtins = {
  workgroup_x: "workgroup_id.x",
  workgroup_y: "workgroup_id.y",
  workgroup_z: "workgroup_id.z",
  thread: "thread_index",
  grid_x: "workgroup_count.x",
} as const;

/** 32 bytes: a uniform block is a multiple of 16. */
const extentsStruct = "struct Extents { B: u32, T: u32, N: u32, S: u32, C: u32, E: u32, M: u32, pad0: u32 }";

export function printWgsl(kernel: Kernel): string {
  const printer = new Printer(kernel);
  const body = printer.block(kernel.body, "  ");
  const declare = (a: KernelArray): string => `${printName(a.name)}: array<${typeNames[a.type]}, ${a.length}>;`;
  const shared = kernel.arrays.filter((a) => a.space === "workgroup").map((a) => `var<workgroup> ${declare(a)}`);
  const own = kernel.arrays.filter((a) => a.space === "thread").map((a) => `  var ${declare(a)}`);
  const lines = [
    `// ${kernel.name}`,
    ...(usesHalf(kernel) ? ["enable f16;"] : []),
    extentsStruct,
    "@group(0) @binding(0) var<uniform> extents: Extents;",
    ...kernel.bindings.map((b, at) => `@group(0) @binding(${at + 1}) var<storage, ${b.access}> ${printName(b.name)}: array<${elementNames[b.type]}>;`),
    ...shared,
    ...printer.prelude.print(),
    `@compute @workgroup_size(${kernel.threads})`,
    "fn main(@builtin(workgroup_id) workgroup_id: vec3u, @builtin(local_invocation_index) thread_index: u32, @builtin(num_workgroups) workgroup_count: vec3u) {",
    ...own,
    ...(printer.hidesBounds ? ["  let once = min(extents.T, 1u);"] : []),
    ...body,
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

/** Loops of so many turns may be written out by whoever likes to. */
const fewTurns = 4;

class Printer {
  readonly prelude = new PreludeText();
  hidesBounds = false;
  private readonly own: ReadonlySet<string>;

  constructor(private readonly kernel: Kernel) {
    this.own = new Set(kernel.arrays.filter((a) => a.space === "thread").map((a) => a.name));
  }

  block(statements: readonly KernelStatement[], indent: string): string[] {
    return statements.flatMap((s) => this.statement(s, indent));
  }

  private statement(s: KernelStatement, indent: string): string[] {
    const deeper = `${indent}  `;
    switch (s.kind) {
      case "let":
        return [`${indent}let ${printName(s.name)} = ${this.top(s.value)};`];
      case "var":
        return [`${indent}var ${printName(s.name)} = ${this.top(s.value)};`];
      case "assign":
        return [`${indent}${printName(s.name)} = ${this.top(s.value)};`];
      case "store":
        return [`${indent}${this.bindingName(s.binding)}[${this.top(s.index)}] = ${this.stored(s.binding, this.top(s.value))};`];
      case "store_array":
        return [`${indent}${printName(s.array)}[${this.top(s.index)}] = ${this.top(s.value)};`];
      case "break":
        return [`${indent}break;`];
      case "mma":
      case "load_blocks":
      case "copy_async":
      case "copy_commit":
      case "copy_wait":
        return this.foreign(s.kind);
      case "barrier":
        return [`${indent}workgroupBarrier();`, ...(s.storage ? [`${indent}storageBarrier();`] : [])];
      case "if": {
        const lines = [`${indent}if (${this.top(s.condition)}) {`, ...this.block(s.then, deeper)];
        if (s.else) lines.push(`${indent}} else {`, ...this.block(s.else, deeper));
        return [...lines, `${indent}}`];
      }
      case "for": {
        if (s.unroll) return this.unrolled(s, indent);
        const name = printName(s.name);
        const head = `for (var ${name} = ${this.top(s.from)}; ${name} < ${this.bound(s)}; ${name} += ${this.top(s.step)}) {`;
        return [`${indent}${head}`, ...this.block(s.body, deeper), `${indent}}`];
      }
    }
  }

  /**
   * Mesa writes short loops out and then compiles them for seconds (9 s where the loop takes 1 s), so their length is hidden behind
   * a 1 that only the call knows: T is never 0. Loops over a thread's own arrays stay open, because written out they become registers.
   */
  private bound(s: Extract<KernelStatement, { kind: "for" }>): string {
    const [from, to, step] = [s.from, s.to, s.step].map((e) => (e.kind === "constant" ? Number(e.value) : NaN)) as [number, number, number];
    if (!((to - from) / step > fewTurns) || usesArrays(s.body, this.own)) return this.expr(s.to);
    this.hidesBounds = true;
    return `${this.expr(s.to)} * once`;
  }

  private unrolled(s: Extract<KernelStatement, { kind: "for" }>, indent: string): string[] {
    const [from, to, step] = [s.from, s.to, s.step].map((e) => (e.kind === "constant" ? Number(e.value) : bug(`an unrolled loop without constants in ${this.kernel.name}`)));
    const lines: string[] = [];
    for (let at = from!; at < to!; at += step!) {
      lines.push(`${indent}{`, `${indent}  const ${printName(s.name)} = ${at}u;`, ...this.block(s.body, `${indent}  `), `${indent}}`);
    }
    return lines;
  }

  /** Where nothing stands around the expression, its outer parentheses go. */
  private top(e: KernelExpr): string {
    const text = this.expr(e);
    return e.kind === "binary" && text.startsWith("(") ? text.slice(1, -1) : text;
  }

  private expr(e: KernelExpr): string {
    switch (e.kind) {
      case "constant":
        return printLiteral(e.type, e.value, this.prelude);
      case "variable":
        return printName(e.name);
      case "builtin":
        return builtins[e.name];
      case "extent":
        return `extents.${e.name}`;
      case "argument":
        return bug(`${this.kernel.name} has launch arguments, which WebGPU has not`);
      case "unary":
        return unaryRules[e.fn](this.expr(e.a), e.type, this.prelude);
      case "binary":
        return binaryRules[e.fn](this.expr(e.a), this.expr(e.b), e.type, this.prelude);
      case "fma":
        return `fma(${this.top(e.a)}, ${this.top(e.b)}, ${this.top(e.c)})`;
      case "select":
        return `select(${this.top(e.b)}, ${this.top(e.a)}, ${this.top(e.condition)})`;
      case "cast":
        return `${typeNames[e.type]}(${this.top(e.a)})`;
      case "bitcast":
        return `bitcast<${typeNames[e.type]}>(${this.top(e.a)})`;
      case "vector":
        return `vec4f(${e.parts.map((p) => this.top(p)).join(", ")})`;
      case "component":
        return `${this.expr(e.a)}.${"xyzw"[e.index]}`;
      case "load":
        return this.loaded(e.binding, `${this.bindingName(e.binding)}[${this.top(e.index)}]`);
      case "pack":
      case "unpack":
      case "shuffle_xor":
        return this.foreign(e.kind);
      case "load_array":
        return `${printName(e.array)}[${this.top(e.index)}]`;
    }
  }

  private loaded(binding: number, element: string): string {
    const type = this.kernel.bindings[binding]?.type;
    return type === "f16" ? `f32(${element})` : type === "vec4h" ? `vec4f(${element})` : element;
  }

  private stored(binding: number, value: string): string {
    const type = this.kernel.bindings[binding]?.type;
    return type === "f16" ? `${this.prelude.use("op_half")}(${value})` : type === "vec4h" ? `${this.prelude.use("op_half4")}(${value})` : value;
  }

  /** Kernels are made for their target, and this one lacks it. */
  private foreign(kind: string): never {
    return bug(`${this.kernel.name} has ${kind}, which is none of WGSL's`);
  }

  private bindingName(binding: number): string {
    return printName((this.kernel.bindings[binding] ?? bug(`${this.kernel.name} has no binding ${binding}`)).name);
  }
}

/** Whether statements read or write one of the arrays. */
function usesArrays(body: readonly KernelStatement[], arrays: ReadonlySet<string>): boolean {
  if (arrays.size === 0) return false;
  const text = JSON.stringify(body, (key, value: unknown) => (key === "array" && arrays.has(String(value)) ? "@own" : value));
  return text.includes('"array":"@own"');
}
