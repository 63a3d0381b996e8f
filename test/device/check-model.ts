/**
 * What every model must keep: `forward` is the float64 oracle's, reading the same tokens in pieces and one by one gives the same logits, and padding at either side
 * changes nothing. Over NaN-filled memory.
 */
import { load, type HostTensor, type Session } from "../../runtime/index.js";
import { targetOf, type TestBackend } from "../helpers/backends.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";
import { columns, joined } from "../graph/session.js";
import { evaluate } from "../oracle/evaluate.js";
import { compileText } from "../schedule/compile.js";
import { withAllRandom, type ModelCase } from "./model-specs.js";

/**
 * Relative to the largest logit. Up to three layers of float32 against float64: each sum of n products near one size is off by
 * some sqrt(n) · 6e-8, SwiftShader's exp by 3e-6, and a norm over as few as two numbers multiplies what comes in by the inverse
 * of their distance. What is wrong in kind is off by a tenth and more. 1e-4 is what the language promises.
 */
const tolerance = 1e-4;

export async function checkModel(c: ModelCase, options: TestBackend["options"]): Promise<void> {
  const { plan, graphs } = compileText(c.spec, { targets: [targetOf[options.backend]] });
  const session = await load(withAllRandom(plan), { random: c.seed }, { ...options, poison: true });
  try {
    const tokens = tokensOf(c);
    const { B, T } = c;
    const parameters: Tensors = await session.call("parameters", {});
    const forward = graphs.find((g) => g.entry === "forward")!;
    const expected = evaluate(forward, { inputs: { tokens }, parameters, extents: { B, T } }).outputs["logits"]!;
    const { logits } = await session.call("forward", { tokens: toHost(tokens) });
    expectClose("forward", expected, logits!, tolerance);
    expectClose(`prefills of ${c.pieces.join(", ")} and ${c.decoded} decodes`, expected, await inPieces(session, tokens, c), tolerance);
    if (c.padding !== undefined) await checkPadding(session, tokens, expected, c);
  } finally {
    session.dispose();
  }
}

/** Logits of [B, T] tokens, read by prefills and then one by one. */
async function inPieces(session: Session, tokens: Tensor, { B, pieces, decoded }: ModelCase): Promise<Tensor> {
  const sequence = await session.start(B);
  const parts: Tensor[] = [];
  let at = 0;
  for (const piece of pieces) {
    parts.push((await sequence.prefill(toHost(columns(tokens, at, at + piece)), { logits: true }))!);
    at += piece;
  }
  for (let i = 0; i < decoded; i++, at++) parts.push(await sequence.decode(toHost(columns(tokens, at, at + 1))));
  sequence.dispose();
  return joined(parts);
}

/** Each row stands among padding: 3 at its left, 2 at its right, more of it in every second row; whole and in the case's pieces. */
async function checkPadding(session: Session, tokens: Tensor, expected: Tensor, c: ModelCase): Promise<void> {
  const { B, T, vocabulary, padding } = c;
  const width = T + 5;
  const data = new Int32Array(B * width).fill(padding!);
  const start = (row: number): number => (row % 2 === 0 ? 3 : 0);
  for (let row = 0; row < B; row++) for (let t = 0; t < T; t++) data[row * width + start(row) + t] = tokens.data[row * T + t]!;
  const padded: HostTensor = { shape: [B, width], data };
  const realOf = (logits: Tensor): Tensor => {
    const out = new Float64Array(B * T * vocabulary);
    for (let row = 0; row < B; row++) {
      for (let i = 0; i < T * vocabulary; i++) out[row * T * vocabulary + i] = logits.data[(row * width + start(row)) * vocabulary + i]!;
    }
    return { shape: [B, T, vocabulary], data: out };
  };
  const { logits } = await session.call("forward", { tokens: padded });
  expectClose("padded forward", expected, realOf(logits!), tolerance);
  const pieces = [...c.pieces];
  pieces[0]! += 5;
  expectClose("padded, in pieces", expected, realOf(await inPieces(session, padded, { ...c, pieces })), tolerance);
}

/** Without the padding id, which means nothing read. */
function tokensOf({ B, T, vocabulary, padding, seed }: ModelCase): Tensor {
  const tokens = new Random(seed).integerTensor([B, T], 0, vocabulary - 1);
  return { shape: tokens.shape, data: Array.from(tokens.data, (id) => (id === padding ? id + 1 : id)) };
}

function toHost(tokens: Tensor): HostTensor {
  return { shape: tokens.shape, data: Int32Array.from(tokens.data) };
}
