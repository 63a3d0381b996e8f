/** Findings of each backend as text. In: surveys. Out: a block a backend: whether it can be used, its devices, then what it is reached through; under what is missing, what would help. */
import type { BackendSurvey, Finding } from "../../runtime/survey.js";
import { megabytes } from "../files.js";

const longestReason = 200;

export function surveyTable(surveys: readonly BackendSurvey[], choice: string | undefined, versions: Readonly<Record<string, string | null>>): string {
  const width = Math.max(...surveys.flatMap(({ devices, libraries }) => [...devices, ...libraries]).map(({ name }) => name.length));
  const blocks = surveys.map((survey) => {
    const head = survey.usable ? `${survey.backend}: can be used` : `${survey.backend}: cannot be used: ${(survey.reason ?? "no device").replace(/^CUDA cannot be used: /, "")}`;
    const lines = [...survey.devices, ...survey.libraries].flatMap((finding) => linesOf(finding, width));
    // The way out of what makes the whole backend useless stands at its head, where no finding says it.
    const hint = !survey.usable && survey.hint !== undefined && !lines.some((line) => line.includes(survey.hint!)) ? [`  help: ${survey.hint}`] : [];
    return [head, ...hint, ...lines].join("\n");
  });
  const through = Object.entries(versions).map(([name, version]) => `${name} ${version ?? "not installed"}`).join(", ");
  return `${[...blocks, [...(choice ? [`without --backend: ${choice}`] : []), through].join("\n")].join("\n\n")}\n`;
}

function linesOf(finding: Finding, width: number): string[] {
  const { name, found, description, hint, path } = finding;
  const label = `  ${name.padEnd(width)}  `;
  if (found) return [label + [description, ...facts(finding)].join(", ") + (path ? `  (${path})` : "")];
  const why = description.length > longestReason ? `${description.slice(0, longestReason)}…` : description;
  return [`${label}${why === "not found" ? why : `not usable: ${why}`}`, ...(hint ? [`${" ".repeat(label.length)}help: ${hint}`] : [])];
}

function facts({ computeCapability, features, freeBytes, totalBytes }: Finding): string[] {
  const memory = freeBytes === undefined || totalBytes === undefined ? [] : [`${megabytes(freeBytes)} of ${megabytes(totalBytes)} free`];
  return [...(computeCapability ? [`sm_${computeCapability.replace(".", "")}`] : []), ...memory, ...(features ?? [])];
}
