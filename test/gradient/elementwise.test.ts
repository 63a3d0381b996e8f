/** Cotangents through maps, reductions and views, with operands of fewer dims than the result. */
import { describe, expect, test } from "vitest";
import { differentiate } from "../../compiler/3-graph/gradient/index.js";
import type { Node } from "../../src/graph/graph.js";
import type { BinaryMapFn, UnaryMapFn } from "../../src/graph/ops.js";
import { axis, batch, CaseBuilder, token, type Range } from "../oracle/case-builder.js";
import { checkGradients, varied } from "./check.js";

const sizes = { B: 2, T: 3 };
const a = axis("a", 3);
const b = axis("b", 2);

const around: Range = { low: -2, high: 2 };
const positive: Range = { low: 0.5, high: 3 };

/** Where each function is smooth; kinks are looked at below. */
const unary: { readonly [F in Exclude<UnaryMapFn, "to_f32" | "is_finite">]: Range } = {
  negate: around, exp: around, log: positive, sqrt: positive, abs: positive, sin: around, cos: around, tanh: around, sigmoid: around,
  softplus: around, erf: around, relu: positive, gelu: around, gelu_tanh: around, silu: around, elu: positive, square: around,
  reciprocal: positive, rsqrt: positive,
};
const negative: Range = { low: -3, high: -0.5 };

const binary: { readonly [F in Exclude<BinaryMapFn, "equal" | "not_equal" | "less">]: readonly [Range, Range] } = {
  add: [around, around], subtract: [around, around], multiply: [around, around], divide: [around, positive], power: [positive, around],
  maximum: [around, around], minimum: [around, around],
};

describe("one operand", () => {
  for (const [fn, range] of Object.entries(unary) as [UnaryMapFn, Range][]) {
    test(fn, () => {
      checkGradients(fn, sizes, (c) => ({ output: c.emit.unary(fn, varied(c, "x", [a], range)) }));
      if (fn === "relu" || fn === "elu" || fn === "abs") {
        checkGradients(`${fn} below 0`, sizes, (c) => ({ output: c.emit.unary(fn, varied(c, "x", [a], negative)) }));
      }
    });
  }
});

describe("two operands", () => {
  for (const [fn, [left, right]] of Object.entries(binary) as [BinaryMapFn, [Range, Range]][]) {
    test(fn, () => {
      checkGradients(fn, sizes, (c) => ({ output: c.emit.binary(fn, varied(c, "x", [a], left), varied(c, "y", [a], right)) }));
      checkGradients(`${fn}, broadcast`, sizes, (c) => ({
        output: c.emit.binary(fn, c.parameter("x", [a], undefined, left), varied(c, "y", [b], right)),
      }));
      checkGradients(`${fn}, broadcast the other way`, sizes, (c) => ({
        output: c.emit.binary(fn, varied(c, "x", [b, a], left), c.parameter("y", [a], undefined, right)),
      }));
      checkGradients(`${fn}, no tokens`, sizes, (c) => ({
        output: c.emit.binary(fn, c.parameter("x", [a], undefined, left), c.parameter("y", [b], undefined, right)),
      }));
      checkGradients(`${fn}, of a sequence`, sizes, (c) => ({
        output: c.emit.binary(fn, varied(c, "x", [b], left, [batch]), varied(c, "y", [a], right, [token])),
      }));
      checkGradients(`${fn}, with a number`, sizes, (c) => ({ output: c.emit.binary(fn, varied(c, "x", [a], left), c.emit.scalar(1.5)) }));
    });
  }

  test("one node as both", () => {
    checkGradients("x · x", sizes, (c) => {
      const x = varied(c, "x", [a]);
      return { output: c.emit.multiply(x, x) };
    });
  });
});

test("select", () => {
  checkGradients("select", sizes, (c) => ({ output: c.emit.select(c.mask(), varied(c, "x", [a]), c.parameter("y", [b, a])) }));
});

test("ties are shared, and kinks give one side", () => {
  const gradientsOf = (make: (c: CaseBuilder, x: Node) => Node): Node[] => {
    const c = new CaseBuilder("kinks", sizes);
    const output = make(c, c.parameter("x", [a]));
    return [...differentiate(c.emit, output, c.emit.scalar(1), new Set()).values()];
  };
  // A maximum of a value and itself: each operand gets half.
  expect(gradientsOf((c, x) => c.emit.binary("maximum", x, x))).toHaveLength(1);
  checkGradients("max(x, x)", sizes, (c) => {
    const x = varied(c, "x", [a]);
    return { output: c.emit.binary("maximum", x, x) };
  });
  checkGradients("min(x, x)", sizes, (c) => {
    const x = varied(c, "x", [a]);
    return { output: c.emit.binary("minimum", x, x) };
  });
  // All three places of `same` are the largest: the sum of what they get is what arrived.
  checkGradients("max over ties", sizes, (c) => {
    const same = c.emit.add(c.emit.multiply(c.emit.iota(a), c.emit.scalar(0)), varied(c, "x", []));
    return { output: c.emit.reduce("max", same, ["a"]) };
  });
});

