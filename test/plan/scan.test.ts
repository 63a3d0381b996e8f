/** Bodies of scans in a tfjs program: a good one passes, and each way of being wrong is refused with its place. */
import { expect, test } from "vitest";
import type { TfjsStep } from "../../src/plan/plan.js";
import { refusal } from "./refusal.js";
import { smallPlan, type LoosePlan } from "./small-plan.js";

type Loose<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? Loose<E>[] : T[K] extends object | undefined ? Loose<T[K]> : T[K] };

/** s' = s · 2 + x, where x is the entry's first value for all tokens. */
function scan(): Loose<TfjsStep> {
  return {
    op: "scan", in: [1], out: 2, attrs: { started: false, reverse: false, tokens: [0] }, free: [1],
    body: {
      values: 5,
      steps: [
        { op: "input", in: [], out: 0, attrs: { name: "0" } },
        { op: "input", in: [], out: 1, attrs: { name: "state.0" } },
        { op: "constant", in: [], out: 2, attrs: { dtype: "f32", shape: [], data: [2] } },
        { op: "multiply", in: [1, 2], out: 3 },
        { op: "add", in: [3, 0], out: 4, free: [3] },
      ],
      states: [{ sizes: [4], after: 4 }],
    },
  } as Loose<TfjsStep>;
}

function refusalOf(change: (step: Loose<TfjsStep>, plan: LoosePlan) => void): string {
  const plan = smallPlan();
  const step = scan();
  plan.targets.tfjs!.entries.decode!.steps[2] = step as never;
  change(step, plan);
  return refusal(plan);
}

test("a scan passes", () => expect(refusalOf(() => undefined)).toBe("accepted"));

const body = (step: Loose<TfjsStep>): NonNullable<Loose<TfjsStep>["body"]> => step.body!;

test.each<readonly [string, (step: Loose<TfjsStep>, plan: LoosePlan) => void, RegExp]>([
  ["no body", (s) => delete s.body, /decode\.steps\[2\]` is a scan without a body/],
  ["a body of what is no scan", (s) => Object.assign(s, { op: "scan_state", attrs: { from: 0, size: 4 } }), /steps\[2\]\.body` is there, but `scan_state` has none/],
  ["a body in a body", (s) => Object.assign(body(s).steps[3]!, { body: scan().body }), /body\.steps\[3\]` has a field `body`/],
  ["a scan in a body", (s) => (body(s).steps[3]!.op = "scan"), /body\.steps\[3\]\.op` is `scan`, which no body of a scan may have/],
  ["a cache in a body", (s) => (body(s).steps[3]!.op = "append"), /body\.steps\[3\]\.op` is `append`, which no body/],
  ["a parameter in a body", (s) => Object.assign(body(s).steps[2]!, { op: "parameter", attrs: { parameter: 0 } }), /body\.steps\[2\]\.op` is `parameter`, which no body/],
  ["an op that nobody knows", (s) => (body(s).steps[3]!.op = "sort"), /body\.steps\[3\]\.op` is `sort`/],
  ["too few operands in a body", (s) => body(s).steps[3]!.in.pop(), /body\.steps\[3\]\.in` has 1 values, but `multiply` takes 2/],
  ["an input that is not given", (s) => (body(s).steps[0]!.attrs = { name: "1" }), /body\.steps\[0\]\.attrs\.name` is `1`, which the scan is not given/],
  ["a state that is not there", (s) => (body(s).steps[1]!.attrs = { name: "state.1" }), /body\.steps\[1\]\.attrs\.name` is `state\.1`, which the scan is not given/],
  ["an input of the entry", (s) => (body(s).steps[0]!.attrs = { name: "tokens" }), /body\.steps\[0\]\.attrs\.name` is `tokens`, which the scan is not given/],
  ["starts that are not given", (s) => Object.assign(s, { in: [], free: [], attrs: { ...s.attrs, started: true } }), /steps\[2\]\.in` has 0 values, but the scan starts with 1 states/],
  ["an input that is only a start", (s) => Object.assign(s, { attrs: { started: true, reverse: false, tokens: [] } }), /body\.steps\[0\]\.attrs\.name` is `0`, which the scan is not given/],
  ["tokens of no input", (s) => Object.assign(s, { attrs: { started: false, reverse: false, tokens: [1] } }), /steps\[2\]\.attrs\.tokens\[0\]` is 1, but the body has 1 inputs/],
  ["no list of tokens", (s) => Object.assign(s, { attrs: { started: false, reverse: false } }), /steps\[2\]\.attrs\.tokens` is no list/],
  ["a value used before it is made", (s) => (body(s).steps[3]!.in = [1, 4]), /body\.steps\[3\]\.in\[1\]` is value 4, which no step before it has made/],
  ["a value beyond the count", (s) => (body(s).values = 4), /body\.steps\[4\]\.out` is 4, but there are 4 values/],
  ["more values than steps", (s) => (body(s).values = 1_000_000), /body\.values` is 1000000, but 5 steps make one each/],
  ["a value made twice", (s) => (body(s).steps[4]!.out = 3), /body\.steps\[4\]\.out` is value 3, which an earlier step has made/],
  ["a state freed before the token ends", (s) => (body(s).steps[3]!.free = [1]), /body\.steps\[3\]\.free\[0\]` is value 1, which a call does not own/],
  ["a state that becomes what is freed", (s) => (body(s).states[0]!.after = 3), /body\.states\[0\]\.after` is value 3, which is freed by then/],
  ["no states", (s) => (body(s).states = []), /body\.states` must NOT have fewer than 1 items/],
  ["a state of size 0", (s) => (body(s).states[0]!.sizes = [0]), /body\.states\[0\]\.sizes\[0\]` must be >= 1/],
  ["an attr of another kind", (s) => Object.assign(body(s).steps[3]!, { attrs: { axes: { 0: 1 } } }), /body\.steps\[3\]\.attrs\.axes` must be number,string,boolean,array/],
])("%s is refused", (_, change, message) => expect(refusalOf(change)).toMatch(message));
