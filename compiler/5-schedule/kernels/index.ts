/** The table of kernels of their own kind: total over `SpecialOp`. */
import type { Node, NodeOf } from "../../../src/graph/graph.js";
import type { Launch } from "../../../src/kernel/kernel.js";
import { append } from "./append.js";
import { attention } from "./attention.js";
import { attentionGradient, attentionLogSum } from "./attention-gradient.js";
import { boundaries } from "./boundaries.js";
import { convolve, convolveState } from "./convolve.js";
import { convolveGradient, convolveWeightGradient } from "./convolve-gradient.js";
import { correction } from "./corrected.js";
import { count } from "./count.js";
import { crossEntropy, crossEntropyGradient } from "./cross-entropy.js";
import { join } from "./join.js";
import { last } from "./last.js";
import { matmul } from "./matmul.js";
import { advance } from "./recurrence.js";
import { sample } from "./sample.js";
import { scan } from "./scan.js";
import { scanRead } from "./scan-read.js";
import { scatterAdd } from "./scatter-add.js";
import { top } from "./top.js";
import type { Epilogue, Prologue, SpecialContext, SpecialKernel, SpecialOp } from "./types.js";
import { weightGradient } from "./weight-gradient.js";

const kernels: { readonly [O in SpecialOp]: SpecialKernel<O> } = {
  matmul,
  count,
  convolve,
  convolve_state: convolveState,
  boundaries,
  correction,
  scan,
  advance,
  scan_read: scanRead,
  append,
  attention,
  attention_log_sum: attentionLogSum,
  attention_gradient: attentionGradient,
  weight_gradient: weightGradient,
  scatter_add: scatterAdd,
  cross_entropy: crossEntropy,
  cross_entropy_gradient: crossEntropyGradient,
  convolve_gradient: convolveGradient,
  convolve_weight_gradient: convolveWeightGradient,
  last,
  sample,
  join,
  top,
};

/** A node whose op has a kernel of its own. */
export type SpecialNode = { [O in SpecialOp]: NodeOf<O> }[SpecialOp];

export function isSpecial(node: Node): node is SpecialNode {
  return node.op in kernels;
}

/** The launches that compute `node`, or, with an epilogue, what the epilogue makes of it. */
export function launchSpecial(node: SpecialNode, context: SpecialContext, epilogue?: Epilogue, prologue?: Prologue): Launch[] {
  // The table gives each op the kernel of its own type; TypeScript cannot follow that through an index.
  const kernel = kernels[node.op] as unknown as SpecialKernel<SpecialOp>;
  return kernel(node, context, epilogue, prologue);
}
