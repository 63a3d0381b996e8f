/** `msz import fairseq`: a checkpoint with fairseq's names becomes a weights file with ours; what fits and what does not is listed. */
import { writeSafetensors } from "../../runtime/index.js";
import { readWeights } from "../../runtime/weights/weights.js";
import { openBytes, writeFileWhole } from "../files.js";
import { note } from "../report.js";
import { openPlan } from "../session.js";

export async function importFairseq(checkpoint: string, options: { spec: string; out: string; set?: Readonly<Record<string, string>> }): Promise<void> {
  const { plan } = openPlan(options.spec, { set: options.set, targets: [] });
  const source = await openBytes(checkpoint);
  try {
    const weights = await readWeights(plan, source, "fairseq");
    writeFileWhole(options.out, writeSafetensors(Object.fromEntries(weights), { format: "msz", model: plan.model.name }));
    const count = plan.parameters.reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0);
    note(`${options.out}: ${weights.size} tensors, ${count.toLocaleString("en")} parameters`);
  } finally {
    await source.close();
  }
}
