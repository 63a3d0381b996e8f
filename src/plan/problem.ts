/** How a plan that is not valid is reported: where, what, and why it matters. */
import { MszError } from "../base/error.js";

/** `path` is like `targets.wgsl.entries.decode.dispatches[3].kernel`. */
export function invalid(path: string, fact: string, reason?: string): never {
  throw new MszError("plan-invalid", `the plan is not valid: \`${path}\` ${fact}`, {
    ...(reason ? { reason } : {}),
    hint: "compile the spec again; a plan is not meant to be edited by hand",
  });
}

export function expectIndex(path: string, index: number, list: { readonly length: number }, what: string): void {
  if (index >= list.length) invalid(path, `is ${index}, but there are ${list.length} ${what}`);
}

export function expectUnique(path: string, names: readonly string[]): void {
  const seen = new Set<string>();
  names.forEach((name, i) => {
    if (seen.has(name)) invalid(`${path}[${i}]`, `repeats the name \`${name}\``);
    seen.add(name);
  });
}
