/**
 * Sessions that share a device: what `load` makes of a plan, but the device stays when a session goes. While one session lives, WebGPU gives
 * another its compiled kernels where the text is the same, which saves most of the time of opening a plan again and again.
 */
import type { Device } from "../../runtime/device.js";
import { checkTarget, valuesOf, type WeightsInput } from "../../runtime/load.js";
import { Session } from "../../runtime/session/session.js";
import { openSourceVocabulary, openVocabulary } from "../../runtime/text/vocabulary.js";
import { validatePlan } from "../../src/plan/validate.js";

export async function sessionOn(device: Device, plan: unknown, weights: WeightsInput): Promise<Session> {
  const valid = validatePlan(plan);
  checkTarget(valid, device.backend);
  const vocabulary = await openVocabulary(valid, undefined);
  const values = await valuesOf(valid, weights, "msz");
  const { backend, description, software } = device;
  const shared: Device = { backend, description, software, open: (p, w) => device.open(p, w), dispose: () => undefined };
  return new Session(valid, shared, vocabulary, await device.open(valid, values), values, await openSourceVocabulary(valid, vocabulary));
}
