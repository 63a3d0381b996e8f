/**
 * Everything together: model facts, parameters, states and entries, and a program for each target wanted. The same model and
 * graphs give the same plan, byte for byte.
 */
import type { Graph, StateSpec } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import { planFormat, planVersion, type Plan, type PlanConstant, type TfjsEntry, type WgslProgram } from "../../src/plan/plan.js";
import { modelStates } from "../3-graph/index.js";
import { runMemoryPasses } from "../4-passes/pipeline.js";
import { KernelCache, schedule, wgslTarget } from "../5-schedule/index.js";
import { emitTfjs } from "../6-codegen/tfjs/index.js";
import { entryFacts, modelFacts, parameterFacts, stateFacts, trainingFacts } from "./model-facts.js";
import { assembleWgsl, type PlanTables } from "./wgsl.js";

/** Name and version as in package.json. */
export const compilerVersion = "msz 0.1.0";

export interface PlanTargets {
  readonly wgsl?: boolean;
  readonly tfjs?: boolean;
}

export function assemblePlan(model: Model, graphs: readonly Graph[], targets: PlanTargets): Plan {
  const states = [...modelStates(model), ...trainingStates(graphs)].map(stateFacts);
  const entries = graphs.map(entryFacts);
  const tables: PlanTables = { parameters: model.parameters.map((p) => p.name), states: states.map((s) => s.name), entries };
  const wgsl: { program?: WgslProgram; constants: PlanConstant[] } = targets.wgsl ? scheduleAll(model, graphs, tables) : { constants: [] };
  const tfjs: Record<string, TfjsEntry> = {};
  if (targets.tfjs) for (const graph of graphs) tfjs[graph.entry] = emitTfjs(graph, tables);
  return {
    format: planFormat,
    version: planVersion,
    compiler: compilerVersion,
    model: modelFacts(model),
    parameters: model.parameters.map(parameterFacts),
    states,
    constants: wgsl.constants,
    entries,
    ...(graphs.some((g) => g.entry === "train") ? { training: trainingFacts(model.train) } : {}),
    targets: { ...(wgsl.program ? { wgsl: wgsl.program } : {}), ...(targets.tfjs ? { tfjs: { entries: tfjs } } : {}) },
  };
}

/** Of all entries, each once. */
function trainingStates(graphs: readonly Graph[]): StateSpec[] {
  const states = new Map<string, StateSpec>();
  for (const graph of graphs) for (const state of graph.states) if (state.class === "training" && !states.has(state.name)) states.set(state.name, state);
  return [...states.values()];
}

function scheduleAll(model: Model, graphs: readonly Graph[], tables: PlanTables): { program: WgslProgram; constants: PlanConstant[] } {
  const cache = new KernelCache();
  const shapes = new Map(model.parameters.map((p) => [p.name, p.shape]));
  const schedules = graphs.map((given) => {
    const { graph, recomputed } = runMemoryPasses(given, model, wgslTarget);
    return { schedule: schedule(graph, { cache, parameterShape: (name) => shapes.get(name) }), recomputed };
  });
  return assembleWgsl(schedules, tables, shapes);
}
