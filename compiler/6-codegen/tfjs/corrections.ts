/**
 * Recurrences with corrections, forward and reverse. In: a boundaries node with corrections, or a correction node; out: one walk for the boundaries and all that
 * the corrections read, by products of matrices or token by token, and the node's part of it.
 */
import type { Dim, Node, NodeOf } from "../../../src/graph/graph.js";
import { has, volume } from "./dims.js";
import type { ProgramBuilder, Value } from "./program.js";
import { assignTerms, chunkOf, directionOf, frameOf, operandsOf, plainFactors, sideOf, type Frame, type Operands, type Roles } from "./recurrence.js";

/** Numbers of the state in a group from which its small products take less time than a walk token by token: on wasm 16 × 16 is sooner walked, 16 × 32 multiplied. */
const leastProducts = 512;

export function emitCorrectedBoundaries(builder: ProgramBuilder, node: NodeOf<"boundaries">, chunk: number, valueOf: (node: Node) => Value): Value {
  const { id, frame, axes } = emitWalk(builder, node, chunk, valueOf);
  const state = builder.step("corrected_state", [id], { size: volume(axes), ...sideOf(frame.token) });
  return builder.reorder({ id: state, dims: [frame.batch, chunkOf(node), ...axes], cuts: [1, 1, axes.length] }, node.dims);
}

export function emitCorrection(builder: ProgramBuilder, node: NodeOf<"correction">, chunk: number, valueOf: (node: Node) => Value): Value {
  const before = node.inputs[0]!;
  const { id, frame, axes } = emitWalk(builder, isWalkOf(before, node) ? before : node, chunk, valueOf);
  const kept = node.corrections.map((over) => axes.filter((d) => !over.includes(d.name)));
  const from = kept.slice(0, node.of).reduce((sum, rest) => sum + volume(rest), 0);
  const rest = kept[node.of]!;
  const read = builder.step("corrected_read", [id], { state: volume(axes), from, size: volume(rest), ...sideOf(frame.token) });
  return builder.reorder({ id: read, dims: [frame.batch, frame.token, ...rest], cuts: [1, 1, rest.length] }, node.dims);
}

interface EmittedWalk {
  readonly id: number;
  readonly frame: Frame;
  /** The state's, in the order of the walk. */
  readonly axes: readonly Dim[];
}

/** The same step for boundaries and all their corrections. A correction whose boundaries are something else is walked from those. */
function emitWalk(builder: ProgramBuilder, node: NodeOf<"boundaries" | "correction">, chunk: number, valueOf: (node: Node) => Value): EmittedWalk {
  const operands = operandsOf(node, valueOf);
  const frame = frameOf(node, operands);
  const { batch, token, axes } = frame;
  const { first, decay, corrections } = operands;
  const common = { ...directionOf(node), ...sideOf(token), chunk, decayed: !!decay, terms: operands.terms.length, started: node.op === "boundaries" && node.started };
  const roles = node.op === "boundaries" ? correctedRoles(axes, operands) : undefined;
  if (!roles) {
    const parts = axes.map((d) => [d]);
    const lead = node.op === "correction" ? [[batch], [chunkOf(first!)]] : [[batch]];
    const inputs = [
      ...(first ? [builder.arrange(first, [...lead, ...parts])] : []),
      ...(decay ? [builder.arrange(decay, [[batch], [token], ...parts])] : []),
      ...plainFactors(builder, frame, parts, operands),
    ];
    const overs = corrections.map(({ over }) => axes.flatMap((d, i) => (over.includes(d.name) ? [i] : [])).join());
    const id = builder.step("corrected_by_step", inputs, { ...common, corrections: overs, sizes: parts.map(volume), bounded: node.op === "correction" });
    return { id, frame, axes };
  }
  const { G, O, W, terms } = roles;
  const inputs = [
    ...(first ? [builder.arrange(first, [[batch], G, O, W])] : []),
    ...(decay ? [builder.arrange(decay, [[batch], [token], G])] : []),
    ...terms.flatMap(({ key, value }) => [builder.arrange(key, [[batch], [token], G, O]), builder.arrange(value, [[batch], [token], G, W])]),
    ...corrections.flatMap((c) => [c.writer, c.reader].map((x) => builder.arrange(x, [[batch], [token], G, O]))),
  ];
  const id = builder.step("corrected", inputs, { ...common, corrections: corrections.map(() => "1"), sizes: [G, O, W].map(volume) });
  return { id, frame, axes: [...G, ...O, ...W] };
}

/** O, W and G where the matmul form fits and pays: corrections that all read over O, and a decay that is one number for all of O and W. */
function correctedRoles(axes: readonly Dim[], { decay, terms, corrections }: Operands): Roles | undefined {
  const { over } = corrections[0]!;
  const O = axes.filter((d) => over.includes(d.name));
  if (O.length === 0 || !corrections.every((c) => axes.every((d) => c.over.includes(d.name) === O.includes(d)))) return undefined;
  const scaling = [...corrections.flatMap((c) => [c.writer, c.reader]), ...(decay ? [decay] : [])];
  const touched = (d: Dim): boolean => scaling.some((x) => has(x.dims, d));
  const inValues = (d: Dim): boolean => terms.every(({ key, value }) => has(key.dims, d) !== has(value.dims, d));
  const W = axes.filter((d) => !O.includes(d) && !touched(d) && inValues(d));
  const G = axes.filter((d) => !O.includes(d) && !W.includes(d));
  if (decay && O.some((d) => has(decay.dims, d))) return undefined;
  if (volume(O) * volume(W) < leastProducts) return undefined;
  return assignTerms({ G, O, W }, terms);
}

/** Whether what the correction starts from is the walk of the same operands. */
function isWalkOf(boundaries: Node, node: NodeOf<"correction">): boundaries is NodeOf<"boundaries"> {
  if (boundaries.op !== "boundaries") return false;
  const given = boundaries.inputs.slice(boundaries.started ? 1 : 0);
  return given.length === node.inputs.length - 1 && given.every((input, i) => input === node.inputs[i + 1]);
}
