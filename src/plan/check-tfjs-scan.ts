/** The bodies of scans: where they stand, that their steps are as good as any others, and that what they name is given to the scan. */
import { checkLives } from "./check-lives.js";
import { expectOperands } from "./check-tfjs-steps.js";
import type { TfjsBody, TfjsStep } from "./plan.js";
import { invalid } from "./problem.js";
import { tfjsBodyOps } from "./tfjs-ops.js";

const known: ReadonlySet<string> = new Set(tfjsBodyOps);

export function checkScan(path: string, step: TfjsStep): void {
  const { op, body, attrs = {} } = step;
  if (op !== "scan") {
    if (body) invalid(`${path}.body`, `is there, but \`${op}\` has none`);
    return;
  }
  if (!body) invalid(path, "is a scan without a body");
  const given = step.in.length - (attrs.started === true ? body.states.length : 0);
  if (given < 0) invalid(`${path}.in`, `has ${step.in.length} values, but the scan starts with ${body.states.length} states`);
  const tokens = Array.isArray(attrs.tokens) ? (attrs.tokens as readonly unknown[]) : invalid(`${path}.attrs.tokens`, "is no list");
  for (const [i, place] of tokens.entries()) {
    if (!isPlace(place, given)) invalid(`${path}.attrs.tokens[${i}]`, `is ${String(place)}, but the body has ${given} inputs`);
  }
  checkBody(`${path}.body`, body, given);
}

function checkBody(path: string, body: TfjsBody, given: number): void {
  // All of them are set anew for each token.
  if (body.values > body.steps.length) invalid(`${path}.values`, `is ${body.values}, but ${body.steps.length} steps make one each`);
  for (const [i, step] of body.steps.entries()) {
    if (!known.has(step.op)) invalid(`${path}.steps[${i}].op`, `is \`${step.op}\`, which no body of a scan may have`);
    expectOperands(`${path}.steps[${i}]`, step);
    if (step.op === "input") expectGiven(`${path}.steps[${i}].attrs.name`, step.attrs?.name, body, given);
  }
  const expectLive = checkLives(path, body);
  body.states.forEach(({ after }, i) => expectLive(`${path}.states[${i}].after`, after));
}

/** `3` is an input of the body, `state.0` a state. */
function expectGiven(path: string, name: unknown, { states }: TfjsBody, given: number): void {
  const [, state, number] = /^(state\.)?(\d+)$/.exec(String(name)) ?? [];
  if (number === undefined || !isPlace(Number(number), state ? states.length : given)) invalid(path, `is \`${String(name)}\`, which the scan is not given`);
}

function isPlace(place: unknown, count: number): boolean {
  return Number.isInteger(place) && Number(place) >= 0 && Number(place) < count;
}
