/** A model of the authors' with what their code computed: for the tests that run it through the oracle. */
import { expect } from "vitest";
import type { Model } from "../../src/model/model.js";
import { fairseqName } from "../../runtime/weights/names.js";
import { checkPath, root } from "../check/load.js";
import { readSafetensors, type Tensors } from "../helpers/tensors.js";

export interface Authors {
  readonly file: Tensors;
  readonly parameters: Tensors;
  /** As it is checked, not yet derived. */
  readonly model: Model;
  /** What the file calls a parameter. */
  readonly nameOf: (parameter: string) => string;
}

export function openAuthors(name: string): Authors {
  const { model, diagnostics } = checkPath(`test/golden/${name}.msz`);
  expect(diagnostics).toEqual([]);
  const file = readSafetensors(`${root}/test/golden/${name}.safetensors`);
  const names = model!.parameters.map((p) => p.name);
  const nameOf = (parameter: string): string => fairseqName(parameter, names)!;
  const parameters: Tensors = Object.fromEntries(names.map((parameter) => [parameter, file[`param.${nameOf(parameter)}`]!]));
  return { file, parameters, model: model!, nameOf };
}
