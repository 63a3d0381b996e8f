/**
 * Every mixer of specs/std as small models to test it in: the folder is read, so a new file is tested as it comes. Sizes divide nothing but
 * what a mixer asks to be divided: an odd width where it allows one.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Mixer } from "../../src/ast/ast.js";
import type { Model } from "../../src/model/model.js";
import { parse } from "../../grammar/index.js";
import { checkText, readSource, root } from "../check/load.js";
import { Random } from "../helpers/random.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";

export const vocabulary = 17;

export interface StandardMixer {
  readonly name: string;
  /** Of several heads where it has any, and of one: both of different widths. */
  readonly specs: readonly [string, string];
}

/** Widths and heads in order of preference: the first that the mixer's own divisions allow. */
const several = [[15, 3], [18, 3], [20, 2], [24, 2]] as const;
const single = [[7, 1], [6, 1], [8, 1]] as const;

export function standardNames(): string[] {
  return readdirSync(join(root, "specs/std")).filter((file) => file.endsWith(".msz")).map((file) => file.slice(0, -".msz".length)).sort();
}

/** Those that a model of one stack may have, and those that it refuses, since they need a length in advance. */
export function standardMixers(): { readonly decoders: readonly StandardMixer[]; readonly encodersOnly: readonly string[] } {
  const decoders: StandardMixer[] = [];
  const encodersOnly: string[] = [];
  for (const name of standardNames()) {
    const told = checkText(specOf(name, 8, 1)).diagnostics;
    if (told.some((d) => d.code === "fixed-length")) encodersOnly.push(name);
    else decoders.push({ name, specs: [firstAllowed(name, several), firstAllowed(name, single)] });
  }
  return { decoders, encodersOnly };
}

function firstAllowed(name: string, sizes: readonly (readonly [number, number])[]): string {
  const specs = sizes.map(([width, heads]) => specOf(name, width, heads));
  const found = specs.find((spec) => checkText(spec).model);
  if (found === undefined) throw new Error(`${name}: ${checkText(specs.at(-1)!).diagnostics.map((d) => d.message).join("; ")}`);
  return found;
}

/** `heads` is given, other axes are 3, 5, 7, … long, numbers are left as they are unless they have no default. */
function specOf(name: string, width: number, heads: number): string {
  const { file } = parse(readSource(`specs/std/${name}.msz`));
  const mixer = file.items.find((item): item is Mixer => item.kind === "mixer" && item.name.text === name);
  if (!mixer) throw new Error(`specs/std/${name}.msz has no mixer ${name}`);
  let size = 1;
  const given = mixer.parameters.flatMap(({ name: { text }, type, default: written }) => {
    if (type.text === "axis") return [`${text}: ${text === "heads" ? heads : (size += 2)}`];
    return written ? [] : [`${text}: 0.5`];
  });
  return modelSpec(`${name}(${given.join(", ")})`, width);
}

export function modelSpec(call: string, width: number, settings = ""): string {
  return `model Small { vocabulary = ${vocabulary}, width = ${width}, positions = none\n${settings}  layers 1 { ${call} } }\n`;
}

/** As trained weights are: no bias is zero, no norm's scale is one. Rounded to float32. */
export function drawParameters(model: Model, seed: number): Tensors {
  const random = new Random(seed);
  return Object.fromEntries(model.parameters.map(({ name, shape }) => {
    const reach = 1.5 / Math.sqrt(shape.length > 1 ? shape.at(-1)! : 4);
    return [name, name.endsWith("norm.weight") ? random.uniformTensor(shape, 0.5, 1.5) : random.uniformTensor(shape, -reach, reach)];
  }));
}

/** Ids from 1 on: 0 stays free for padding. */
export function drawIds(batch: number, length: number, seed: number): Tensor {
  return new Random(seed).integerTensor([batch, length], 1, vocabulary - 1);
}
