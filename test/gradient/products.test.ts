/** Cotangents through matrix products, rows of tables, the loss, the convolution and attention. */
import { describe, test } from "vitest";
import { timeDim, tokenDim, type Node } from "../../src/graph/graph.js";
import { axis, batch, token, type CaseBuilder } from "../oracle/case-builder.js";
import { checkGradients, varied } from "./check.js";

const sizes = { B: 2, T: 3 };
const inner = axis("inner", 3);
const outer = axis("outer", 2);
const heads = axis("heads", 2);

describe("matmul", () => {
  test("of tokens", () => {
    checkGradients("plain", sizes, (c) => ({ output: c.emit.matmul(varied(c, "x", [inner]), c.parameter("w", [outer, inner]), ["inner"]) }));
    checkGradients("w lies the other way", sizes, (c) => ({ output: c.emit.matmul(varied(c, "x", [inner]), c.parameter("w", [inner, outer]), ["inner"]) }));
    checkGradients("one row, one token", { B: 1, T: 1 }, (c) => ({ output: c.emit.matmul(varied(c, "x", [inner]), c.parameter("w", [outer, inner]), ["inner"]) }));
    checkGradients("heads with weights of their own", sizes, (c) => ({
      output: c.emit.matmul(varied(c, "x", [heads, inner]), c.parameter("w", [heads, outer, inner]), ["inner"]),
    }));
    checkGradients("two dims in, two out", sizes, (c) => ({
      output: c.emit.matmul(varied(c, "x", [heads, inner]), c.parameter("w", [outer, axis("other", 3), heads, inner]), ["heads", "inner"]),
    }));
    checkGradients("the same weights at each place of an axis", sizes, (c) => ({
      output: c.emit.matmul(varied(c, "x", [heads, inner]), c.parameter("w", [outer, inner]), ["inner"]),
    }));
    checkGradients("no dims out", sizes, (c) => ({ output: c.emit.matmul(varied(c, "x", [inner]), c.parameter("w", [inner]), ["inner"]) }));
  });

  test("of what has no batch or no token", () => {
    for (const dims of [[batch], [token], []]) {
      checkGradients(`outer dims ${dims.map((d) => d.name).join()}`, sizes, (c) => ({
        output: c.emit.matmul(varied(c, "x", [heads, inner], undefined, dims), c.parameter("w", [outer, inner]), ["inner"]),
      }));
    }
  });

  test("of an axis onto itself, and of a renamed parameter", () => {
    checkGradients("primed", sizes, (c) => ({
      output: c.emit.matmul(c.emit.rename(varied(c, "x", [inner]), { inner: "inner'" }), c.parameter("w", [inner, axis("inner'", 3)]), ["inner'"]),
    }));
    checkGradients("renamed", sizes, (c) => ({
      output: c.emit.matmul(varied(c, "x", [inner]), c.emit.rename(c.parameter("w", [outer, axis("y", 3)]), { y: "inner" }), ["inner"]),
    }));
  });

  test("of a token's bias first and last", () => {
    checkGradients("tied", sizes, (c) => {
      const table = c.parameter("table", [axis("vocab", 5), inner]);
      const rows = c.emit.gather(table, c.integers("ids", [batch, token], { low: 0, high: 4 }), "vocab");
      return { output: c.emit.matmul(c.emit.add(rows, c.parameter("bias", [inner])), table, ["inner"]) };
    });
  });
});

test("gather, with ids that come twice and ids outside", () => {
  checkGradients("gather", { B: 2, T: 4 }, (c) => ({
    output: c.emit.gather(c.parameter("table", [axis("vocab", 4), inner]), c.integers("ids", [batch, token], { low: -1, high: 5 }), "vocab"),
  }));
  checkGradients("gather of a column", sizes, (c) => ({
    output: c.emit.gather(c.parameter("table", [inner, axis("vocab", 4)]), c.integers("ids", [token], { low: 0, high: 3 }), "vocab"),
  }));
});

test("cross_entropy", () => {
  for (const smoothing of [0, 0.1]) {
    checkGradients(`cross entropy, smoothing ${smoothing}`, sizes, (c) => {
      const targets = c.integers("targets", [batch, token], { low: 0, high: 2 });
      return { output: c.emit.crossEntropy(varied(c, "logits", [inner]), targets, "inner", smoothing) };
    });
  }
});

describe("convolve", () => {
  for (const T of [1, 2, 5]) {
    for (const masked of [false, true]) {
      test(`T ${T}, masked ${masked}`, () => {
        checkGradients(`convolve ${T} ${masked}`, { B: 2, T }, (c) => {
          const mask = masked ? c.mask() : undefined;
          const weight = c.parameter("weight", [heads, inner, axis("@tap", 3)]);
          const result = c.emit.convolve(varied(c, "x", [heads, inner]), weight, c.parameter("bias", [heads, inner]), 3, undefined, mask);
          // Undefined at padding, so that every graph chooses something else there.
          return { output: mask ? c.emit.select(mask, result, c.emit.scalar(0)) : result };
        });
      });
    }
  }
});

describe("attention", () => {
  const feature = axis("feature", 3);
  const channel = axis("channel", 2);
  const slots = (c: CaseBuilder, x: Node): Node => c.emit.rename(x, { [tokenDim]: timeDim });

  for (const B of [1, 2]) {
    for (const T of [1, 4]) {
      for (const masked of [false, true]) {
        test(`B ${B}, T ${T}, masked ${masked}`, () => {
          checkGradients(`attention ${B} ${T} ${masked}`, { B, T }, (c) => {
            const valid = masked ? slots(c, c.mask()) : undefined;
            const [key, value] = [slots(c, varied(c, "key", [heads, feature])), slots(c, varied(c, "value", [heads, channel]))];
            return { output: c.emit.attention(varied(c, "query", [heads, feature]), key, value, ["feature"], undefined, valid) };
          });
        });
      }
    }
  }

  test("keys and values that heads share, and a value with the axis of the score", () => {
    checkGradients("shared", { B: 2, T: 4 }, (c) => {
      const [key, value] = [slots(c, varied(c, "key", [feature])), slots(c, varied(c, "value", [channel]))];
      return { output: c.emit.attention(varied(c, "query", [heads, feature]), key, value, ["feature"], undefined, undefined) };
    });
    checkGradients("one axis", { B: 2, T: 4 }, (c) => {
      const x = varied(c, "x", [heads, feature]);
      const primed = c.emit.rename(x, { feature: "feature'" });
      return { output: c.emit.attention(primed, slots(c, primed), slots(c, x), ["feature'"], undefined, undefined) };
    });
    checkGradients("scalar values", { B: 2, T: 4 }, (c) => {
      const [key, value] = [slots(c, varied(c, "key", [heads, feature])), slots(c, varied(c, "value", [heads]))];
      return { output: c.emit.attention(varied(c, "query", [heads, feature]), key, value, ["feature"], undefined, undefined) };
    });
  });
});
