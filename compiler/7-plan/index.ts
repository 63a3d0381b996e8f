/**
 * Everything together: model facts, parameters, states and entries, and a program for each target wanted. The same model and
 * graphs give the same plan, byte for byte.
 */
import type { Graph, StateSpec } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import { planFormat, planVersion, type Plan, type TfjsEntry } from "../../src/plan/plan.js";
import { modelStates } from "../3-graph/index.js";
import { runMemoryPasses } from "../4-passes/pipeline.js";
import { cudaTarget, KernelCache, schedule, wgslTarget, type KernelTarget } from "../5-schedule/index.js";
import { emitTfjs } from "../6-codegen/tfjs/index.js";
import { assembleCuda } from "./cuda.js";
import { entryFacts, modelFacts, parameterFacts, stateFacts, trainingFacts } from "./model-facts.js";
import { entriesOfOneToken } from "./persistent.js";
import { ConstantList, type PlanTables, type Scheduled, type Shapes } from "./program.js";
import { assembleWgsl } from "./wgsl.js";

/** Name and version as in package.json. */
export const compilerVersion = "msz 0.1.0";

export interface PlanTargets {
  readonly wgsl?: boolean;
  readonly cuda?: boolean;
  readonly tfjs?: boolean;
  /** Of cuda, instead of the graphs of all targets: those whose training entries sum over ranks. */
  readonly summed?: readonly Graph[];
}

export function assemblePlan(model: Model, graphs: readonly Graph[], targets: PlanTargets): Plan {
  const states = [...modelStates(model), ...trainingStates(graphs)].map(stateFacts);
  const entries = graphs.map(entryFacts);
  const tables: PlanTables = { parameters: model.parameters.map((p) => p.name), states: states.map((s) => s.name), entries };
  const shapes: Shapes = new Map(model.parameters.map((p) => [p.name, p.shape]));
  const { precision } = model.train;
  // One list for both programs of dispatches.
  const constants = new ConstantList();
  const wgsl = targets.wgsl ? assembleWgsl(scheduleAll(model, graphs, shapes, wgslTarget), tables, shapes, constants) : undefined;
  const cuda = targets.cuda ? assembleCuda(scheduleAll(model, targets.summed ?? graphs, shapes, cudaTarget(precision)), tables, shapes, constants, { precision }) : undefined;
  const tfjs: Record<string, TfjsEntry> = {};
  if (targets.tfjs) for (const graph of graphs) tfjs[graph.entry] = emitTfjs(graph, tables);
  return {
    format: planFormat,
    version: planVersion,
    compiler: compilerVersion,
    model: modelFacts(model),
    parameters: model.parameters.map(parameterFacts),
    states,
    constants: constants.all,
    entries,
    ...(graphs.some((g) => g.entry === "train") ? { training: trainingFacts(model.train) } : {}),
    targets: { ...(wgsl ? { wgsl } : {}), ...(cuda ? { cuda } : {}), ...(targets.tfjs ? { tfjs: { entries: tfjs } } : {}) },
  };
}

/** Of all entries, each once. */
function trainingStates(graphs: readonly Graph[]): StateSpec[] {
  const states = new Map<string, StateSpec>();
  for (const graph of graphs) for (const state of graph.states) if (state.class === "training" && !states.has(state.name)) states.set(state.name, state);
  return [...states.values()];
}

function scheduleAll(model: Model, graphs: readonly Graph[], shapes: Shapes, target: KernelTarget): Scheduled[] {
  const cache = new KernelCache();
  return graphs.map((given) => {
    const { graph, recomputed } = runMemoryPasses(given, model, target);
    return { schedule: schedule(graph, { cache, target, levels: target.name === "cuda" && entriesOfOneToken.has(graph.entry), parameterShape: (name) => shapes.get(name) }), recomputed };
  });
}
