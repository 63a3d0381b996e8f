/**
 * Operands of tfjs steps: how many each takes, and which are caches (growing states as they are kept) instead of tensors. What
 * a step computes is not checked: shapes are known at a call only.
 */
import type { Plan, TfjsEntry, TfjsStep } from "./plan.js";
import { invalid } from "./problem.js";
import type { TfjsOp } from "./tfjs-ops.js";

/** How many, at least and at most; by the attrs where flags say which operands are there. */
type ByAttrs = (attrs: NonNullable<TfjsStep["attrs"]>) => number;
type Operands = number | readonly [number, number] | ByAttrs;

const flags = (base: number, ...names: readonly string[]): ByAttrs => (attrs) => base + names.filter((name) => attrs[name] === true).length;
const recurrence = (base: number, ...names: readonly string[]): ByAttrs => (attrs) =>
  flags(base, ...names)(attrs) + 2 * (typeof attrs.terms === "number" ? attrs.terms : 0) + 2 * (Array.isArray(attrs.corrections) ? attrs.corrections.length : 0);

const operands: { readonly [O in TfjsOp]: Operands } = {
  negate: 1, exp: 1, log: 1, sqrt: 1, abs: 1, sin: 1, cos: 1, tanh: 1, sigmoid: 1, softplus: 1, relu: 1, gelu: 1, gelu_tanh: 1, silu: 1, elu: 1,
  square: 1, reciprocal: 1, rsqrt: 1, to_f32: 1, erf: 1, is_finite: 1,
  add: 2, subtract: 2, multiply: 2, divide: 2, power: 2, maximum: 2, minimum: 2, equal: 2, not_equal: 2, less: 2,
  select: 3,
  input: 0, parameter: 0, state: 0, constant: 0,
  range: 0, extent: 0,
  sum: 1, max: 1, softmax: 1, softmax_gradient: 2, relu_gradient: 2, gelu_gate: 1, gelu_slope: 2, normalize: [1, 3],
  reshape: 1, transpose: 1, broadcast: 1,
  matmul: 2, matmul_per: [2, Infinity], matmul_batched: 2,
  gather: 2, join: [1, Infinity], top: 1, turn_half: 1, flip: 1, wave: 3,
  count: flags(0, "masked", "started"),
  convolve: flags(3, "started", "masked"),
  convolve_state: flags(2, "masked"),
  boundaries: recurrence(0, "started", "decayed"), boundaries_by_step: recurrence(0, "started", "decayed"),
  advance: recurrence(1, "decayed"), advance_by_step: recurrence(1, "decayed"),
  scan_read: recurrence(2, "decayed"), scan_read_by_step: recurrence(2, "decayed"),
  corrected: recurrence(0, "started", "decayed"), corrected_state: 1, corrected_read: 1,
  // A start or the state before each chunk comes first, never both.
  corrected_by_step: (attrs) => recurrence(attrs.started === true || attrs.bounded === true ? 1 : 0, "decayed")(attrs),
  // How many a scan takes its body says: `expectOperands`.
  scan: [0, Infinity], scan_state: 1,
  append: 2, read_cache: 1,
  attention: flags(3, "masked"),
  attention_log_sum: flags(2, "masked"),
  attention_gradients: flags(6, "masked"), attention_gradient: 4,
  weight_gradient: 2, scatter_add: 2,
  cross_entropy: 2,
  cross_entropy_gradient: 3,
  keep: 2,
  convolve_gradient: flags(2, "masked"),
  convolve_weight_gradient: flags(2, "masked"),
  last: flags(1, "masked"),
  sample: 4,
};

/** Steps that take a cache, and at which places; `either`: or a tensor. */
const cacheOperands: { readonly [op: string]: { readonly places: readonly number[]; readonly either: boolean } } = {
  append: { places: [0], either: false },
  read_cache: { places: [0], either: false },
  attention: { places: [1, 2, 3], either: true },
};

export function expectOperands(path: string, { op, in: inputs, attrs = {} }: TfjsStep): void {
  const wanted = operands[op as TfjsOp];
  const [least, most] = typeof wanted === "function" ? [wanted(attrs), wanted(attrs)] : typeof wanted === "number" ? [wanted, wanted] : wanted;
  if (inputs.length < least || inputs.length > most) {
    const number = least === most ? `${least}` : most === Infinity ? `${least} or more` : `${least} to ${most}`;
    invalid(`${path}.in`, `has ${inputs.length} values, but \`${op}\` takes ${number}`);
  }
}

/** After the lives of values are known to be right. */
export function checkSteps(path: string, plan: Plan, entry: TfjsEntry): void {
  const caches = new Set<number>();
  const grows = (state: unknown): boolean => plan.states[Number(state)]?.class === "growing";
  for (const [i, step] of entry.steps.entries()) {
    const { op, in: inputs, out, attrs = {} } = step;
    expectOperands(`${path}.steps[${i}]`, step);
    const taken = cacheOperands[op];
    for (const [j, value] of inputs.entries()) {
      const place = taken?.places.includes(j) ?? false;
      if (caches.has(value) ? !place : place && !taken!.either) {
        invalid(`${path}.steps[${i}].in[${j}]`, `is value ${value}, a ${caches.has(value) ? "cache, but a tensor" : "tensor, but a cache"} stands there in \`${op}\``);
      }
    }
    if (op === "append" || (op === "state" && grows(attrs.state))) caches.add(out);
  }
  entry.outputs.forEach(({ value }, i) => {
    if (caches.has(value)) invalid(`${path}.outputs[${i}].value`, `is value ${value}, which is a cache and no tensor`);
  });
  entry.stateUpdates.forEach(({ state, value }, i) => {
    if (grows(state) !== caches.has(value)) invalid(`${path}.stateUpdates[${i}].value`, `is value ${value}, which is ${caches.has(value) ? "a cache" : "no cache"}, but state ${state} is ${plan.states[state]!.class}`);
  });
  entry.parameterUpdates?.forEach(({ value }, i) => {
    if (caches.has(value)) invalid(`${path}.parameterUpdates[${i}].value`, `is value ${value}, which is a cache and no tensor`);
  });
}
