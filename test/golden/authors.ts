/** A model of the authors' with what their code computed: for the tests that run it through the oracle. */
import { expect } from "vitest";
import type { Model } from "../../src/model/model.js";
import { fairseqName } from "../../runtime/weights/names.js";
import { checkPath, root } from "../check/load.js";
import { readSafetensors, type Tensors } from "../helpers/tensors.js";

/** The model as it is checked, not yet derived. */
export function openAuthors(name: string): { file: Tensors; parameters: Tensors; model: Model } {
  const { model, diagnostics } = checkPath(`test/golden/${name}.msz`);
  expect(diagnostics).toEqual([]);
  const file = readSafetensors(`${root}/test/golden/${name}.safetensors`);
  const names = model!.parameters.map((p) => p.name);
  const parameters: Tensors = Object.fromEntries(names.map((name) => [name, file[`param.${fairseqName(name, names)}`]!]));
  return { file, parameters, model: model! };
}
