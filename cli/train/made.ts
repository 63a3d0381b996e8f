/**
 * What a run is made with: what must be the same for its checkpoint to go on exactly, and what the command line said, which a checkpoint
 * keeps so that `--resume` alone goes on.
 */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { MszError, type BackendName } from "../../runtime/index.js";
import { printGraph } from "../../src/graph/print.js";
import type { Graph } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import type { Plan } from "../../src/plan/plan.js";
import type { Settings } from "./settings.js";

/** Of the command line's options those that a run is made with. */
export interface RunOptions {
  readonly corpus?: readonly string[];
  readonly heldOut?: readonly string[];
  readonly steps?: number;
  readonly batch?: number;
  readonly batchTokens?: number;
  readonly seed?: number;
  readonly saveEvery?: number;
  readonly backend?: BackendName;
  readonly set?: Readonly<Record<string, string>>;
  readonly chunk?: number;
}

/** As a checkpoint keeps them: files by their whole path, for `--resume` may be called from elsewhere. */
export function keptOptions({ corpus, heldOut, steps, batch, batchTokens, seed, saveEvery, backend, set, chunk }: RunOptions): RunOptions {
  const isShare = heldOut?.length === 1 && Number.isFinite(Number(heldOut[0]));
  const all = {
    corpus: corpus?.map((file) => resolve(file)), heldOut: isShare ? heldOut : heldOut?.map((file) => resolve(file)),
    steps, batch, batchTokens, seed, saveEvery, backend, set, chunk,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** By name, as text. `computation` stands for what has no name of its own here: mixers, activations, their arguments. */
export function madeWith(parts: { plan: Plan; model: Model; graphs: readonly Graph[]; settings: Settings; chunk: number | undefined; fingerprint: string }): Record<string, string> {
  const { plan, model, graphs, settings, chunk, fingerprint } = parts;
  const { corpus: _, heldOut: __, evaluateEvery: ___, ...train } = model.train;
  const { dropout, attentionDropout, activationDropout, layerDrop } = model;
  const named = { ...train, ...plan.training!, dropout, attentionDropout, activationDropout, layerDrop };
  return {
    model: plan.model.name,
    parameters: plan.parameters.map((p) => `${p.name} ${p.shape.join("x")}`).join(", "),
    ...(settings.kind === "text" ? { context: String(settings.window) } : {}),
    ...(chunk === undefined ? {} : { chunk: String(chunk) }),
    ...Object.fromEntries(Object.entries(named).map(([name, value]) => [specName(name), textOf(value)])),
    corpus: fingerprint,
    held_out: typeof settings.heldOut === "number" ? String(settings.heldOut) : "files",
    computation: hashOf(graphs.filter((g) => g.entry === "train" || g.entry === "accumulate").map(printGraph).join("\n")),
  };
}

/** @throws MszError `other-run`, naming all that differs */
export function checkSame(checkpoint: { readonly made: Readonly<Record<string, string>>; readonly step: number }, now: Readonly<Record<string, string>>, folder: string): void {
  const { made, step } = checkpoint;
  const other = [...new Set([...Object.keys(made), ...Object.keys(now)])].filter((name) => made[name] !== now[name]);
  if (other.length === 0) return;
  // Whatever else differs changes the computation too.
  const told = other.length > 1 ? other.filter((name) => name !== "computation") : other;
  const list = told.map((name) => `\n  - ${name === "computation" ? "what the model computes is not the same" : differenceOf(name, made[name] ?? "nothing", now[name] ?? "nothing")}`).join("");
  throw new MszError("other-run", `the checkpoint in \`${folder}\` (step ${step}) belongs to another run:${list}`, {
    hint: "resume with the spec, the corpus and the options that the run began with, or begin anew with `--out` and, from these weights, `--weights`",
  });
}

function differenceOf(name: string, then: string, now: string): string {
  if (name === "corpus") return "corpus: other tokens";
  if (name !== "parameters") return `${name}: ${then} then, ${now} now`;
  const [before, after] = [then.split(", "), now.split(", ")];
  const only = (a: readonly string[], b: readonly string[]): string => {
    const found = a.filter((p) => !b.includes(p));
    return found.length === 0 ? "none of these" : found[0]! + (found.length > 1 ? ` and ${found.length - 1} more` : "");
  };
  return `parameters: ${only(before, after)} then, ${only(after, before)} now`;
}

/** `labelSmoothing` → `label_smoothing`, as a spec says it. */
function specName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `adamw(rate: 0.001, betas: [0.9, 0.98])`, as a spec says it. */
function textOf(value: unknown): string {
  if (typeof value !== "object" || value === null || !("kind" in value)) return String(value);
  const { kind, ...rest } = value as { kind: string } & Record<string, unknown>;
  return `${kind}(${Object.entries(rest).map(([name, v]) => `${name}: ${Array.isArray(v) ? `[${v.join(", ")}]` : String(v)}`).join(", ")})`;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
