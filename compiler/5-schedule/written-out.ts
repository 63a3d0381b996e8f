/** A launch → the same for a target without launch arguments: the numbers stand in the kernel. */
import { bug } from "../../src/base/assert.js";
import { binary, u } from "../../src/kernel/build.js";
import type { KernelExpr, KernelStatement, Launch } from "../../src/kernel/kernel.js";

export function writtenOut(launch: Launch): Launch {
  const { arguments: numbers, ...others } = launch;
  if (!numbers) return launch;
  const { arguments: _, ...kernel } = launch.kernel;
  return { ...others, kernel: { ...kernel, body: writeAll(kernel.body, numbers) } };
}

/** Statements and expressions are plain data, so that none has to be named here; what holds no argument stays the same object. */
function writeAll<T extends Part>(part: T, numbers: readonly number[]): T {
  if (typeof part !== "object") return part;
  if (isExpr(part)) {
    if (part.kind === "argument") return u(numbers[part.index] ?? bug(`no argument ${part.index}`)) as T & KernelExpr;
    if (part.kind === "binary") {
      const [a, b] = [writeAll(part.a, numbers), writeAll(part.b, numbers)];
      // As if it had been made of the number.
      return a === part.a && b === part.b ? part : (binary(part.fn, a, b) as T & KernelExpr);
    }
  }
  const entries = Object.entries(part) as [string, Part][];
  const written = entries.map(([key, inner]): [string, Part] => [key, writeAll(inner, numbers)]);
  if (written.every(([, inner], at) => inner === entries[at]![1])) return part;
  return (Array.isArray(part) ? written.map(([, inner]) => inner) : Object.fromEntries(written)) as T;
}

type Part = string | number | boolean | KernelStatement | KernelExpr | readonly Part[];

function isExpr(part: object): part is KernelExpr {
  return "kind" in part && "type" in part;
}
