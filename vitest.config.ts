import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Dawn and the wasm backend hold process-wide state: one process a file.
    pool: "forks",
    maxWorkers: 2,
    // The adapter that npm brings: the same on every machine. `MSZ_ADAPTER=lavapipe` or `hardware` test others.
    env: { MSZ_ADAPTER: process.env.MSZ_ADAPTER ?? "swiftshader" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
