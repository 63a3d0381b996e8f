/** What a library for matrix products is to the rest of this backend, which products it is given, and how row-major products are column-major ones. */
import type { CudaFactor, CudaProduct } from "../../src/plan/plan.js";
import { evaluateSize, type Extents } from "../../src/plan/size.js";
import type { Address, Stream } from "./driver.js";

export interface ProductLibrary {
  /** Memory that a product may use while it runs; products of a program run one after the other, so that they share it. */
  readonly workspaceBytes: number;
  /** Whether the library computes this product at these sizes. */
  takes(product: CudaProduct, extents: Extents): boolean;
  /**
   * What launches a product that the library takes.
   * @param addresses of the dispatch's bindings
   * @param label for errors
   */
  prepare(product: CudaProduct, extents: Extents, addresses: readonly Address[], workspace: Address, stream: Stream, label: string): () => void;
  dispose(): void;
}

/**
 * Multiply-adds from which a library is asked. A device of 60 TFLOP/s in float32 takes 4 µs for as many, about what a launch takes: below it time goes into memory and launches, where our own kernels
 * lose nothing; and shapes that large are few, so that asking for an algorithm once for each costs little.
 */
export const leastWork = 2 ** 27;

/** A matrix as a column-major library sees it. */
export interface ColumnMajor {
  readonly binding: number;
  readonly type: CudaFactor["type"];
  readonly rows: number;
  readonly columns: number;
  /** The library is to take it the other way round. */
  readonly turned: boolean;
}

/** result = first · second, all column-major. */
export interface LibraryProduct {
  readonly first: ColumnMajor;
  readonly second: ColumnMajor;
  readonly result: ColumnMajor;
  readonly inner: number;
}

/** The transpose of a row-major matrix is column-major as it lies: (a · b)ᵀ = bᵀ · aᵀ, so that factors change places and nothing is moved. */
export function columnMajor({ rows, columns, inner, a, b, result }: CudaProduct, extents: Extents): LibraryProduct {
  const [R, C, K] = [rows, columns, inner].map((size) => evaluateSize(size, extents)) as [number, number, number];
  /** @param height rows of the factor, as the product has it, row-major */
  const factor = ({ binding, type, transposed }: CudaFactor, height: number, width: number, flip: boolean): ColumnMajor => ({
    binding, type, rows: transposed ? height : width, columns: transposed ? width : height, turned: transposed !== flip,
  });
  // A result that is stored the other way round is column-major already: then factors keep their places.
  if (result.transposed) return { first: factor(a, R, K, true), second: factor(b, K, C, true), result: factor(result, R, C, true), inner: K };
  return { first: factor(b, K, C, false), second: factor(a, R, K, false), result: factor(result, R, C, false), inner: K };
}

/** Multiply-adds. */
export function workOf({ rows, columns, inner }: CudaProduct, extents: Extents): number {
  return [rows, columns, inner].reduce((work, size) => work * evaluateSize(size, extents), 1);
}
