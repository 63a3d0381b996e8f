/**
 * What every standard mixer must do on a backend, beside the naive float64 recurrence: `forward`, `prefill` then `decode`, the state that is
 * left, the loss and every gradient, at lengths around the chunk of 64 tokens. One session a mixer runs all lengths, over memory full of NaN.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../runtime/device.js";
import { openDevice } from "../../runtime/load.js";
import type { BackendName, HostTensor, Session } from "../../runtime/index.js";
import { bytesSource, openSafetensors, readTensor, writeSafetensors } from "../../runtime/weights/safetensors.js";
import { targetOf } from "../helpers/backends.js";
import { expectClose } from "../helpers/close.js";
import { sessionOn } from "../helpers/session-on.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";
import { columns, joined, modelOf } from "../graph/session.js";
import { compileText } from "../schedule/compile.js";
import { expectGradients } from "./expect.js";
import { drawIds, drawParameters, standardMixers } from "./mixers.js";
import { runNaively } from "./naive-model.js";

/** Of the largest magnitude: what the language promises. Float32 sums of some hundred products reach about a twentieth of it. */
const tolerance = 1e-4;
/** Gradients go through the layer twice, and each sums over all tokens; one that is a difference of far larger terms is no better than these. */
const tolerances = { loss: 1e-5, gradient: 1e-3, rounding: 4e-6 };

/**
 * @param turn which mixers have several heads here: 0, every second from the first on, or 1, from the second on
 * @param lengths lists that the mixers take in turn
 */
export function checkStandardMixers(backend: BackendName, turn: 0 | 1, lengths: readonly (readonly number[])[]): void {
  const { decoders } = standardMixers();
  let device: Device;
  beforeAll(async () => {
    const { plan } = compileText(decoders[0]!.specs[0], { targets: [targetOf[backend]] });
    device = await openDevice(plan, { backend, poison: true });
  });
  afterAll(() => device?.dispose());

  describe.each(decoders.map((mixer, i) => ({ name: mixer.name, spec: mixer.specs[(i + turn) % 2]!, number: i })))(`$name on ${backend}`, ({ spec, number }) => {
    const model = modelOf(spec);
    const caches = model.layers.flat().flatMap((s) => (s.kind === "mixer" ? s.mixer.caches.map((c) => c.name) : []));
    const parameters = drawParameters(model, number);
    let session: Session | undefined;
    beforeAll(async () => {
      const { plan } = compileText(spec, { targets: [targetOf[backend]], training: ["gradients"] });
      session = await sessionOn(device, plan, writeSafetensors(Object.fromEntries(Object.entries(parameters).map(([name, t]) => [name, float32(t)]))));
    });
    afterAll(() => session?.dispose());

    test.each(lengths[number % lengths.length]!)("%i tokens", async (T) => {
      const B = T > 100 ? 1 : 2;
      const [tokens, targets] = [drawIds(B, T, T), drawIds(B, T, T + 1)];
      const expected = runNaively(model, parameters, tokens, targets);
      const { logits } = await session!.call("forward", { tokens: int32(tokens) });
      expectClose("forward", expected.logits, logits!, tolerance);

      // The last tokens one by one; of a single token there is nothing to prefill.
      const prefilled = Math.max(0, T - 1 - (T % 2));
      const sequence = await session!.start(B);
      const parts: Tensor[] = [];
      if (prefilled > 0) parts.push((await sequence.prefill(int32(columns(tokens, 0, prefilled)), { logits: true }))!);
      for (let t = prefilled; t < T; t++) parts.push(await sequence.decode(int32(columns(tokens, t, t + 1))));
      expectClose("prefill and decode", expected.logits, joined(parts), tolerance);
      const saved = await statesOf(await sequence.save(), Object.keys(expected.states));
      for (const [name, want] of Object.entries(expected.states)) {
        expectClose(name, want, caches.includes(name) ? columns(saved[name]!, 0, T) : saved[name]!, tolerance);
      }
      sequence.dispose();

      expectGradients(expected, await session!.call("gradients", { tokens: int32(tokens), targets: int32(targets) }), tolerances);
    }, 60_000);
  });

  test("there are mixers", () => expect(decoders.length).toBeGreaterThan(15));
}

async function statesOf(bytes: Uint8Array, names: readonly string[]): Promise<Tensors> {
  const file = await openSafetensors(bytesSource(bytes, "the state"));
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readTensor(file, name)] as const)));
}

function int32({ shape, data }: Tensor): HostTensor {
  return { shape, data: Int32Array.from(data) };
}

function float32({ shape, data }: Tensor): HostTensor {
  return { shape, data: Float32Array.from(data) };
}
