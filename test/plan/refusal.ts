/** What the validator says of a value: `code: message`, or `accepted`. */
import { MszError } from "../../src/base/error.js";
import { validatePlan } from "../../src/plan/validate.js";

export function refusal(value: unknown): string {
  try {
    validatePlan(value);
  } catch (error) {
    if (!(error instanceof MszError)) throw error;
    return `${error.code}: ${error.message}`;
  }
  return "accepted";
}
