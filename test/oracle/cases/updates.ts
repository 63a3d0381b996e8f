/** Entries that change parameters and the optimiser's states, small but whole. */
import { batchDim, oneDim, tokenDim } from "../../../src/graph/graph.js";
import { axis, batch, CaseBuilder, token, type OpCase } from "../case-builder.js";

const width = axis("width", 8);
const hidden = axis("hidden", 12);
const heads = axis("heads", 3);
const slots = axis("slots", 5);

export function updateCases(): OpCase[] {
  return [descent(), merged(), momentum(), countsAndStops()];
}

/** The forward pass reads what the update replaces. */
function descent(): OpCase {
  const c = new CaseBuilder("update of a weight by its gradient", { B: 3, T: 65 });
  const [weight, x] = [c.parameter("weight", [hidden, width]), c.input("x", [batch, token, width])];
  const out = c.emit.matmul(x, weight, ["width"]);
  const gradient = c.emit.weightGradient(c.emit.unary("tanh", out), x, ["hidden", "width"]);
  const after = c.emit.binary("subtract", weight, c.emit.multiply(c.emit.scalar(0.01), gradient));
  return c.done({ out }, {}, { weight: after });
}

/** Two parameters, one stored in a shape that merges its dims, and one that is only read. */
function merged(): OpCase {
  const c = new CaseBuilder("update of two of three parameters, one stored merged", { B: 1, T: 63 });
  const weight = c.parameter("weight", [heads, slots, width], [15, 8]);
  const bias = c.parameter("bias", [heads, slots]);
  const scale = c.parameter("scale", [width]);
  const x = c.emit.multiply(c.input("x", [batch, token, width]), scale);
  const g = c.emit.add(c.emit.matmul(x, weight, ["width"]), bias);
  const step = c.emit.scalar(0.125);
  return c.done({}, {}, {
    weight: c.emit.binary("subtract", weight, c.emit.multiply(step, c.emit.weightGradient(g, x, ["heads", "slots", "width"]))),
    bias: c.emit.binary("subtract", bias, c.emit.multiply(step, c.emit.reduce("sum", g, [batchDim, tokenDim]))),
  });
}

/** The new state is stored and goes into the parameter too. */
function momentum(): OpCase {
  const c = new CaseBuilder("update with a state of the optimiser", { B: 3, T: 2 });
  const [weight, before] = [c.parameter("weight", [hidden, width]), c.trainingState("optimizer.first.weight", [hidden, width])];
  const gradient = c.emit.weightGradient(c.input("g", [batch, token, hidden]), c.input("x", [batch, token, width]), ["hidden", "width"]);
  const first = c.emit.add(c.emit.multiply(c.emit.scalar(0.9), before), c.emit.multiply(c.emit.scalar(0.1), gradient));
  const after = c.emit.binary("subtract", weight, c.emit.multiply(c.emit.scalar(0.01), first));
  return c.done({}, { "optimizer.first.weight": first }, { weight: after });
}

/** A sum over calls, a count of them, and a flag that keeps everything as it is. */
function countsAndStops(): OpCase {
  const c = new CaseBuilder("update that a flag holds back", { B: 3, T: 64 });
  const one = axis(oneDim, 1);
  const bias = c.parameter("bias", [width]);
  const g = c.emit.reduce("sum", c.input("g", [batch, token, width]), [batchDim, tokenDim]);
  const broken = c.givenTrainingState("broken", "i32", [one], { shape: [1], data: [1] });
  const steps = c.givenTrainingState("loss.steps", "f32", [one], { shape: [1], data: [5] });
  const flag = c.emit.squeeze(broken, oneDim);
  const going = c.emit.binary("equal", flag, c.emit.scalar(0, "i32"));
  return c.done({}, {
    broken: c.emit.add(broken, c.emit.binary("not_equal", broken, c.emit.scalar(0, "i32"))),
    "loss.steps": c.emit.add(steps, c.emit.scalar(1)),
  }, { bias: c.emit.select(going, c.emit.binary("subtract", bias, g), bias) });
}
