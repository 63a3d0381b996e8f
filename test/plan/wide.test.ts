/** Mixers of very many operands: the plan that is made of them is one that a reader takes. */
import { expect, test } from "vitest";
import { validatePlan } from "../../src/plan/validate.js";
import { compileText } from "../schedule/compile.js";

const many = (count: number, of: (i: number) => string, between: string): string => Array.from({ length: count }, (_, i) => of(i)).join(between);
const keys = (count: number, axis: string): string => many(count, (i) => `  key_${i} = linear(x, ${axis})`, "\n");

test.each([
  ["a walk that takes 70 values from outside", `
${keys(70, "width")}
  state h[width] = tanh(h + ${many(70, (i) => `sigmoid(h * key_${i})`, " + ")})
  out = h`],
  ["35 corrections, of two operands each", `
  axis slots = 2
${keys(35, "slots")}
  state bank[slots, width] = bank + key_0 * x - ${many(35, (i) => `key_${i} * sum(key_${i} * bank, slots)`, " - ")}
  out = sum(bank, slots)`],
  ["70 states in a circle", `
${many(70, (i) => `  state h_${i}[width] = tanh(previous(h_${(i + 1) % 70}) + x)`, "\n")}
  out = h_0`],
])("%s", (_, body) => {
  const { plan } = compileText(`mixer wide() {${body}\n}\nmodel Small { vocabulary = 5, width = 4, layers 1 { wide() } }`, { training: ["gradients"] });
  expect(validatePlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
});
