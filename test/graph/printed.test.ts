/** What the graphs of one small MemSizer layer look like, node by node. */
import { expect, test } from "vitest";
import { printGraph } from "../../src/graph/print.js";
import { graphsOf, modelOf } from "./session.js";

const graphs = graphsOf(modelOf(`
model Small {
  vocabulary = 11
  width = 8
  positions = none
  embedding_scale = 1
  final_norm = false
  layers 1 { memory(slots: 3, heads: 2) }
}`));

test("forward", () => {
  expect(printGraph(graphs.forward!)).toMatchInlineSnapshot(`
    "forward, chunks of 64
      %0 i32[B, T] = input tokens
      %1 f32[vocab, width] = parameter embedding.weight                        // embedding
      %2 f32[B, T, width] = gather along vocab %1 %0                           // embedding
      %3 f32[] = scalar 1                                                      // embedding
      %4 f32[B, T] = reduce sum over width %2                                  // layers.0.memory.norm
      %5 f32[] = scalar 0.125                                                  // layers.0.memory.norm
      %6 f32[B, T] = multiply %4 %5                                            // layers.0.memory.norm
      %7 f32[B, T, width] = subtract %2 %6                                     // layers.0.memory.norm
      %8 f32[B, T, width] = square %7                                          // layers.0.memory.norm
      %9 f32[B, T] = reduce sum over width %8                                  // layers.0.memory.norm
      %10 f32[B, T] = multiply %9 %5                                           // layers.0.memory.norm
      %11 f32[] = scalar 0.00001                                               // layers.0.memory.norm
      %12 f32[B, T] = add %10 %11                                              // layers.0.memory.norm
      %13 f32[B, T] = rsqrt %12                                                // layers.0.memory.norm
      %14 f32[B, T, width] = multiply %7 %13                                   // layers.0.memory.norm
      %15 f32[width] = parameter layers.0.memory.norm.weight                   // layers.0.memory.norm
      %16 f32[B, T, width] = multiply %14 %15                                  // layers.0.memory.norm
      %17 f32[width] = parameter layers.0.memory.norm.bias                     // layers.0.memory.norm
      %18 f32[B, T, width] = add %16 %17                                       // layers.0.memory.norm
      %19 f32[slots, width] = parameter layers.0.memory.key.weight             // layers.0.memory.key
      %20 f32[B, T, slots] = matmul over width %18 %19                         // layers.0.memory.key
      %21 f32[slots] = parameter layers.0.memory.key.bias                      // layers.0.memory.key
      %22 f32[B, T, slots] = add %20 %21                                       // layers.0.memory.key
      %23 f32[B, T] = reduce sum over slots %22                                // layers.0.memory.key
      %24 f32[] = scalar 0.3333333333333333                                    // layers.0.memory.key
      %25 f32[B, T] = multiply %23 %24                                         // layers.0.memory.key
      %26 f32[B, T, slots] = subtract %22 %25                                  // layers.0.memory.key
      %27 f32[B, T, slots] = square %26                                        // layers.0.memory.key
      %28 f32[B, T] = reduce sum over slots %27                                // layers.0.memory.key
      %29 f32[B, T] = multiply %28 %24                                         // layers.0.memory.key
      %30 f32[B, T] = add %29 %11                                              // layers.0.memory.key
      %31 f32[B, T] = rsqrt %30                                                // layers.0.memory.key
      %32 f32[B, T, slots] = multiply %26 %31                                  // layers.0.memory.key
      %33 f32[slots] = parameter layers.0.memory.key.norm.weight               // layers.0.memory.key
      %34 f32[B, T, slots] = multiply %32 %33                                  // layers.0.memory.key
      %35 f32[slots] = parameter layers.0.memory.key.norm.bias                 // layers.0.memory.key
      %36 f32[B, T, slots] = add %34 %35                                       // layers.0.memory.key
      %37 f32[B, T, width'] = rename width to width' %18                       // layers.0.memory.value
      %38 f32[width, width'] = parameter layers.0.memory.value.weight          // layers.0.memory.value
      %39 f32[B, T, width] = matmul over width' %37 %38                        // layers.0.memory.value
      %40 f32[width] = parameter layers.0.memory.value.bias                    // layers.0.memory.value
      %41 f32[B, T, width] = add %39 %40                                       // layers.0.memory.value
      %42 f32[B, T] = reduce sum over width %41                                // layers.0.memory.value
      %43 f32[B, T] = multiply %42 %5                                          // layers.0.memory.value
      %44 f32[B, T, width] = subtract %41 %43                                  // layers.0.memory.value
      %45 f32[B, T, width] = square %44                                        // layers.0.memory.value
      %46 f32[B, T] = reduce sum over width %45                                // layers.0.memory.value
      %47 f32[B, T] = multiply %46 %5                                          // layers.0.memory.value
      %48 f32[B, T] = add %47 %11                                              // layers.0.memory.value
      %49 f32[B, T] = rsqrt %48                                                // layers.0.memory.value
      %50 f32[B, T, width] = multiply %44 %49                                  // layers.0.memory.value
      %51 f32[width] = parameter layers.0.memory.value.norm.weight             // layers.0.memory.value
      %52 f32[B, T, width] = multiply %50 %51                                  // layers.0.memory.value
      %53 f32[width] = parameter layers.0.memory.value.norm.bias               // layers.0.memory.value
      %54 f32[B, T, width] = add %52 %53                                       // layers.0.memory.value
      %55 f32[B, N, slots, width] = boundaries of 1 term %36 %54               // layers.0.memory.bank
      %56 f32[heads, slots, width] = parameter layers.0.memory.read.weight     // layers.0.memory.read
      %57 f32[B, T, heads, slots] = matmul over width %18 %56                  // layers.0.memory.read
      %58 f32[heads, slots] = parameter layers.0.memory.read.bias              // layers.0.memory.read
      %59 f32[B, T, heads, slots] = add %57 %58                                // layers.0.memory.read
      %60 f32[B, T, heads] = reduce max over slots %59                         // layers.0.memory.read
      %61 f32[B, T, heads, slots] = subtract %59 %60                           // layers.0.memory.read
      %62 f32[B, T, heads, slots] = exp %61                                    // layers.0.memory.read
      %63 f32[B, T, heads] = reduce sum over slots %62                         // layers.0.memory.read
      %64 f32[B, T, heads, slots] = divide %62 %63                             // layers.0.memory.read
      %65 f32[B, T, slots] = reduce sum over heads %64                         // layers.0.memory.read
      %66 f32[] = scalar 0.5                                                   // layers.0.memory.read
      %67 f32[B, T, slots] = multiply %65 %66                                  // layers.0.memory.read
      %68 f32[B, T, width] = scan_read new over slots, 1 term %55 %36 %54 %67  // layers.0.memory.out
      %69 i32[B, T] = count %0                                                 // layers.0.memory.out
      %70 f32[B, T] = to_f32 %69                                               // layers.0.memory.out
      %71 f32[B, T] = sqrt %70                                                 // layers.0.memory.out
      %72 f32[B, T, width] = divide %68 %71                                    // layers.0.memory.out
      %73 f32[B, T, width] = add %2 %72                                        // layers.0.memory
      %74 f32[B, T, vocab] = matmul over width %73 %1                          // output
      output logits = %74
    "
  `);
});

