/**
 * A vocabulary in clusters, rarer tokens with fewer values each: a token's embedding, the log-probabilities of all ids, and the loss, which needs no
 * more than the target's cluster. All of them are exact; where a token is of another cluster, what a cluster gives of it is not chosen.
 */
import type { Dim, Node } from "../../src/graph/graph.js";
import type { AdaptiveVocabulary } from "../../src/model/model.js";
import type { Call } from "./call.js";
import { logsumexp } from "./normalize.js";

type Cluster = AdaptiveVocabulary["clusters"][number];

/** [B, T, width] */
export function adaptiveRows(call: Call, { clusters }: AdaptiveVocabulary): Node {
  const { emit, ids } = call;
  const width: Dim = { name: "width", size: call.model.width };
  const rows = clusters.map((cluster) => {
    // An id of another cluster takes one of its ends.
    const row = emit.gather(call.parameter(cluster.table, [vocabOf(cluster), innerOf(cluster)]), ownIds(call, ids, cluster), "vocab");
    return emit.matmul(row, call.parameter(cluster.projection, [width, innerOf(cluster)]), ["inner"]);
  });
  return rows.reduceRight((later, row, i) => emit.select(below(call, ids, clusters[i]!.to), row, later));
}

/** Log-probabilities of the normed token stream x [B, T, width], [B, T, vocab]. */
export function adaptiveLogProbs(call: Call, x: Node, vocabulary: AdaptiveVocabulary): Node {
  const { emit } = call;
  const [, ...tails] = vocabulary.clusters;
  const head = headOf(call, x, vocabulary);
  const first = emit.binary("subtract", head.words, head.logSum);
  const others = tails.map((cluster, i) => {
    const logits = tailLogits(call, x, cluster, 0);
    const shift = emit.binary("subtract", emit.binary("subtract", chosen(call, head.classes, "class", call.scalar(i)), head.logSum), logsumexp(call, logits, [vocabOf(cluster)]));
    return emit.add(logits, shift);
  });
  return emit.join([first, ...others], "vocab");
}

/** Cross entropy of each target, [B, T]: of its cluster among the head's ids and clusters, and of itself in it. */
export function adaptiveLoss(call: Call, stream: Node, targets: Node, vocabulary: AdaptiveVocabulary): Node {
  const { emit } = call;
  const [first, ...tails] = vocabulary.clusters as readonly [Cluster, ...Cluster[]];
  const x = call.dropout(stream, vocabulary.dropout);
  const head = headOf(call, x, vocabulary);
  // Which of the clusters behind the first: as many as begin at or below it, less one.
  const index = tails.slice(1).reduce<Node>((sum, { from }) => emit.add(sum, emit.select(below(call, targets, from), call.scalar(0), call.scalar(1))), call.scalar(0));
  const word = chosen(call, head.words, "vocab", emit.unary("to_f32", targets));
  const picked = emit.select(below(call, targets, first.to), word, chosen(call, head.classes, "class", index));
  const nothing = call.scalar(0);
  return tails.reduce<Node>((sum, cluster) => {
    const own = emit.crossEntropy(tailLogits(call, x, cluster, vocabulary.dropout), ownIds(call, targets, cluster), "vocab", 0);
    const upTo = emit.select(below(call, targets, cluster.to), own, nothing);
    return emit.add(sum, emit.select(below(call, targets, cluster.from), nothing, upTo));
  }, emit.binary("subtract", head.logSum, picked));
}

/** Logits of the first cluster's ids [B, T, vocab] and of the other clusters [B, T, class], and log Σ exp of both together [B, T]. */
function headOf(call: Call, x: Node, { clusters, classes: rows }: AdaptiveVocabulary): { words: Node; classes: Node; logSum: Node } {
  const { emit } = call;
  const [first] = clusters as readonly [Cluster, ...Cluster[]];
  const width: Dim = { name: "width", size: call.model.width };
  const words = emit.matmul(x, call.parameter(first.table, [vocabOf(first), width]), ["width"]);
  const classes = emit.matmul(x, call.parameter(rows, [{ name: "class", size: clusters.length - 1 }, width]), ["width"]);
  const most = call.stop(emit.binary("maximum", emit.reduce("max", words, ["vocab"]), emit.reduce("max", classes, ["class"])));
  const sumOf = (logits: Node, over: string): Node => emit.reduce("sum", emit.unary("exp", emit.binary("subtract", logits, most)), [over]);
  return { words, classes, logSum: emit.add(emit.unary("log", emit.add(sumOf(words, "vocab"), sumOf(classes, "class"))), most) };
}

function tailLogits(call: Call, x: Node, cluster: Cluster, dropout: number): Node {
  const { emit } = call;
  const width: Dim = { name: "width", size: call.model.width };
  const inner = emit.matmul(x, call.parameter(cluster.projection, [width, innerOf(cluster)]), ["width"]);
  return emit.matmul(call.dropout(inner, dropout), call.parameter(cluster.table, [vocabOf(cluster), innerOf(cluster)]), ["inner"]);
}

/** The element at `index` along the dim: a sum of which all but one is 0. */
function chosen(call: Call, x: Node, dim: string, index: Node): Node {
  const { emit } = call;
  const isIt = emit.binary("equal", index, emit.iota(x.dims.find((d) => d.name === dim)!));
  return emit.reduce("sum", emit.select(isIt, x, call.scalar(0)), [dim]);
}

function ownIds(call: Call, ids: Node, { from }: Cluster): Node {
  return from === 0 ? ids : call.emit.binary("subtract", ids, call.emit.scalar(from, "i32"));
}

function below(call: Call, ids: Node, limit: number): Node {
  return call.emit.binary("less", ids, call.emit.scalar(limit, "i32"));
}

function vocabOf({ from, to }: Cluster): Dim & { readonly size: number } {
  return { name: "vocab", size: to - from };
}

function innerOf({ size }: Cluster): Dim {
  return { name: "inner", size };
}
