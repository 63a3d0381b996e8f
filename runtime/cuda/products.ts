/** What a library for matrix products is to the rest of this backend, and which products it is given. */
import type { CudaProduct } from "../../src/plan/plan.js";
import type { Extents } from "../../src/plan/size.js";
import type { Address } from "./driver.js";

export interface ProductLibrary {
  readonly name: string;
  /** Memory that a product may use while it runs; products run one after the other, so that they share it. */
  readonly workspaceBytes: number;
  /** Whether the library computes this product at these sizes. */
  takes(product: CudaProduct, extents: Extents): boolean;
  /**
   * What launches it.
   * @param addresses of the dispatch's bindings
   * @param label for errors
   */
  prepare(product: CudaProduct, extents: Extents, addresses: readonly Address[], workspace: Address, label: string): () => void;
  dispose(): void;
}
