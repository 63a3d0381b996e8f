/** `msz import fairseq` on PyTorch's files, as a user meets it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeSafetensors, type HostTensor } from "../../runtime/index.js";
import { expectRefused, listing, msz, root, temporaryFolder } from "../cli/msz.js";
import { readSafetensors } from "../helpers/tensors.js";
import { fixture } from "./archive.js";

const golden = Object.entries(readSafetensors(join(root, "test/golden/lm-small.safetensors"))).filter(([name]) => name.startsWith("param."));
const checkpoint = Object.fromEntries(golden.map(([name, { shape, data }]): [string, HostTensor] => [name.slice("param.".length), { shape, data: Float32Array.from(data) }]));
// Not named .pt, nor .safetensors: the first bytes say what a file is.
const cwd = temporaryFolder({ "from-torch.bin": fixture("fairseq.pt"), "plain.bin": writeSafetensors(checkpoint), "foreign.pt": fixture("foreign-system.pt") });
const odd = temporaryFolder({ "empty.pt": new Uint8Array(), "odd.bin": writeSafetensors(withOdd(checkpoint)) });

/** NaN in the first tensor of the layers, infinity in the four behind it. */
function withOdd(tensors: Readonly<Record<string, HostTensor>>): Record<string, HostTensor> {
  const names = Object.keys(tensors).filter((name) => name.includes("layers.")).slice(0, 5);
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data: names.includes(name) ? Float32Array.from(data).fill(name === names[0] ? NaN : -Infinity, 0, 1) : data }]));
}

test("gives the same file from PyTorch's checkpoint as from safetensors", async () => {
  const imported = (file: string, spec = "lm-small"): ReturnType<typeof msz> => msz(["import", "fairseq", file, "--spec", join(root, `test/golden/${spec}.msz`), "-o", `${file}.safetensors`], { cwd });
  const [torch, plain, foreign, other] = await Promise.all([imported("from-torch.bin"), imported("plain.bin"), imported("foreign.pt"), msz(["import", "fairseq", "from-torch.bin", "--spec", join(root, "test/golden/lm-softmax.msz"), "-o", "other.safetensors"], { cwd })]);
  expect([plain.code, torch.code, torch.stdout]).toEqual([0, 0, ""]);
  expect(torch.stderr).toBe([
    "from-torch.bin.safetensors: all 39 tensors of Reference, 14,800 parameters",
    ...["decoder.output_projection.weight", "decoder.version", "decoder.embed_positions._float_tensor"].map((name) => `left out, for the model has it already or needs none: ${name}`), "",
  ].join("\n"));
  const written = (file: string): Buffer => readFileSync(join(cwd, `${file}.safetensors`));
  expect(written("from-torch.bin").equals(written("plain.bin"))).toBe(true);

  expectRefused(foreign, [
    "error[foreign-pickle]: `foreign.pt` asks for `posix.system`, which is neither a tensor nor plain data",
    "  = why: a pickle may run any program; of a checkpoint msz reads tensors, numbers and text, and runs nothing",
    "  = help: if you trust where it comes from, keep its tensors alone: python -c 'import torch; c = torch.load(\"foreign.pt\", map_location=\"cpu\", weights_only=False); torch.save({\"model\": c.get(\"model\", c)}, \"again.pt\")'",
  ].join("\n"));
  expect(other.code).toBe(1);
  expect(other.stderr).toMatch(/^error\[wrong-weights\]: `from-torch\.bin` does not fit Reference: \d+ of 35 tensors fit, and\n/);
  expect(other.stderr).toMatch(/is \[37, 32\], the model wants \[48, 32\]/);
  expect(listing(cwd)).toEqual(["foreign.pt", "from-torch.bin", "from-torch.bin.safetensors", "plain.bin", "plain.bin.safetensors"]);
});

test("warns of what is not finite and writes it; says that an empty file is empty", async () => {
  const imported = (file: string): ReturnType<typeof msz> => msz(["import", "fairseq", file, "--spec", join(root, "test/golden/lm-small.msz"), "-o", `${file}.safetensors`], { cwd: odd });
  const [warned, empty] = await Promise.all([imported("odd.bin"), imported("empty.pt")]);
  expect(warned.code).toBe(0);
  expect(warned.stderr).toMatch(/\nwarning: 5 tensors hold numbers that are NaN or infinite: (`[\w.]+`, ){2}`[\w.]+` and 2 more\n/);
  expectRefused(empty, "error[empty-file]: `empty.pt` is empty: it is neither a safetensors file nor a PyTorch checkpoint\n  = help: download or export it again");
  expect(listing(odd)).toEqual(["empty.pt", "odd.bin", "odd.bin.safetensors"]);
});
