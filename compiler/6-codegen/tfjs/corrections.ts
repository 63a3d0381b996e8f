/**
 * Recurrences with corrections, forward and reverse. In: a boundaries node with corrections, or a correction node; out: one composite step.
 */
import type { Node, NodeOf } from "../../../src/graph/graph.js";
import type { ProgramBuilder, Value } from "./program.js";
import { chunkOf, directionOf, frameOf, operandsOf, plainFactors, type Frame, type Operands } from "./recurrence.js";

export function emitCorrectedBoundaries(builder: ProgramBuilder, node: NodeOf<"boundaries">, chunk: number, valueOf: (node: Node) => Value): Value {
  const operands = operandsOf(node, valueOf);
  const frame = frameOf(node, operands);
  const { batch, token, axes } = frame;
  const { first, decay } = operands;
  const parts = axes.map((d) => [d]);
  const inputs = [
    ...(first ? [builder.arrange(first, [[batch], ...parts])] : []),
    ...(decay ? [builder.arrange(decay, [[batch], [token], ...parts])] : []),
    ...plainFactors(builder, frame, parts, operands),
  ];
  const id = builder.step("corrected_boundaries_by_step", inputs, { ...commonAttrs(node, chunk, frame, operands), started: node.started, sizes: axes.map((d) => d.size as number) });
  return builder.reorder({ id, dims: [batch, chunkOf(node), ...axes], cuts: [1, 1, ...parts.map(() => 1)] }, node.dims);
}

export function emitCorrection(builder: ProgramBuilder, node: NodeOf<"correction">, chunk: number, valueOf: (node: Node) => Value): Value {
  const operands = operandsOf(node, valueOf);
  const frame = frameOf(node, operands);
  const { batch, token, axes } = frame;
  const { decay } = operands;
  const first = operands.first!;
  const parts = axes.map((d) => [d]);
  const inputs = [
    builder.arrange(first, [[batch], [chunkOf(first)], ...parts]),
    ...(decay ? [builder.arrange(decay, [[batch], [token], ...parts])] : []),
    ...plainFactors(builder, frame, parts, operands),
  ];
  const id = builder.step("correction_by_step", inputs, { ...commonAttrs(node, chunk, frame, operands), of: node.of });
  const rest = axes.filter((d) => !operands.corrections[node.of]!.over.includes(d.name));
  return builder.reorder({ id, dims: [batch, token, ...rest], cuts: [1, 1, ...rest.map(() => 1)] }, node.dims);
}

function commonAttrs(node: NodeOf<"boundaries" | "correction">, chunk: number, { axes }: Frame, { decay, terms, corrections }: Operands) {
  const overs = corrections.map(({ over }) => axes.flatMap((d, i) => (over.includes(d.name) ? [i] : [])).join());
  return { chunk, decayed: !!decay, terms: terms.length, corrections: overs, ...directionOf(node) };
}