test("decode", () => {
  expect(printGraph(graphs.decode!)).toMatchInlineSnapshot(`
    "decode, chunks of 64
      %0 i32[B, 1] = input tokens
      %1 f32[vocab, width] = parameter embedding.weight                     // embedding
      %2 f32[B, 1, width] = gather along vocab %1 %0                        // embedding
      %3 f32[] = scalar 1                                                   // embedding
      %4 f32[B, 1] = reduce sum over width %2                               // layers.0.memory.norm
      %5 f32[] = scalar 0.125                                               // layers.0.memory.norm
      %6 f32[B, 1] = multiply %4 %5                                         // layers.0.memory.norm
      %7 f32[B, 1, width] = subtract %2 %6                                  // layers.0.memory.norm
      %8 f32[B, 1, width] = square %7                                       // layers.0.memory.norm
      %9 f32[B, 1] = reduce sum over width %8                               // layers.0.memory.norm
      %10 f32[B, 1] = multiply %9 %5                                        // layers.0.memory.norm
      %11 f32[] = scalar 0.00001                                            // layers.0.memory.norm
      %12 f32[B, 1] = add %10 %11                                           // layers.0.memory.norm
      %13 f32[B, 1] = rsqrt %12                                             // layers.0.memory.norm
      %14 f32[B, 1, width] = multiply %7 %13                                // layers.0.memory.norm
      %15 f32[width] = parameter layers.0.memory.norm.weight                // layers.0.memory.norm
      %16 f32[B, 1, width] = multiply %14 %15                               // layers.0.memory.norm
      %17 f32[width] = parameter layers.0.memory.norm.bias                  // layers.0.memory.norm
      %18 f32[B, 1, width] = add %16 %17                                    // layers.0.memory.norm
      %19 f32[slots, width] = parameter layers.0.memory.key.weight          // layers.0.memory.key
      %20 f32[B, 1, slots] = matmul over width %18 %19                      // layers.0.memory.key
      %21 f32[slots] = parameter layers.0.memory.key.bias                   // layers.0.memory.key
      %22 f32[B, 1, slots] = add %20 %21                                    // layers.0.memory.key
      %23 f32[B, 1] = reduce sum over slots %22                             // layers.0.memory.key
      %24 f32[] = scalar 0.3333333333333333                                 // layers.0.memory.key
      %25 f32[B, 1] = multiply %23 %24                                      // layers.0.memory.key
      %26 f32[B, 1, slots] = subtract %22 %25                               // layers.0.memory.key
      %27 f32[B, 1, slots] = square %26                                     // layers.0.memory.key
      %28 f32[B, 1] = reduce sum over slots %27                             // layers.0.memory.key
      %29 f32[B, 1] = multiply %28 %24                                      // layers.0.memory.key
      %30 f32[B, 1] = add %29 %11                                           // layers.0.memory.key
      %31 f32[B, 1] = rsqrt %30                                             // layers.0.memory.key
      %32 f32[B, 1, slots] = multiply %26 %31                               // layers.0.memory.key
      %33 f32[slots] = parameter layers.0.memory.key.norm.weight            // layers.0.memory.key
      %34 f32[B, 1, slots] = multiply %32 %33                               // layers.0.memory.key
      %35 f32[slots] = parameter layers.0.memory.key.norm.bias              // layers.0.memory.key
      %36 f32[B, 1, slots] = add %34 %35                                    // layers.0.memory.key
      %37 f32[B, 1, width'] = rename width to width' %18                    // layers.0.memory.value
      %38 f32[width, width'] = parameter layers.0.memory.value.weight       // layers.0.memory.value
      %39 f32[B, 1, width] = matmul over width' %37 %38                     // layers.0.memory.value
      %40 f32[width] = parameter layers.0.memory.value.bias                 // layers.0.memory.value
      %41 f32[B, 1, width] = add %39 %40                                    // layers.0.memory.value
      %42 f32[B, 1] = reduce sum over width %41                             // layers.0.memory.value
      %43 f32[B, 1] = multiply %42 %5                                       // layers.0.memory.value
      %44 f32[B, 1, width] = subtract %41 %43                               // layers.0.memory.value
      %45 f32[B, 1, width] = square %44                                     // layers.0.memory.value
      %46 f32[B, 1] = reduce sum over width %45                             // layers.0.memory.value
      %47 f32[B, 1] = multiply %46 %5                                       // layers.0.memory.value
      %48 f32[B, 1] = add %47 %11                                           // layers.0.memory.value
      %49 f32[B, 1] = rsqrt %48                                             // layers.0.memory.value
      %50 f32[B, 1, width] = multiply %44 %49                               // layers.0.memory.value
      %51 f32[width] = parameter layers.0.memory.value.norm.weight          // layers.0.memory.value
      %52 f32[B, 1, width] = multiply %50 %51                               // layers.0.memory.value
      %53 f32[width] = parameter layers.0.memory.value.norm.bias            // layers.0.memory.value
      %54 f32[B, 1, width] = add %52 %53                                    // layers.0.memory.value
      %55 f32[B, slots, width] = state layers.0.memory.bank                 // layers.0.memory.bank
      %56 f32[B, slots] = squeeze @token %36                                // layers.0.memory.bank
      %57 f32[B, width] = squeeze @token %54                                // layers.0.memory.bank
      %58 f32[B, slots, width] = multiply %56 %57                           // layers.0.memory.bank
      %59 f32[B, slots, width] = add %55 %58                                // layers.0.memory.bank
      %60 f32[heads, slots, width] = parameter layers.0.memory.read.weight  // layers.0.memory.read
      %61 f32[B, 1, heads, slots] = matmul over width %18 %60               // layers.0.memory.read
      %62 f32[heads, slots] = parameter layers.0.memory.read.bias           // layers.0.memory.read
      %63 f32[B, 1, heads, slots] = add %61 %62                             // layers.0.memory.read
      %64 f32[B, 1, heads] = reduce max over slots %63                      // layers.0.memory.read
      %65 f32[B, 1, heads, slots] = subtract %63 %64                        // layers.0.memory.read
      %66 f32[B, 1, heads, slots] = exp %65                                 // layers.0.memory.read
      %67 f32[B, 1, heads] = reduce sum over slots %66                      // layers.0.memory.read
      %68 f32[B, 1, heads, slots] = divide %66 %67                          // layers.0.memory.read
      %69 f32[B, 1, slots] = reduce sum over heads %68                      // layers.0.memory.read
      %70 f32[] = scalar 0.5                                                // layers.0.memory.read
      %71 f32[B, 1, slots] = multiply %69 %70                               // layers.0.memory.read
      %72 f32[B, slots] = squeeze @token %71                                // layers.0.memory.out
      %73 f32[B, slots, width] = multiply %72 %59                           // layers.0.memory.out
      %74 f32[B, width] = reduce sum over slots %73                         // layers.0.memory.out
      %75 f32[B, 1, width] = unsqueeze @token at 1 %74                      // layers.0.memory.out
      %76 i32[B] = state count                                              // layers.0.memory.out
      %77 i32[B, 1] = count (started) %0 %76                                // layers.0.memory.out
      %78 f32[B, 1] = to_f32 %77                                            // layers.0.memory.out
      %79 f32[B, 1] = sqrt %78                                              // layers.0.memory.out
      %80 f32[B, 1, width] = divide %75 %79                                 // layers.0.memory.out
      %81 f32[B, 1, width] = add %2 %80                                     // layers.0.memory
      %82 f32[B, 1, vocab] = matmul over width %81 %1                       // output
      %83 i32[] = scalar 1
      %84 i32[B] = squeeze @token %77
      %85 i32[1] = state length
      %86 i32[1] = add %85 %83
      output logits = %82
      state count = %84
      state length = %86
      state next_logits = %82
      state layers.0.memory.bank = %59
    "
  `);
});
