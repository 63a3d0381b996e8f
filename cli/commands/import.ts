/** `msz import fairseq`: a checkpoint with fairseq's names becomes a weights file with ours; what fits and what does not is listed. */
import { openSafetensors, writeSafetensors } from "../../runtime/index.js";
import { fairseqName } from "../../runtime/weights/names.js";
import { fairseqKeys, readWeights } from "../../runtime/weights/weights.js";
import { openBytes, refuseSameFile, writeFileWhole } from "../files.js";
import { note } from "../report.js";
import { openPlan } from "../session.js";

export async function importFairseq(checkpoint: string, options: { spec: string; out: string; set?: Readonly<Record<string, string>> }): Promise<void> {
  refuseSameFile(options.out, "--out", [checkpoint, options.spec]);
  const { plan } = openPlan(options.spec, { set: options.set, targets: [] });
  const source = await openBytes(checkpoint);
  try {
    const file = await openSafetensors(source);
    const weights = await readWeights(plan, source, "fairseq");
    writeFileWhole(options.out, writeSafetensors(Object.fromEntries(weights), { format: "msz", model: plan.model.name }));
    const count = plan.parameters.reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0);
    note(`${options.out}: all ${weights.size} tensors of ${plan.model.name}, ${count.toLocaleString("en")} parameters`);
    const used = new Set([...weights.keys()].map((name) => fairseqName(name)));
    for (const [name, key] of fairseqKeys(file)) {
      if (!used.has(name)) note(`left out, for the model has it already or needs none: ${key}`);
    }
  } finally {
    await source.close();
  }
}
