// The recurrence alone, forward and forward + backward: launches of an entry whose kernels are the recurrence's (states at the chunks' borders and reads of them), by the device's clock.
// At the six shapes of flash-linear-attention's own benchmarks, with an unnormalised linear recurrence, and at MemSizer's. Values that a step keeps are bfloat16, states float32.
import { compile } from "../../dist/cli/api.js";
import { valuesOf } from "../../dist/runtime/load.js";
import { openCuda } from "../../dist/runtime/open-cuda.js";

/** [B, T, heads, width of a head] */
const field = [[1, 8192, 96, 128], [2, 16384, 16, 128], [4, 2048, 16, 128], [4, 4096, 64, 128], [8, 2048, 32, 256], [8, 1024, 8, 64]];
const lengths = [512, 1024, 2048, 4096, 8192, 16384];
const ofRecurrence = /boundaries|scan_read|advance|correction/;

// A narrow model around the mixer, so that its projections are small beside it.
const linear = (heads, channels) => `mixer bare(heads: axis, keys: axis, values: axis) {
  query = linear(x, heads, keys)
  key   = linear(source, heads, keys)
  value = linear(source, heads, values)
  state sums[heads, keys, values] = sums + key * value
  out   = linear(sum(query * sums, keys), width)
}
${model(64, `bare(heads: ${heads}, keys: ${channels}, values: ${channels})`)}`;
const memory = (width, slots) => model(width, `memory(slots: ${slots}, heads: 8)`);

function model(width, mixer) {
  return `model Bare { vocabulary = bytes, width = ${width}, positions = none\n layers 1 { ${mixer} } }\ntrain { optimizer = sgd(rate: 1e-3), precision = bfloat16 }\n`;
}

export async function measureRecurrence({ small }) {
  const rounds = small ? 1 : 10;
  const result = { field: [], memsizer: [] };
  for (const [B, T, heads, channels] of small ? [[1, 128, 2, 16]] : field) result.field.push({ B, T, H: heads, D: channels, ...(await times(linear(heads, channels), B, T, rounds)) });
  for (const T of small ? [128] : lengths) {
    const [B, slots, width] = small ? [2, 8, 64] : [6, 32, 1024];
    result.memsizer.push({ B, T, slots, width, ...(await times(memory(width, slots), B, T, rounds)) });
  }
  return result;
}

/** Milliseconds. `inspect` runs the forward pass of a training step alone. */
async function times(text, batch, length, rounds) {
  const { plan, diagnostics } = compile({ path: "bench", text }, { targets: ["cuda"], training: ["inspect", "train"] });
  if (!plan) throw new Error(diagnostics.map((d) => d.message).join("; "));
  const device = await openCuda({ onWarning: (line) => console.error(line) });
  try {
    const program = await device.open(plan, await valuesOf(plan, { random: 1 }, "msz"));
    const ids = { shape: [batch, length], data: Int32Array.from({ length: batch * length }, (_, i) => (i * 7919) % 256) };
    const one = (value) => ({ shape: [1], data: Int32Array.of(value) });
    const all = { tokens: ids, targets: ids, seed: one(1), counter: one(0), restart: one(1), schedule: { shape: [3], data: Float32Array.of(0, 1, 1) } };
    const sum = async (entry) => {
      const inputs = Object.fromEntries(plan.entries.find((e) => e.name === entry).inputs.map(({ name }) => [name, all[name]]));
      const launches = (await program.profile(entry, inputs, rounds)).filter(({ kernel }) => ofRecurrence.test(kernel));
      return launches.reduce((total, { milliseconds }) => total + milliseconds, 0);
    };
    return { forward: await sum("inspect"), forwardBackward: await sum("train") };
  } catch (error) {
    return { not_run: error.message };
  } finally {
    device.dispose();
  }
}
