/** `msz bind`: a typed module for a plan. */
import { MszError } from "../../src/base/error.js";
import { refuseSameFile, writeFileWhole } from "../files.js";
import { note } from "../report.js";
import { openPlan } from "../session.js";
import { bindPlan, className } from "../bind/bind.js";

export function bind(file: string, options: { out: string; set?: Readonly<Record<string, string>> }): void {
  if (!options.out.endsWith(".ts")) throw new MszError("bad-option", `\`--out\` takes a TypeScript file, not \`${options.out}\``, { hint: "end its name in .ts" });
  refuseSameFile(options.out, "--out", [file]);
  const { plan } = openPlan(file, { set: options.set, targets: [] });
  writeFileWhole(options.out, bindPlan(plan, file));
  note(`${options.out}: class ${className(plan)}`);
}
