/**
 * The authors' translation models and the adaptive one on a device: what every backend's own tests run. Whole texts, the loss and every gradient,
 * `encode` and one token at a time, with the sources padded on either side; and searches, in the same session, for on WebGPU kernels cost more than what they compute.
 *
 * Tolerances: 1e-4 of the largest number of a tensor, since the authors' parallel and recurrent forms differ by 1.5e-5 in float32; 1e-3 for gradients, with 1e-7
 * of the model's largest for those that are nothing but rounding (a bias of all keys alike); 1e-5 for the loss.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileFile } from "../../cli/spec.js";
import type { BackendName, Device, HostTensor, HostTensors, Program } from "../../runtime/device.js";
import { openVocabulary, Session } from "../../runtime/index.js";
import { valuesOf } from "../../runtime/load.js";
import { bytesSource } from "../../runtime/weights/safetensors.js";
import { targetOf } from "../helpers/backends.js";
import { columns, joined } from "../graph/session.js";
import { expectClose } from "../helpers/close.js";
import type { Tensor } from "../helpers/tensors.js";
import { openAuthors, type Authors } from "./authors.js";
import { testSearches } from "./searches.js";
import { moved, realRows } from "./texts.js";

const tolerance = 1e-4;
const [gradientTolerance, rounding] = [1e-3, 1e-7];

const translationModels = ["mt-decoder-memsizer", "mt-full-memsizer", "mt-softmax"] as const;

/**
 * @param backend On WebGPU and CUDA, where a step takes a software adapter or the simulated device forty times as long as tfjs, one model shows what is no matter of the model.
 * @param openDevice called once: all models' programs live on its device to the end, so that what one has compiled serves the next
 */
export function testTranslations(backend: BackendName, openDevice: () => Promise<Device>): void {
  let device: Device;
  beforeAll(async () => void (device = await openDevice()));
  afterAll(() => device?.dispose());

  describe.each([...translationModels, "lm-adaptive"])("%s", (name) => {
    const authors = openAuthors(name);
    const { file, model } = authors;
    const sources = file.src_tokens;
    const tokens = file.prev_output_tokens ?? file.tokens!;
    const [B, T] = tokens.shape as [number, number];
    const padding = model.padding!;
    const output = file.logits ? "logits" : "log_probs";
    const rows = (x: Tensor): Tensor => realRows(x, tokens, padding);
    let program: Program;
    let session: Session;
    beforeAll(async () => {
      const { plan } = compileFile(new URL(`./${name}.msz`, import.meta.url).pathname, { training: ["gradients"], targets: [targetOf[backend]] });
      const weights = readFileSync(new URL(`./${name}.safetensors`, import.meta.url));
      const values = await valuesOf(plan!, bytesSource(weights, name), "fairseq");
      program = await device.open(plan!, values);
      session = new Session(plan!, device, await openVocabulary(plan!), program, values);
    });

    const sides: [string, Tensor | undefined][] = [[sources ? "sources padded at the left" : "no source", sources]];
    // Of the three models' kernels these are most.
    if (sources && (backend === "tfjs" || name === "mt-full-memsizer")) sides.push(["at the right, by 3 more", moved(sources, padding, "right", 3)]);
    test.each(sides)("forward, %s", async (_, source) => {
      const got = await program.call("forward", inputsOf({ tokens, source_tokens: source }));
      expectClose(output, rows(file[output]!), rows(got[output]!), tolerance);
      if (source) expectClose("encoder_out", realRows(file.encoder_out!, sources!, padding), realRows(got.encoder_out!, source, padding), tolerance);
    });

    test.each(sides)("loss and every gradient, %s", async (_, source) => {
      const { loss, ...gradients } = await program.call("gradients", inputsOf({ tokens, targets: file.targets, source_tokens: source }));
      expect(Math.abs(loss!.data[0]! - file.loss!.data[0]!)).toBeLessThan(1e-5);
      expectGradients(authors, gradients);
    });

    test.each(sides)("a token, then one at a time, %s", async (_, source) => {
      const state = await program.createState(B, source?.shape[1]);
      if (source) {
        const { encoder_out } = await program.advance(state, "encode", inputsOf({ source_tokens: source }));
        expectClose("encoder_out", realRows(file.encoder_out!, sources!, padding), realRows(encoder_out!, source, padding), tolerance);
        expect([state.source, state.length]).toEqual([source.shape[1], 0]);
      }
      const given = (t: number): HostTensors => inputsOf({ tokens: columns(tokens, t, t + 1) });
      const parts = [(await program.advance(state, "prefill_all", given(0)))[output]!];
      for (let t = 1; t < T; t++) parts.push((await program.advance(state, "decode", given(t)))[output]!);
      expect(state.length).toBe(T);
      const made = rows(joined(parts));
      const recurrent = file["recurrent.logits"] ?? file["recurrent.log_probs"];
      if (recurrent) expectClose("recurrent", rows(recurrent), made, tolerance);
      expectClose(output, rows(file[output]!), made, tolerance);
      state.dispose();
    });

    if (sources) testSearches(file, () => session, backend === "tfjs" ? "all" : name === "mt-softmax" ? "some" : "no more");
  });
}

function expectGradients({ file, model, nameOf }: Authors, gradients: HostTensors): void {
  const wanted = new Map(model.parameters.map(({ name }) => [name, file[`grad.${nameOf(name)}`]!] as const));
  const largest = Math.max(...[...wanted.values()].map(largestOf));
  for (const [name, reference] of wanted) {
    const allowed = Math.max(gradientTolerance * largestOf(reference), rounding * largest);
    const got = gradients[`grad.${name}`]!;
    // The authors keep heads and their features in one dim.
    expectClose(`grad.${name}`, { shape: got.shape, data: reference.data }, got, allowed, { relativeTo: "absolute" });
  }
}

function largestOf({ data }: Tensor): number {
  return Array.from(data).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}

function inputsOf(given: Readonly<Record<string, Tensor | undefined>>): HostTensors {
  return Object.fromEntries(Object.entries(given).flatMap(([name, x]): [string, HostTensor][] => (x ? [[name, { shape: x.shape, data: Int32Array.from(x.data) }]] : [])));
}
