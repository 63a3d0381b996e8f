/** Recurrences with corrections on the wasm backend: the oracle's cases, in both directions. */
import { afterAll, beforeAll, describe, test } from "vitest";
import type { Device } from "../../runtime/device.js";
import { openTfjs } from "../../runtime/tfjs/index.js";
import { correctionCases, reverseCorrectionCases } from "../oracle/cases/corrections.js";
import { checkCase } from "./check-case.js";

let device: Device;
beforeAll(async () => {
  device = await openTfjs({ only: "wasm" });
});
afterAll(() => device.dispose());

describe("corrections", () => {
  for (const opCase of [...correctionCases(), ...reverseCorrectionCases()]) test(opCase.name, () => checkCase(device, opCase));
});
