/** The TensorFlow.js backend, for pages and for Node. tfjs itself is loaded when it is opened. */
import type { Device } from "../device.js";

export interface TfjsOptions {
  /** Told in one line when only the slow JavaScript backend is to be had. */
  readonly onWarning?: (line: string) => void;
  /** Takes this backend of tfjs and no other. */
  readonly only?: TfjsBackend;
  /** Browsers: where the three `tfjs-backend-wasm*.wasm` files are served from. */
  readonly wasmPath?: string;
}

/** In the order of preference: a user's own tfjs-node-gpu or tfjs-node, WebAssembly, plain JavaScript. */
export type TfjsBackend = "tensorflow" | "wasm" | "cpu";

/** @throws MszError `no-backend` (the machine's fault) when `only` cannot be had */
export async function openTfjs(options: TfjsOptions = {}): Promise<Device> {
  const { openDevice } = await import("./device.js");
  return openDevice(options);
}
