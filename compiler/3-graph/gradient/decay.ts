/**
 * The cotangent of a recurrence's decay: dD_t = Σ G_t ∘ S_{t-1} over the axes that D lacks.
 *
 * That is what is computed where those axes are few, or where D may be near 0 as it is given, as a parameter may. Else no token's whole state is
 * made, for with P_t = D_t ∘ dD_t, X_t = Σ R_t ∘ S_t (G and R as in `state-cotangent.ts`, sums over the axes that D lacks) and the recurrence of S,
 *   P_t = X_t + Σ_new q_j · dq_j - Σ_i k_i · dk_i,   X_{t-1} = P_t + Σ_old q_j · dq_j
 * (a correction's writer being one of the keys and its reader one of the old queries), a sum from the last token to the first with late terms: a reverse recurrence without decay, of the size of D. In exact arithmetic it is the
 * same. In float32 its error is that of a sum over the tokens behind, and P / D makes it 1 / D as large: only what D was made with can make it
 * small again.
 */
import { batchDim, hasDim, tokenDim, type Dim, type Node } from "../../../src/graph/graph.js";
import { isView, sourceOf } from "../../../src/kernel/view.js";
import type { Emitter } from "../emit.js";
import type { Recurrence } from "../recurrence-operands.js";
import { Formulas } from "./formulas.js";
import { namesOf, sumOver, without } from "./shapes.js";
import { queryCotangent, type StateCotangent, type StateRead, type States } from "./state-cotangent.js";

/** How many times larger than D a token's state may be and still be made. A head's state is thousands of times larger than its decay. */
const smallState = 8;

interface Decayed {
  readonly states: States;
  readonly decay: Node;
  /** Those of corrections too. */
  readonly reads: readonly StateRead[];
  readonly cotangent: StateCotangent;
  /** Whether a node depends on a parameter. */
  needs(node: Node): boolean;
}

/** [B, T, D's axes] */
export function decayCotangent(emit: Emitter, decayed: Decayed): Node {
  const { states: { boundaries, recurrence, token }, decay, cotangent } = decayed;
  const lacking = without(recurrence.axes, namesOf(decay.dims));
  const small = lacking.reduce((size, d) => size * (d.size as number), 1) <= smallState;
  if (small || !slopeHoldsValue(decay, decayed)) {
    return emit.scanRead(boundaries, recurrence, cotangent.read(emit.scalar(1), []), namesOf(lacking), "old", token);
  }
  const f = new Formulas(emit, [boundaries.dims[0]!, token, ...without(decay.dims, [batchDim, tokenDim])]);
  return f.select(f.equal(decay, 0), 0, f.over(logDecayCotangent(emit, decayed), decay));
}

/**
 * Whether the slope of all that D is made of has D as a factor, as exp' = exp and sigmoid' = sigmoid · (1 - sigmoid) have: then the rules behind
 * multiply P / D by D again, and a D that is exactly 0 has a slope of 0.
 */
function slopeHoldsValue(node: Node, decayed: Decayed): boolean {
  if (!decayed.needs(node)) return true;
  if (isView(node)) return slopeHoldsValue(node.inputs[0]!, decayed);
  if (node.op !== "map") return false;
  const [a, b, c] = node.inputs as [Node, Node, Node];
  switch (node.fn) {
    case "exp": case "sigmoid": return true;
    case "multiply": return slopeHoldsValue(a, decayed) && slopeHoldsValue(b, decayed);
    // The slope of x^c is c · x^c / x, which makes of a P / D a P / x.
    case "power": return slopeHoldsValue(a, decayed) && !decayed.needs(b);
    // The slope of 1 / x is -1 / x², whatever x is.
    case "divide": return slopeHoldsValue(a, decayed);
    // 1 - sigmoid(x) = sigmoid(-x)
    case "subtract": return a.op === "scalar" && a.value === 1 && isSigmoid(b);
    case "select": return slopeHoldsValue(b, decayed) && slopeHoldsValue(c, decayed);
    default: return false;
  }
}

function isSigmoid(node: Node): boolean {
  const source = sourceOf(node);
  return source.op === "map" && source.fn === "sigmoid";
}

/** P_t */
function logDecayCotangent(emit: Emitter, { states, decay, reads, cotangent }: Decayed): Node {
  const { boundaries, recurrence, token } = states;
  const axes = recurrence.axes.filter((d) => decay.dims.some((own) => own.name === d.name));
  const one = emit.scalar(1);
  const given = (when: "new" | "old"): Node | undefined =>
    sum(emit, reads.filter((r) => r.when === when).map((r) => readProduct(emit, r, states, axes)));
  const written = sum(emit, recurrence.terms.map((term) => termProduct(emit, term, recurrence, axes, cotangent)));
  const [early, late] = [given("new"), given("old")];
  const added = early && written ? emit.binary("subtract", early, written) : (early ?? (written && emit.unary("negate", written)));
  const terms = [...(added ? [added] : []), ...(late ? [late] : [])];
  const sums: Recurrence = { terms: terms.map((key) => ({ key, value: one })), axes, reverse: { late: late ? 1 : 0 } };
  return emit.scanRead(emit.boundaries(sums, boundaries.dims[0]!.size), sums, one, [], "new", token);
}

/** Σ q · dq = Σ g · r = Σ q · g · S over all but `axes`: whichever has those axes still. */
function readProduct(emit: Emitter, read: StateRead, states: States, axes: readonly Dim[]): Node {
  const { query, over, when, result, g } = read;
  const { boundaries, recurrence, token } = states;
  if (!axes.some((d) => over.includes(d.name))) return keepAxes(emit, emit.multiply(g, result), axes);
  if (within(axes, query)) return keepAxes(emit, emit.multiply(query, queryCotangent(emit, states, read)), axes);
  const lacking = namesOf(without(recurrence.axes, namesOf(axes)));
  return keepAxes(emit, emit.scanRead(boundaries, recurrence, emit.multiply(query, g), lacking, when, token), axes);
}

/** Σ k · dk = Σ v · dv = Σ k · v · G over all but `axes`. */
function termProduct(
  emit: Emitter, { key, value }: Recurrence["terms"][number], recurrence: Recurrence, axes: readonly Dim[], cotangent: StateCotangent,
): Node {
  if (within(axes, key)) return keepAxes(emit, emit.multiply(key, cotangent.factor(key, value)), axes);
  if (within(axes, value)) return keepAxes(emit, emit.multiply(value, cotangent.factor(value, key)), axes);
  return cotangent.read(emit.multiply(key, value), namesOf(without(recurrence.axes, namesOf(axes))));
}

function keepAxes(emit: Emitter, x: Node, axes: readonly Dim[]): Node {
  return sumOver(emit, x, namesOf(without(x.dims, [batchDim, tokenDim, ...namesOf(axes)])));
}

function within(axes: readonly Dim[], node: Node): boolean {
  return axes.every((d) => hasDim(node, d.name));
}

function sum(emit: Emitter, nodes: readonly Node[]): Node | undefined {
  return nodes.length > 0 ? nodes.reduce((a, b) => emit.add(a, b)) : undefined;
}
