/** `msz bind`: a typed module for a plan. */
import { writeFileWhole } from "../files.js";
import { note } from "../report.js";
import { openPlan } from "../session.js";
import { bindPlan, className } from "../bind/bind.js";

export function bind(file: string, options: { out: string; set?: Readonly<Record<string, string>> }): void {
  const { plan } = openPlan(file, { set: options.set, targets: [] });
  writeFileWhole(options.out, bindPlan(plan, file));
  note(`${options.out}: class ${className(plan)}`);
}
