/** Axes of the states whose gradients are checked: small ones, and ones of more than eight elements for each of a decay. */
import { axis } from "../oracle/case-builder.js";

export const heads = axis("heads", 2);
export const keys = axis("keys", 3);
export const values = axis("values", 2);
export const manyKeys = axis("keys", 5);
export const manyValues = axis("values", 9);
