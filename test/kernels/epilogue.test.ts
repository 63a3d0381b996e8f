/** Epilogues: bias, gelu and residual inside the kernel that made the value, in every form of matmul and beside it. */
import { wgslTarget } from "../../compiler/5-schedule/target.js";
import { afterAll, beforeAll, test } from "vitest";
import { isSpecial, launchSpecial } from "../../compiler/5-schedule/kernels/index.js";
import type { Epilogue } from "../../compiler/5-schedule/kernels/types.js";
import type { Dim } from "../../src/graph/graph.js";
import { add, unary } from "../../src/kernel/build.js";
import { expectClose } from "../helpers/close.js";
import { axis, batch, CaseBuilder, oneToken, token } from "../oracle/case-builder.js";
import { environmentOf, evaluateNodes } from "../oracle/evaluate.js";
import { createRunner, type Runner } from "./run.js";

let runner: Runner;
beforeAll(async () => {
  runner = await createRunner();
});
afterAll(() => runner.device.destroy());

const heads = axis("heads", 3);
const recipes: readonly (readonly [string, number, number, Dim, readonly Dim[], readonly Dim[]])[] = [
  ["tiled, 48 to 64", 2, 37, token, [axis("in", 48)], [axis("out", 64), axis("in", 48)]],
  ["tiled, 33 to 9", 2, 37, token, [axis("in", 33)], [axis("out", 9), axis("in", 33)]],
  ["columns, one row", 1, 1, oneToken, [axis("in", 48)], [axis("out", 66), axis("in", 48)]],
  ["columns, five rows", 5, 1, oneToken, [axis("in", 48)], [axis("out", 64), axis("in", 48)]],
  ["per head", 2, 13, token, [heads, axis("in", 16)], [heads, axis("out", 8), axis("in", 16)]],
  ["generic", 2, 13, token, [axis("in", 16), heads], [axis("out", 8), heads, axis("in", 16)]],
];

test.each(recipes)("matmul with bias, gelu and residual: %s", async (name, B, T, at, xDims, wDims) => {
  const c = new CaseBuilder(name, { B, T });
  const over = xDims.map((d) => d.name).filter((n) => !(name === "per head" && n === "heads"));
  const shape = [wDims[0]!.size, ...wDims.slice(1).map((d) => d.size)] as number[];
  const rows = name === "per head" ? 24 : shape[0]!;
  const w = c.parameter("w", wDims, [rows, shape.reduce((a, b) => a * b) / rows]);
  const product = c.emit.matmul(c.input("x", [batch, at, ...xDims]), w, over);
  const bias = c.parameter("bias", product.dims.filter((d) => d.name === "out" || d.name === "heads"));
  const residual = c.input("residual", product.dims);
  // The chain's result has its dims in another order than the product.
  const gelu = c.emit.unary("gelu", c.emit.add(product, bias));
  const result = c.emit.add(residual, gelu);
  const { graph, ...given } = c.done({ out: result });
  const environment = environmentOf(graph, given);
  const values = evaluateNodes(graph, environment);
  const epilogue: Epilogue = {
    name: "gelu_add",
    write: (writer, value, place) => writer.write(result, place, add(writer.read(residual, place), unary("gelu", add(value, writer.read(bias, place))))),
  };
  if (!isSpecial(product)) throw new Error("matmul is special");
  const launches = launchSpecial(product, { chunk: 64, target: wgslTarget }, epilogue);
  const before = new Map(values.map((value, id) => [id, value]));
  before.set(w.id, given.parameters["w"]!);
  before.delete(result.id);
  const after = await runner.run(launches, before, environment.symbols);
  // Sums of 48 products in float32.
  expectClose(name, values[result.id]!, after.get(result.id)!, 1e-5);
});
