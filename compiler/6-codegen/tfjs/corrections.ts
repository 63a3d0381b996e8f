/**
 * Recurrences with corrections, forward and reverse. In: a boundaries node with corrections, or a correction node; out: in the matmul form one walk for the
 * boundaries and all that the corrections read, and the node's part of it; else a walk token by token for each node.
 */
import type { Dim, Node, NodeOf } from "../../../src/graph/graph.js";
import type { ProgramBuilder, Value } from "./program.js";
import { assignTerms, chunkOf, directionOf, frameOf, operandsOf, plainFactors, type Frame, type Operands, type Roles } from "./recurrence.js";

export function emitCorrectedBoundaries(builder: ProgramBuilder, node: NodeOf<"boundaries">, chunk: number, valueOf: (node: Node) => Value): Value {
  const operands = operandsOf(node, valueOf);
  const frame = frameOf(node, operands);
  const { batch, token, axes } = frame;
  const roles = correctedRoles(axes, operands);
  if (roles) {
    const parts = [roles.G, roles.O, roles.W];
    const id = builder.step("corrected_state", [emitWalk(builder, node, chunk, frame, operands, roles)], { sizes: parts.map(volume) });
    return builder.reorder({ id, dims: [batch, chunkOf(node), ...parts.flat()], cuts: [1, 1, ...parts.map((p) => p.length)] }, node.dims);
  }
  const { first, decay } = operands;
  const parts = axes.map((d) => [d]);
  const inputs = [
    ...(first ? [builder.arrange(first, [[batch], ...parts])] : []),
    ...(decay ? [builder.arrange(decay, [[batch], [token], ...parts])] : []),
    ...plainFactors(builder, frame, parts, operands),
  ];
  const id = builder.step("corrected_boundaries_by_step", inputs, { ...commonAttrs(node, chunk, parts, operands), started: node.started, sizes: parts.map(volume) });
  return builder.reorder({ id, dims: [batch, chunkOf(node), ...axes], cuts: [1, 1, ...parts.map(() => 1)] }, node.dims);
}

export function emitCorrection(builder: ProgramBuilder, node: NodeOf<"correction">, chunk: number, valueOf: (node: Node) => Value): Value {
  const operands = operandsOf(node, valueOf);
  const frame = frameOf(node, operands);
  const { batch, token, axes } = frame;
  const walked = node.inputs[0]!;
  const roles = correctedRoles(axes, operands);
  if (roles && isWalkOf(walked, node)) {
    const walk = operandsOf(walked, valueOf);
    const id = builder.step("corrected_read", [emitWalk(builder, walked, chunk, frameOf(walked, walk), walk, roles)], {
      sizes: [roles.G, roles.O, roles.W].map(volume), of: node.of,
    });
    return builder.reorder({ id, dims: [batch, token, ...roles.G, ...roles.W], cuts: [1, 1, roles.G.length, roles.W.length] }, node.dims);
  }
  const { decay } = operands;
  const first = operands.first!;
  const parts = axes.map((d) => [d]);
  const inputs = [
    builder.arrange(first, [[batch], [chunkOf(first)], ...parts]),
    ...(decay ? [builder.arrange(decay, [[batch], [token], ...parts])] : []),
    ...plainFactors(builder, frame, parts, operands),
  ];
  const id = builder.step("correction_by_step", inputs, { ...commonAttrs(node, chunk, parts, operands), of: node.of });
  const rest = axes.filter((d) => !operands.corrections[node.of]!.over.includes(d.name));
  return builder.reorder({ id, dims: [batch, token, ...rest], cuts: [1, 1, ...rest.map(() => 1)] }, node.dims);
}

/** The same step for the boundaries and for each correction. */
function emitWalk(builder: ProgramBuilder, node: NodeOf<"boundaries">, chunk: number, frame: Frame, operands: Operands, roles: Roles): number {
  const { batch, token } = frame;
  const { first, decay, corrections } = operands;
  const { G, O, W, terms } = roles;
  const inputs = [
    ...(first ? [builder.arrange(first, [[batch], G, O, W])] : []),
    ...(decay ? [builder.arrange(decay, [[batch], [token], G])] : []),
    ...terms.flatMap(({ key, value }) => [builder.arrange(key, [[batch], [token], G, O]), builder.arrange(value, [[batch], [token], G, W])]),
    ...corrections.flatMap((c) => [c.writer, c.reader].map((x) => builder.arrange(x, [[batch], [token], G, O]))),
  ];
  const parts = [G, O, W];
  return builder.step("corrected", inputs, { ...commonAttrs(node, chunk, parts, operands), started: node.started, sizes: parts.map(volume) });
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
  return assignTerms({ G, O, W }, terms);
}

/** Whether what the correction starts from is the walk of the same operands. */
function isWalkOf(boundaries: Node, node: NodeOf<"correction">): boundaries is NodeOf<"boundaries"> {
  if (boundaries.op !== "boundaries") return false;
  const given = boundaries.inputs.slice(boundaries.started ? 1 : 0);
  return given.length === node.inputs.length - 1 && given.every((input, i) => input === node.inputs[i + 1]);
}

function commonAttrs(node: NodeOf<"boundaries" | "correction">, chunk: number, parts: readonly (readonly Dim[])[], { decay, terms, corrections }: Operands) {
  const overs = corrections.map(({ over }) => parts.flatMap((part, i) => (part.some((d) => over.includes(d.name)) ? [i] : [])).join());
  return { chunk, decayed: !!decay, terms: terms.length, corrections: overs, ...directionOf(node) };
}

function volume(part: readonly Dim[]): number {
  return part.reduce((n, d) => n * (d.size as number), 1);
}

function has(dims: readonly Dim[], dim: Dim): boolean {
  return dims.some((d) => d.name === dim.name);
}
