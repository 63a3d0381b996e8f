/**
 * The only code that trusts a file: anything goes in, a Plan comes out or an MszError (`plan-not-a-plan`, `plan-version`,
 * `plan-invalid` with the place). First the schema (ajv's code for it, made ahead), then what a schema cannot say: indices,
 * lifetimes, names, the fixed contract.
 */
import type { ErrorObject } from "ajv";
import { MszError } from "../base/error.js";
import { checkContract } from "./check-contract.js";
import { checkCuda } from "./check-cuda.js";
import { checkTables } from "./check-tables.js";
import { checkTfjs } from "./check-tfjs.js";
import { checkTraining } from "./check-training.js";
import { checkWgsl } from "./check-wgsl.js";
import { planFormat, planVersion, type Plan } from "./plan.js";
import { invalid } from "./problem.js";
import { matchesSchema } from "./schema-check.generated.js";

export function validatePlan(value: unknown): Plan {
  checkHeader(value);
  if (!matchesSchema(value)) {
    const error = matchesSchema.errors![0]!;
    invalid(pathOf(error.instancePath), factOf(error));
  }
  const plan = value as Plan;
  checkTables(plan);
  checkContract(plan);
  checkTraining(plan);
  if (plan.targets.wgsl) checkWgsl(plan, plan.targets.wgsl);
  if (plan.targets.cuda) checkCuda(plan, plan.targets.cuda);
  if (plan.targets.tfjs) checkTfjs(plan, plan.targets.tfjs);
  return plan;
}

function checkHeader(value: unknown): void {
  const isPlan = typeof value === "object" && value !== null && (value as { format?: unknown }).format === planFormat;
  if (!isPlan) {
    throw new MszError("plan-not-a-plan", "this is not an msz plan", {
      reason: `a plan is a JSON object whose \`format\` is "${planFormat}"`,
      hint: "`msz compile FILE -o DIR` writes one",
    });
  }
  const { version } = value as { version?: unknown };
  if (typeof version === "number" && Number.isSafeInteger(version) && version > 0 && version !== planVersion) {
    throw new MszError("plan-version", `this plan needs an msz that reads plans of version ${version}; this one reads version ${planVersion}`, {
      hint: version > planVersion ? "update msz, or compile the spec again with this one" : "compile the spec again with this msz",
    });
  }
}

/** `/targets/wgsl/kernels/3/name` → `targets.wgsl.kernels[3].name`. */
function pathOf(pointer: string): string {
  const parts = pointer.split("/").slice(1).map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"));
  return parts.map((part, i) => (/^\d+$/.test(part) ? `[${part}]` : i === 0 ? part : `.${part}`)).join("") || "the plan itself";
}

function factOf(error: ErrorObject): string {
  const { params, message = "is not valid" } = error as { params: Record<string, unknown>; message?: string };
  if (error.keyword === "additionalProperties") return `has a field \`${String(params.additionalProperty)}\` that version ${planVersion} does not know`;
  if (error.keyword === "enum") return `${message}: ${(params.allowedValues as unknown[]).join(", ")}`;
  if (error.keyword === "const") return `must be ${JSON.stringify(params.allowedValue)}`;
  return message;
}
