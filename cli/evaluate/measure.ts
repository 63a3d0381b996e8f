/** A model's loss on a text of any length, window by window: memory is that of a window, or of a batch of them. */
import { MszError, type Losses, type Session, type TrainingBatch } from "../../runtime/index.js";
import { nextTurn } from "../../runtime/session/turn.js";
import type { Plan } from "../../src/plan/plan.js";
import type { Windows } from "../corpus/windows.js";

/** One sequence whose state goes on from window to window, or windows that each start anew. */
export type Mode = "stateful" | "stateless";

/** `because`: why the state is not carried on, where nobody asked for that. */
export function modeOf(plan: Plan, asked: { readonly stateless?: boolean; readonly stateful?: boolean }): { mode: Mode; because?: string } {
  if (asked.stateless || asked.stateful) return { mode: asked.stateless ? "stateless" : "stateful" };
  const { name, positionLimit } = plan.model;
  if (positionLimit !== null) return { mode: "stateless", because: `${name} has learned positions for ${positionLimit} tokens` };
  if (plan.states.some((s) => s.class === "growing")) return { mode: "stateless", because: `${name} keeps every token of a sequence, so that memory would grow with the text` };
  return { mode: "stateful" };
}

export interface Measurement {
  readonly session: Session;
  readonly windows: Windows;
  readonly mode: Mode;
  /** Windows at a time, of those that start anew. */
  readonly batch: number;
  readonly onProgress: (soFar: Losses) => void;
}

/** @throws MszError `not-finite`, `no-targets` */
export async function measure({ session, windows, mode, batch, onProgress }: Measurement): Promise<Losses> {
  const { corpus, from } = windows;
  let [sum, count, at] = [0, 0, from];
  const add = (losses: Losses, { targets }: TrainingBatch): void => {
    if (!Number.isFinite(losses.sum)) {
      throw new MszError("not-finite", `the loss is not a finite number, between tokens ${at + 1} and ${at + targets.data.length + 1} of the text`, { hint: "the weights may hold NaN, or the model may not bear so long a sequence: try `--stateless`" });
    }
    sum += losses.sum;
    count += losses.count;
    at += targets.data.length;
    onProgress({ sum, count });
  };
  if (mode === "stateful") {
    const sequence = await session.start();
    try {
      for (const window of windows.inOrder(1)) {
        add(await sequence.evaluate(window), window);
        await nextTurn();
      }
    } finally {
      sequence.dispose();
    }
  } else {
    for (const windowsAtOnce of windows.inOrder(batch)) {
      add(await session.evaluate(windowsAtOnce), windowsAtOnce);
      await nextTurn();
    }
  }
  if (count === 0) throw new MszError("no-targets", `\`${corpus.name}\` holds nothing but padding`, { hint: "use another text" });
  return { sum, count };
}
