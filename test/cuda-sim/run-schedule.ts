/**
 * A scratch executor for schedules: graph and tensors → the simulated CUDA → outputs, states and changed parameters. Values lie in arenas just as the schedule says; all
 * that is not given holds NaN at first.
 */
import type { Place, Schedule } from "../../compiler/5-schedule/index.js";
import type { DType, Graph } from "../../src/graph/graph.js";
import type { NarrowType } from "../../src/kernel/kernel.js";
import type { Address } from "../../runtime/cuda/driver.js";
import { elements, type Tensor, type Tensors } from "../helpers/tensors.js";
import { environmentOf, type Evaluated, type Given } from "../oracle/evaluate.js";
import { shapeOf } from "../oracle/named.js";
import { bytesAt } from "../schedule/run.js";
import type { Order, SimulatedKernels, Words } from "./kernels.js";
import { narrowBits } from "./narrow.js";

/** As the runtime lays slots out. */
const step = 256;

export function runSchedule(kernels: SimulatedKernels, graph: Graph, schedule: Schedule, given: Given, order: Order): Evaluated {
  const environment = environmentOf(graph, given);
  const { symbols } = environment;
  const rowsOf = (value: Tensor, transposed: boolean): ArrayLike<number> => {
    const count = value.data.length;
    const [rows, columns] = [value.shape[0] ?? 1, count / (value.shape[0] ?? 1)];
    return transposed ? Array.from({ length: count }, (_, i) => value.data[(i % rows) * columns + Math.floor(i / rows)]!) : value.data;
  };
  const narrowWeight = (value: Tensor, transposed: boolean, narrow: NarrowType): Words =>
    kernels.buffer(Math.ceil(value.data.length / 8) * 4, ({ buffer, byteOffset }) =>
      new Uint16Array(buffer, byteOffset).set(Array.from(rowsOf(value, transposed), (number) => narrowBits(narrow, number))));
  const upload = (dtype: DType, count: number, value?: Tensor, transposed = false): Words =>
    kernels.buffer(Math.max(4, Math.ceil(count / 4) * 4), (words) => {
      if (!value) return;
      const { buffer, byteOffset } = words;
      (dtype === "f32" ? new Float32Array(buffer, byteOffset) : dtype === "i32" ? new Int32Array(buffer, byteOffset) : words).set(rowsOf(value, transposed));
    });
  const known = new Map<string, Words>();
  const named = (key: string, make: () => Words): Words => {
    if (!known.has(key)) known.set(key, make());
    return known.get(key)!;
  };
  for (const { name, dtype, dims } of graph.states) named(`state ${name}`, () => upload(dtype, elements(shapeOf(dims, symbols)), environment.states[name]));
  for (const { name, node } of graph.outputs) named(`output ${name}`, () => upload(node.dtype, elements(shapeOf(node.dims, symbols))));

  // Slots of an arena lie one behind the other.
  const ends = Array.from({ length: schedule.arenas }, () => 0);
  const offsets = schedule.slots.map(({ arena, bytes }) => {
    const at = ends[arena]!;
    ends[arena] = at + Math.ceil(Math.max(4, bytesAt(bytes, symbols)) / step) * step;
    return at;
  });
  const arenas = ends.map((end) => upload("f32", end / 4));

  const addressOf = (place: Place): Address => {
    switch (place.kind) {
      case "input": {
        const dtype = graph.nodes.find((n) => n.op === "input" && n.name === place.name)!.dtype;
        const value = given.inputs[place.name]!;
        return named(`input ${place.name}`, () => upload(dtype, value.data.length, value)).address;
      }
      case "weight": {
        const { narrow } = place;
        const value = given.parameters[place.parameter]!;
        if (narrow) return named(`weight ${place.parameter} ${place.transposed} ${narrow}`, () => narrowWeight(value, place.transposed, narrow)).address;
        return named(`weight ${place.parameter} ${place.transposed}`, () => upload("f32", value.data.length, value, place.transposed)).address;
      }
      case "constant": {
        const { data, dtype, id } = place.node;
        return named(`constant ${id}`, () => upload(dtype, data.length, { shape: [data.length], data })).address;
      }
      case "state":
      case "output":
        return known.get(`${place.kind} ${place.name}`)!.address;
      case "buffer": {
        const { slot } = schedule.buffers[place.index]!;
        return arenas[schedule.slots[slot]!.arena]!.address + BigInt(offsets[slot]!);
      }
    }
  };
  const slots = kernels.buffer(1, (words) => words.fill(symbols.S));
  for (const launch of schedule.launches) kernels.launch(launch, symbols, slots, launch.places.map(addressOf));
  kernels.finish(order);

  const read = (key: string, dtype: DType, shape: readonly number[]): Tensor => {
    const { buffer, byteOffset } = kernels.read(known.get(key)!, key);
    const view = dtype === "f32" ? Float32Array : dtype === "i32" ? Int32Array : Uint32Array;
    return { shape, data: new view(buffer, byteOffset, elements(shape)) };
  };
  const entries = (list: readonly (readonly [string, Tensor])[]): Tensors => Object.fromEntries(list);
  const result = {
    outputs: entries(graph.outputs.map(({ name, node }) => [name, read(`output ${name}`, node.dtype, shapeOf(node.dims, symbols))])),
    states: entries(graph.states.map(({ name, dtype, dims }) => [name, read(`state ${name}`, dtype, shapeOf(dims, symbols))])),
    // In the shape they were given in.
    parameters: { ...given.parameters, ...entries(graph.parameterUpdates.map(({ parameter, node }) => [parameter, read(`weight ${parameter} false`, node.dtype, given.parameters[parameter]!.shape)])) },
  };
  for (const arena of arenas) kernels.read(arena, "an arena");
  kernels.free();
  return result;
}
