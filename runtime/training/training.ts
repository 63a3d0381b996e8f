/**
 * A plan that learns: its parameters and optimiser on a device, and how many updates they have had. Batches come from the caller; the
 * rate, dropout's masks and what a checkpoint must hold follow from the number of updates.
 */
import { MszError } from "../../src/base/error.js";
import type { Plan, PlanTraining } from "../../src/plan/plan.js";
import { validatePlan } from "../../src/plan/validate.js";
import { oneNumber } from "../call-size.js";
import type { Device, HostTensors, Program, Trainer, TrainingBatch, TrainingReport } from "../device.js";
import { checkTarget, openDevice, valuesOf, type LoadOptions, type WeightsInput } from "../load.js";
import type { RankGroup } from "../ranks.js";
import { addLosses, type Losses } from "../session/losses.js";
import { optimizerPrefix } from "../weights/weights.js";
import { firstValue } from "../state-tensors.js";
import { scheduleAt } from "./schedule.js";

/** A value that is not finite, by its place in the model: `layers.3.memory`. */
export interface NotFinite {
  readonly place: string;
  readonly count: number;
}

/** Which of the processes that train together this one is. */
export type RankOf = Pick<RankGroup, "rank" | "size">;

const alone: RankOf = { rank: 0, size: 1 };

/** @throws MszError `not-for-training` for a plan without the entries of training, `not-for-ranks`, and what `load` throws */
export async function openTraining(plan: unknown, weights: WeightsInput, options: Omit<LoadOptions, "tokenizer" | "sourceTokenizer"> = {}): Promise<Training> {
  const valid = validatePlan(plan);
  const { training } = valid;
  if (!training) {
    throw new MszError("not-for-training", `the plan of ${valid.model.name} has no entry \`train\``, { hint: "compile the spec with `msz compile --training`" });
  }
  checkTarget(valid, options.backend);
  if (options.ranks && !valid.targets.cuda?.entries["train"]?.sums) {
    throw new MszError("not-for-ranks", `the plan of ${valid.model.name} sums nothing over ranks`, { hint: "compile it for cuda with the option `ranks`" });
  }
  const values = await valuesOf(valid, weights, options.names ?? "msz");
  const device = await openDevice(valid, options);
  if (training.precision === "bfloat16" && device.backend !== "cuda") {
    options.onWarning?.(`${device.backend} has no bfloat16: this run computes and stores in float32, as with \`precision = float32\``);
  }
  try {
    const program = await device.open(valid, values);
    return new Training(valid, training, device, program, await program.createTrainer(), options.ranks);
  } catch (error) {
    device.dispose();
    throw error;
  }
}

export class Training {
  private done = 0;
  private restart = true;
  /** Calls that count updates, or read what they leave, run one after the other, whether or not the caller waits for each. */
  private tail: Promise<unknown> = Promise.resolve();

  constructor(
    readonly plan: Plan,
    private readonly settings: PlanTraining,
    readonly device: Device,
    private readonly program: Program,
    private readonly trainer: Trainer,
    private readonly rank: RankOf = alone,
  ) {}

  /** Updates so far. */
  get taken(): number {
    return this.done;
  }

  /** Learning rate of the last update. */
  get rate(): number {
    return scheduleAt(this.settings, Math.max(1, this.done))[0];
  }

  /**
   * The number of this rank's first micro-batch of update `step`, from 0: an update takes `accumulate` of each rank, and they are numbered through, as if one rank took them
   * all. The next ones follow it.
   */
  firstBatch(step: number): number {
    return (step * this.rank.size + this.rank.rank) * this.settings.accumulate;
  }

  /** One update, from `accumulate` micro-batches. Resolves when it is under way. */
  step(batches: readonly TrainingBatch[]): Promise<void> {
    return this.inTurn(async () => {
      const { seed } = this.settings;
      await this.trainer.step({ batches, schedule: scheduleAt(this.settings, this.done + 1), seed, counter: this.firstBatch(this.done), restart: this.restart });
      this.done++;
      this.restart = false;
    });
  }

  /** Of the updates since the last report. */
  report(): Promise<TrainingReport> {
    return this.inTurn(async () => {
      const report = await this.trainer.report();
      this.restart = true;
      return report;
    });
  }

  /** Σ of the losses (without label smoothing and dropout) of a batch's targets that are not padding, nats, each row from an empty state. */
  async evaluate(batch: TrainingBatch): Promise<Losses> {
    const { nll } = await this.program.call("evaluate", { ...batch });
    return addLosses(this.plan, batch.targets, nll!);
  }

  /** The first place of the forward pass with a value that is not finite. `counter` numbers the micro-batch, so that dropout is as it was. */
  async inspect(batch: TrainingBatch, counter: number): Promise<NotFinite | undefined> {
    const outputs = await this.program.call("inspect", { ...batch, seed: oneNumber(this.settings.seed), counter: oneNumber(counter) });
    const places = this.plan.entries.find((e) => e.name === "inspect")?.outputs ?? [];
    for (const { name } of places) {
      const count = outputs[name]!.data[0]!;
      if (count !== 0) return { place: name, count };
    }
    return undefined;
  }

  parameters(): Promise<HostTensors> {
    return this.program.readParameters();
  }

  /** All that the run goes on from, with `taken`: the states that are not the optimiser's start anew with a report or an update. */
  save(): Promise<HostTensors> {
    return this.inTurn(async () => {
      const states = Object.entries(await this.trainer.readState()).filter(([name]) => name.startsWith(optimizerPrefix));
      return { ...(await this.program.readParameters()), ...Object.fromEntries(states) };
    });
  }

  /** @throws MszError `bad-checkpoint` for tensors that are not those of this plan */
  restore(tensors: HostTensors, taken: number): Promise<void> {
    return this.inTurn(() => this.replace(tensors, taken));
  }

  statistics(): ReturnType<Program["statistics"]> {
    return this.program.statistics();
  }

  dispose(): void {
    this.trainer.dispose();
    this.program.dispose();
    this.device.dispose();
  }

  private async replace(tensors: HostTensors, taken: number): Promise<void> {
    const pick = (names: readonly string[]): HostTensors =>
      Object.fromEntries(names.map((name) => [name, tensors[name] ?? refuse(`it has no tensor \`${name}\``)]));
    const states = this.plan.states.filter((s) => s.class === "training");
    const own = pick(states.filter((s) => s.name.startsWith(optimizerPrefix)).map((s) => s.name));
    const anew = states.filter((s) => !s.name.startsWith(optimizerPrefix)).map((s) => [s.name, firstValue(s)] as const);
    await this.program.writeParameters(pick(this.plan.parameters.map((p) => p.name)));
    await this.trainer.writeState({ ...own, ...Object.fromEntries(anew) });
    this.done = taken;
    this.restart = true;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work);
    this.tail = result.catch(() => undefined);
    return result;
  }
}

function refuse(why: string): never {
  throw new MszError("bad-checkpoint", `the checkpoint does not fit the plan: ${why}`, { hint: "resume with the spec that the run began with" });
}
