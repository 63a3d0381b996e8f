/** `msz init`: a first spec that runs at once with random weights, and how to go on. Never overwrites. */
import { MszError } from "../../src/base/error.js";
import { fileExists, writeFileWhole } from "../files.js";
import { note } from "../report.js";

export function init(name: string): void {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new MszError("bad-name", `\`${name}\` is no name for a spec`, { reason: "names are snake_case: small letters, digits and _, a letter first", hint: "for example `msz init tiny_model`" });
  }
  const file = `${name}.msz`;
  if (fileExists(file)) throw new MszError("file-exists", `\`${file}\` is there already`, { hint: "choose another name, or move it away" });
  writeFileWhole(file, firstSpec(pascal(name)));
  note(`wrote ${file}. Go on with:

  msz check ${file}                     find mistakes
  msz explain ${file}                   what the compiler makes of it
  msz run ${file} --weights random:1    run it, untrained
  msz train ${file} --corpus FILE       train it on a text of yours
  msz compile ${file} -o out            the plan, for CUDA, WebGPU and TensorFlow.js`);
}

function pascal(name: string): string {
  return name.split("_").filter(Boolean).map((w) => w[0]!.toUpperCase() + w.slice(1)).join("");
}

function firstSpec(model: string): string {
  return `// A small byte-level language model: two layers that see one another through a MemSizer bank.

let size = 64

model ${model} {
  vocabulary = bytes
  width      = size
  context    = 256

  layers 2 {
    memory(slots: 16, heads: 4)
    feed_forward(hidden: 4 * width, activation: gelu)
  }
}

train {
  corpus    = "corpus.txt"
  batch     = 16
  steps     = 1_000
  optimizer = adamw(rate: 3e-3, betas: [0.9, 0.98], decay: 0.1)
  schedule  = cosine(warmup: 100, floor: 0.1)
}

generate { temperature = 0.8, top_k = 40 }
`;
}