describe("reductions", () => {
  for (const fn of ["sum", "max"] as const) {
    test(fn, () => {
      checkGradients(fn, sizes, (c) => ({ output: c.emit.reduce(fn, varied(c, "x", [a, b]), ["a"]) }));
      checkGradients(`${fn} over both`, sizes, (c) => ({ output: c.emit.reduce(fn, varied(c, "x", [a, b]), ["b", "a"]) }));
    });
  }

  test("sum over batch and token", () => {
    checkGradients("sum over token", sizes, (c) => ({ output: c.emit.reduce("sum", varied(c, "x", [a]), ["@token"]) }));
    checkGradients("sum over all", sizes, (c) => ({ output: c.emit.reduce("sum", varied(c, "x", [a]), ["@token", "@batch", "a"]) }));
  });

  test("a contraction", () => {
    checkGradients("contraction", sizes, (c) => ({
      output: c.emit.reduce("sum", c.emit.multiply(varied(c, "x", [a]), varied(c, "y", [a, b])), ["a"]),
    }));
  });

  test("softmax and logsumexp with a stopped maximum", () => {
    checkGradients("softmax", sizes, (c) => {
      const x = varied(c, "x", [a, b]);
      const most = c.emit.reduce("max", x, ["a"]);
      const powers = c.emit.unary("exp", c.emit.binary("subtract", x, most));
      return { output: c.emit.binary("divide", powers, c.emit.reduce("sum", powers, ["a"])), stopped: [most] };
    });
    for (const stop of [true, false]) {
      checkGradients(`logsumexp, stopped ${stop}`, sizes, (c) => {
        const x = varied(c, "x", [a, b]);
        const most = c.emit.reduce("max", x, ["a"]);
        const powers = c.emit.unary("exp", c.emit.binary("subtract", x, most));
        const output = c.emit.add(c.emit.unary("log", c.emit.reduce("sum", powers, ["a"])), most);
        return { output, stopped: stop ? [most] : [] };
      });
    }
  });

  test("norms", () => {
    checkGradients("layer norm", sizes, (c) => {
      const x = varied(c, "x", [a]);
      const third = c.emit.scalar(1 / 3);
      const centered = c.emit.binary("subtract", x, c.emit.multiply(c.emit.reduce("sum", x, ["a"]), third));
      const variance = c.emit.multiply(c.emit.reduce("sum", c.emit.unary("square", centered), ["a"]), third);
      const normed = c.emit.multiply(centered, c.emit.unary("rsqrt", c.emit.add(variance, c.emit.scalar(1e-5))));
      return { output: c.emit.add(c.emit.multiply(normed, c.parameter("weight", [a])), c.parameter("bias", [a])) };
    });
  });
});

describe("views", () => {
  test("rename, also two names against each other", () => {
    checkGradients("rename", sizes, (c) => ({ output: c.emit.rename(varied(c, "x", [a, b]), { a: "c" }) }));
    checkGradients("swap", sizes, (c) => ({ output: c.emit.rename(c.parameter("x", [a, axis("b", 3)]), { a: "b", b: "a" }) }));
  });

  test("squeeze and unsqueeze", () => {
    checkGradients("squeeze", sizes, (c) => ({ output: c.emit.squeeze(varied(c, "x", [a, axis("one", 1)]), "one") }));
    checkGradients("unsqueeze", sizes, (c) => ({ output: c.emit.unsqueeze(varied(c, "x", [a]), "one", 2) }));
  });

  test("flip", () => {
    checkGradients("flip", sizes, (c) => ({ output: c.emit.flip(varied(c, "x", [axis("a", 4), b])) }));
    checkGradients("flip beside what is not", sizes, (c) => {
      const x = varied(c, "x", [b]);
      return { output: c.emit.multiply(c.emit.flip(x), x) };
    });
  });

  test("turn_half", () => {
    checkGradients("turn_half", sizes, (c) => ({ output: c.emit.turnHalf(varied(c, "x", [axis("a", 4), b]), "a") }));
    checkGradients("turn_half of what is the same along it", sizes, (c) => ({
      output: c.emit.multiply(c.emit.turnHalf(varied(c, "x", [axis("a", 4)]), "a"), c.input("y", [batch, token, b])),
    }));
  });
});

describe("parameters", () => {
  test("at several places, under other names and in another order of use", () => {
    checkGradients("two names", sizes, (c) => {
      const value = c.parameter("x", [a, b]);
      const again = c.emit.parameter("x", [axis("c", 3), axis("a", 2)]);
      return { output: c.emit.add(c.emit.multiply(c.input("y", [batch, token, b, a]), value), c.emit.reduce("sum", again, ["a"])) };
    });
    checkGradients("order", sizes, (c) => {
      const value = c.parameter("x", [a, b, axis("c", 2)]);
      return { output: c.emit.multiply(c.input("y", [axis("c", 2), b, a]), value) };
    });
  });

  test("one that the output does not depend on is absent, and so is one behind a stopped node", () => {
    const c = new CaseBuilder("absent", sizes);
    const [x, y, z] = ["x", "y", "z"].map((name) => c.parameter(name, [a])) as [Node, Node, Node];
    const stopped = c.emit.unary("exp", y);
    const output = c.emit.multiply(x, stopped);
    c.emit.add(output, z);
    expect([...differentiate(c.emit, output, c.emit.scalar(1), new Set([stopped])).keys()]).toEqual(["x"]);
  });
});
