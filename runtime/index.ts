/** The runtime as a library: `import { load } from "msz/runtime"`. Knows plans, and nothing of the compiler. */
export { load, type LoadOptions, type WeightsInput } from "./load.js";
export { Session, type GeneratedPiece, type GenerateOptions } from "./session/session.js";
export { Sequence } from "./session/sequence.js";
export type { Losses } from "./session/losses.js";
export type { TranslatedText, Translation } from "./session/translate.js";
export type { TranslateOptions, TranslateProgress } from "./session/translate-options.js";
export type { Source } from "./session/source.js";
export { openTraining, Training, type NotFinite } from "./training/training.js";
export type { BackendName, HostTensor, HostTensors, Sampling, TrainingBatch, TrainingReport } from "./device.js";
export { meetRanks, type RankGroup, type RankPlace } from "./ranks.js";
export { MszError } from "../src/base/error.js";
export { validatePlan } from "../src/plan/validate.js";
export type { Plan } from "../src/plan/plan.js";
export { bytesSource, layOutSafetensors, openSafetensors, readTensor, writeSafetensors, type ByteSource, type Safetensors } from "./weights/safetensors.js";
export { printable } from "./weights/printable.js";
export { checkpointFormat, matchWeights, readWeight } from "./weights/weights.js";
export { fairseqName, nameSchemes, type NameScheme } from "./weights/names.js";
export { openSourceVocabulary, openVocabulary, type Vocabulary } from "./text/vocabulary.js";
