/**
 * Cotangents through a scan. That of a state is a scan in reverse, whose body takes the cotangent of what a state becomes to that of what it was, and adds
 * what arrived at the trajectory. With it at every token, the cotangents of the scan's inputs follow from its body for all tokens at once.
 */
import { bug } from "../../../src/base/assert.js";
import { tokenDim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { BodyBuilder, instantiate } from "../scan-body.js";
import type { Backward } from "./backward.js";

/** What arrived at the trajectory of each state; undefined until all scans of the body have been met, and where nothing arrived. */
export function arrivedAtScans(node: NodeOf<"scan">, back: Backward): readonly (Node | undefined)[] | undefined {
  const scans = back.scansOf(node.body);
  if (scans[0] !== node) return undefined;
  const arrived = node.body.states.map((_, i) => scans.map((scan) => (scan.of === i ? back.cotangent(scan) : undefined)).reduce((a, b) => both(back, a, b), undefined));
  return arrived.some((g) => g !== undefined) ? arrived : undefined;
}

export function scan(node: NodeOf<"scan">, arrived: readonly (Node | undefined)[], back: Backward): void {
  if (node.started || node.reverse) bug("a scan that goes on or runs backwards has no cotangent");
  const { emit } = back;
  const { body, inputs } = node;
  const token = node.dims.find((d) => d.name === tokenDim)!;
  const scans = back.scansOf(body);
  const before = body.states.map((_, i) => scans.find((s) => s.of === i) ?? emit.scan(body, i, inputs, token, { started: false, reverse: false }));
  const cotangents = stateCotangents(node, before, arrived, back);

  // What each state becomes, for all tokens at once.
  const from = emit.nodes.length;
  const made = instantiate(emit, body.nodes, given(node, before, (x) => x));
  const inner = back.within(emit, emit.nodes.slice(from), inputs.filter((input) => back.needs(input)));
  body.states.forEach(({ after }, i) => {
    const r = cotangents[i];
    if (r) inner.give(made.get(after)!, () => r, r.dims);
  });
  inner.walk();
  for (const input of inputs) {
    const g = inner.cotangent(input);
    if (g) back.give(input, () => g);
  }
}

/** The cotangent of what each state is behind each token, [B, T, axes…]; undefined where it is 0. */
function stateCotangents(node: NodeOf<"scan">, before: readonly Node[], arrived: readonly (Node | undefined)[], back: Backward): (Node | undefined)[] {
  const { body } = node;
  const reached = reachedStates(node, arrived);
  const b = new BodyBuilder(node.span);
  b.emit.label = node.label;
  const behind = reached.map((i) => b.state(body.states[i]!.before.dims));
  const made = instantiate(b.emit, body.nodes, given(node, before, (x) => b.input(x)));
  const inner = back.within(b.emit, [...b.emit.nodes], before.map((x) => b.input(x)));
  reached.forEach((i, k) => inner.give(made.get(body.states[i]!.after)!, () => behind[k]!, behind[k]!.dims));
  inner.walk();
  const ahead = reached.map((i, k) => {
    const g = arrived[i] && b.input(arrived[i]);
    // What goes nowhere is 0.
    return both(inner, inner.cotangent(b.input(before[i]!)), g) ?? b.emit.multiply(behind[k]!, b.emit.scalar(0));
  });
  const scanned = b.finish(ahead, back.emit);
  const token = node.dims.find((d) => d.name === tokenDim)!;
  const found: (Node | undefined)[] = body.states.map(() => undefined);
  reached.forEach((i, k) => (found[i] = back.emit.scan(scanned.body, k, scanned.inputs, token, { started: false, reverse: true })));
  return found;
}

/** States that what arrived depends on: through later tokens too. */
function reachedStates({ body }: NodeOf<"scan">, arrived: readonly (Node | undefined)[]): number[] {
  const needed = body.states.map(({ after }) => {
    const seen = new Set<Node>();
    const open = [after];
    for (let x = open.pop(); x; x = open.pop()) {
      if (seen.has(x)) continue;
      seen.add(x);
      open.push(...x.inputs);
    }
    return seen;
  });
  const reached = new Set(body.states.map((_, i) => i).filter((i) => arrived[i]));
  // A set that grows is walked to its end.
  for (const i of reached) body.states.forEach(({ before }, j) => needed[i]!.has(before) && reached.add(j));
  return [...reached].sort((a, b) => a - b);
}

/** Stand-ins for a body's inputs and for what its states are before the token. */
function given({ body, inputs }: NodeOf<"scan">, before: readonly Node[], of: (outside: Node) => Node): Map<Node, Node> {
  return new Map([...body.inputs.map((input, i) => [input, of(inputs[i]!)] as const), ...body.states.map((s, i) => [s.before, of(before[i]!)] as const)]);
}

function both({ emit }: Backward, a: Node | undefined, b: Node | undefined): Node | undefined {
  return a && b ? emit.add(a, b) : (a ?? b);
}
