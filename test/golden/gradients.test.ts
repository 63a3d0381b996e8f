/**
 * The authors' loss and every gradient, by the entry `gradients` on every backend: loss to 1e-5, gradients to 1e-3 of their largest
 * magnitude. A key's bias under softmax attention has no gradient (it adds the same to every score): there the authors' file and ours
 * hold rounding only, so an error is also fine below 1e-7 of the largest gradient of the model.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compileFile } from "../../cli/spec.js";
import { bytesSource, fairseqName, load, openSafetensors, readTensor, type HostTensor } from "../../runtime/index.js";
import { renderDiagnostics } from "../../src/base/render.js";
import { backends } from "../helpers/backends.js";

const tolerance = 1e-3;
const rounding = 1e-7;

describe.each(backends)("$name", ({ options }) => {
  test.each(["lm-small", "lm-chunks", "lm-softmax"])("%s", async (name) => {
    const path = (extension: string): string => new URL(`./${name}${extension}`, import.meta.url).pathname;
    const result = compileFile(path(".msz"), { training: ["gradients"] });
    expect(renderDiagnostics(result.diagnostics)).toBe("");
    const source = bytesSource(readFileSync(path(".safetensors")), name);
    const file = await openSafetensors(source);
    const session = await load(result.plan, source, { ...options, names: "fairseq", poison: true });
    try {
      const { loss, ...gradients } = await session.call("gradients", { tokens: await readTensor(file, "tokens"), targets: await readTensor(file, "targets") });
      const wantedLoss = (await readTensor(file, "loss")).data[0]!;
      expect(Math.abs(loss!.data[0]! - wantedLoss)).toBeLessThan(1e-5);
      const wanted = new Map<string, HostTensor>();
      for (const { name } of session.plan.parameters) wanted.set(name, await readTensor(file, `grad.${fairseqName(name)}`));
      const largest = Math.max(...[...wanted.values()].map(largestOf));
      for (const [name, tensor] of wanted) {
        const got = gradients[`grad.${name}`]!;
        expect(got.shape).toEqual(session.plan.parameters.find((p) => p.name === name)!.shape);
        expect(differenceOf(got, tensor), name).toBeLessThan(Math.max(tolerance * largestOf(tensor), rounding * largest));
      }
    } finally {
      session.dispose();
    }
  });
});

function largestOf({ data }: HostTensor): number {
  return Array.from(data).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}

/** NaN compares false with everything, so it is made the worst. */
function differenceOf(a: HostTensor, b: HostTensor): number {
  return Array.from(b.data).reduce((worst, x, i) => {
    const difference = Math.abs(x - a.data[i]!);
    return Math.max(worst, Number.isNaN(difference) ? Infinity : difference);
  }, 0);
}
