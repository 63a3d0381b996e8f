/** How a PyTorch file is refused: every message names the file and has a way out. */
import { MszError } from "../../../src/base/error.js";
import { printable } from "../printable.js";

/** Of a file that is damaged, or that says what cannot be. */
export function damaged(file: string, why: string, hint = "the file may be cut off or damaged: download or export it again"): MszError {
  return new MszError("bad-pytorch", `\`${file}\` is not a PyTorch checkpoint that can be read: ${why}`, { hint });
}

/** Of a checkpoint that would run code, or make an object of a class that is not plain data. */
export function foreign(file: string, name: string): MszError {
  return new MszError("foreign-pickle", `\`${file}\` asks for \`${printable(name)}\`, which is neither a tensor nor plain data`, {
    reason: "a pickle may run any program; of a checkpoint msz reads tensors, numbers and text, and runs nothing",
    hint: `if you trust where it comes from, keep its tensors alone: ${again(file, `{"model": c.get("model", c)}`)}`,
  });
}

/** Of what `torch.save` wrote before version 1.6, and other pickles without an archive. */
export function legacy(file: string, what: string): MszError {
  return new MszError("old-pytorch", `\`${file}\` is ${what}, and msz reads the archives that torch.save writes since PyTorch 1.6`, {
    hint: `if you trust where it comes from, load and save it with a newer PyTorch: ${again(file, "c")}`,
  });
}

/** A command that writes the file again. `value` is Python, and `c` in it what was loaded. */
export function again(file: string, value: string): string {
  const name = /^[\w./-]+$/.test(file) ? file : "checkpoint.pt";
  return `python -c 'import torch; c = torch.load("${name}", map_location="cpu", weights_only=False); torch.save(${value}, "again.pt")'`;
}
