/** Memory, staging and forms of weights by themselves. */
import { describe, expect, test } from "vitest";
import { findCompiler } from "../../runtime/cuda/compile/index.js";
import { loadKoffi } from "../../runtime/cuda/ffi/koffi.js";
import { runtimeKernels } from "../../runtime/cuda/kernels.js";
import { Memory } from "../../runtime/cuda/memory.js";
import { Modules } from "../../runtime/cuda/modules.js";
import { Staging } from "../../runtime/cuda/staging.js";
import { narrow, transpose } from "../../runtime/weight-forms.js";
import { FakeDriver } from "./fake-driver.js";

describe("memory", () => {
  test("a shared block grows coarsely, and moves the epoch when it does", () => {
    const driver = new FakeDriver({});
    const memory = new Memory(driver, 0n, { poison: false, guard: false });
    const first = memory.shared("a", 1000);
    expect(first.bytes).toBe(1024);
    expect([memory.shared("a", 1024), memory.epoch]).toEqual([first, 1]);
    expect([memory.shared("a", 1025).bytes, memory.epoch]).toEqual([2048, 3]);
    expect(memory.shared("a", 100_000_001).bytes).toBe(3 * 2 ** 25);
    expect(driver.left()).toHaveLength(1);
    memory.dispose();
    expect([driver.left(), memory.statistics().bytes]).toEqual([[], 0]);
  });

  test("guarded blocks are exactly as large as they must be", () => {
    const memory = new Memory(new FakeDriver({}), 0n, { poison: false, guard: true });
    expect([memory.shared("a", 1000).bytes, memory.shared("b", 3).bytes]).toEqual([1000, 16]);
  });

  test("work under way is done before memory is freed", () => {
    const driver = new FakeDriver({});
    const memory = new Memory(driver, 0n, { poison: false, guard: false });
    const block = memory.createZeroed("a", 64);
    expect(driver.done).toEqual([]);
    memory.destroy(block);
    expect(driver.done).toEqual(["fill"]);
    memory.destroy(block);
  });
});

describe("staging", () => {
  test("large arrays go and come in portions, small ones lie beside one another", async () => {
    const driver = new FakeDriver({});
    const memory = new Memory(driver, 0n, { poison: false, guard: false });
    const staging = new Staging(driver, 0n);
    const large = Float32Array.from({ length: 5 * 2 ** 20 }, (_, i) => i);
    const blocks = [large, Int32Array.of(1, 2, 3), Uint16Array.of(9)].map((data) => ({ data, block: memory.create("x", data.byteLength) }));
    for (const { data, block } of blocks) {
      const given = data.slice();
      await staging.write(block.address, given);
      // The caller may change what it gave.
      given.fill(0);
    }
    const targets = blocks.map(({ data }) => new Uint8Array(data.byteLength));
    await staging.read(blocks.map(({ block }, i) => ({ from: block.address, target: targets[i]! })));
    blocks.forEach(({ data }, i) => expect(Buffer.compare(targets[i]!, new Uint8Array(data.buffer))).toBe(0));
    expect(driver.left().filter((what) => what === "page-locked memory")).toHaveLength(1);
    staging.dispose();
    memory.dispose();
    expect(driver.left()).toEqual([]);
  });
});

const { compiler, tried } = await findCompiler({ ffi: await loadKoffi(), driverVersion: 0 });
if (!compiler) console.log(`the runtime's kernels are not compiled here: ${tried.join("; ")}`);

describe("modules", () => {
  test.skipIf(!compiler).each([[[8, 0]], [[9, 0]]] as const)("the runtime's own kernels compile for %s", async (architecture) => {
    const source = runtimeKernels.map((kernel) => kernel.source).join("\n");
    expect((await compiler!.compile("the runtime's kernels", source, architecture)).length).toBeGreaterThan(1000);
  }, 20_000);

  test("what is missing is compiled once, in a few modules with the header", async () => {
    const sources: string[] = [];
    const driver = new FakeDriver({});
    const modules = new Modules(driver, "// header", async (_, source) => {
      sources.push(source);
      return new TextEncoder().encode(source);
    });
    const kernels = Array.from({ length: 20 }, (_, i) => ({ name: `k${i}`, source: `void k${i}(${"x".repeat(i)})` }));
    await modules.prepare(kernels.slice(0, 3));
    expect(sources).toHaveLength(1);
    await modules.prepare([...kernels, ...kernels]);
    expect(sources.length).toBeGreaterThanOrEqual(2);
    expect(sources.every((source) => source.startsWith("// header\n"))).toBe(true);
    for (const { source } of kernels) expect(sources.filter((text) => text.split("\n").includes(source))).toHaveLength(1);
    expect(new Set(kernels.map(({ name }) => modules.get(name))).size).toBe(20);
    modules.dispose();
    expect(driver.left()).toEqual([]);
  });

  test("one that does not compile leaves the others", async () => {
    const driver = new FakeDriver({});
    const modules = new Modules(driver, "", async (what, source) => {
      if (source.includes("bad")) throw new Error(`${what} is refused`);
      return new TextEncoder().encode(source);
    });
    await expect(modules.prepare([{ name: "bad", source: "void bad()" }])).rejects.toThrow("the kernel bad is refused");
    await modules.prepare([{ name: "good", source: "void good()" }]);
    expect(modules.statistics().pipelinesCompiled).toBe(1);
  });
});

describe("forms of weights", () => {
  /** The number that bits of float16 stand for. */
  function half(bits: number): number {
    const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (exponent === 0 ? 2 ** -14 * (fraction / 1024) : 2 ** (exponent - 15) * (1 + fraction / 1024));
  }

  test("float16: each number, what lies halfway to the next, and a little to both sides of that", () => {
    for (let bits = 0; bits < 0x7c00; bits++) {
      const [here, next] = [half(bits), bits === 0x7bff ? 65536 : half(bits + 1)];
      const middle = (here + next) / 2;
      const given = Float32Array.of(here, middle, middle * (1 + 2 ** -23), middle * (1 - 2 ** -23), -here);
      expect([...narrow(given, "f16")]).toEqual([bits, bits + (bits & 1), bits + 1, bits, bits | 0x8000]);
    }
    expect([...narrow(Float32Array.of(NaN, Infinity, -1e30, 1e-30, -0), "f16")]).toEqual([0x7e00, 0x7c00, 0xfc00, 0, 0x8000]);
  });

  test("bfloat16: to nearest, ties to even, NaN stays NaN", () => {
    const given = Float32Array.of(1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20, -Infinity, 3.4e38, NaN);
    expect([...narrow(given, "bf16")].map((bits) => bits.toString(16))).toEqual(["3f80", "3f80", "3f82", "3f81", "ff80", "7f80", "7fc0"]);
    // All that it distinguishes from infinity lies in bits that are cut off.
    const odd = new Float32Array(Uint32Array.of(0x7f80_0001, 0xff80_0001).buffer);
    expect([...narrow(odd, "bf16")].map((bits) => bits & 0x7f)).toEqual([0x40, 0x40]);
  });

  test("the other order", () => {
    expect([...transpose([1, 2, 3, 4, 5, 6], [2, 3])]).toEqual([1, 4, 2, 5, 3, 6]);
  });
});
