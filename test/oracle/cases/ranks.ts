/** Cases of a sum over ranks, which with one rank is what is summed: of values that others read too, read through views, and as results. */
import { axis, batch, CaseBuilder, token, type OpCase } from "../case-builder.js";

export function rankSumCases(): OpCase[] {
  const c = new CaseBuilder("rank_sum of sums, read before and behind", { B: 2, T: 33 });
  const x = c.input("x", [batch, token, axis("width", 12)]);
  const { emit } = c;
  const gradient = emit.reduce("sum", x, ["@token", "@batch"]);
  const sum = emit.rankSum(gradient);
  const again = emit.rename(emit.rankSum(emit.rename(gradient, { width: "other" })), { other: "width" });
  const squares = emit.reduce("sum", emit.unary("square", sum), ["width"]);
  const made = c.done({ before: emit.unary("exp", gradient), out: emit.multiply(sum, squares), again: emit.add(again, emit.scalar(1)) });
  const d = new CaseBuilder("rank_sum as a result", { B: 1, T: 5 });
  return [made, d.done({ out: d.emit.rankSum(d.emit.reduce("sum", d.input("x", [batch, token, axis("width", 5)]), ["@token", "@batch"])) })];
}
