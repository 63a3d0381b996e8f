/**
 * The authors' models through the whole compiler, on every backend: logits of `forward`, and of `recurrent` token by token and
 * after a prefill of 1, 7 and 64.
 *
 * Tolerance 1e-4 of the largest magnitude: the authors' own parallel and recurrent forms differ by 1.5e-5 in float32.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileFile } from "../../cli/spec.js";
import { bytesSource, load, openSafetensors, readTensor, type HostTensor, type Session } from "../../runtime/index.js";
import { renderDiagnostics } from "../../src/base/render.js";
import { backends } from "../helpers/backends.js";

const tolerance = 1e-4;

describe.each(backends)("$name", ({ options }) => {
  describe.each(["lm-small", "lm-chunks", "lm-softmax"])("%s", (name) => {
    let session: Session;
    let expected: Record<"tokens" | "logits" | "recurrent.logits", HostTensor>;

    beforeAll(async () => {
      const path = (extension: string): string => new URL(`./${name}${extension}`, import.meta.url).pathname;
      const result = compileFile(path(".msz"));
      expect(renderDiagnostics(result.diagnostics)).toBe("");
      const source = bytesSource(readFileSync(path(".safetensors")), name);
      const file = await openSafetensors(source);
      const read = (tensor: string): Promise<HostTensor> => readTensor(file, tensor);
      expected = { tokens: await read("tokens"), logits: await read("logits"), "recurrent.logits": await read("recurrent.logits") };
      session = await load(result.plan, source, { ...options, names: "fairseq", poison: true });
    });
    afterAll(() => session?.dispose());

    test("forward", async () => {
      const { logits } = await session.call("forward", { tokens: expected.tokens });
      expectNear(logits!, expected.logits);
    });

    test.each([1, 7, 64])("recurrent after a prefill of %i", async (prefill) => {
      const { logits } = await session.call("recurrent", { tokens: expected.tokens }, { prefill });
      expectNear(logits!, expected["recurrent.logits"]);
      expectNear(logits!, expected.logits);
    });
  });
});

function expectNear(got: HostTensor, wanted: HostTensor): void {
  expect(got.shape).toEqual(wanted.shape);
  const largest = Math.max(...Array.from(wanted.data, Math.abs));
  let worst = 0;
  wanted.data.forEach((v, i) => {
    const difference = Math.abs(v - got.data[i]!);
    // NaN compares false with everything, so it is made the worst.
    worst = Math.max(worst, Number.isNaN(difference) ? Infinity : difference);
  });
  expect(worst / largest).toBeLessThan(tolerance);
}
