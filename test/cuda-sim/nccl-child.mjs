/** One rank. Arguments: driver, NCCL, unique id, ranks, rank, and `leaves` for one that ends after it joined. */
import koffi from "koffi";

const [driverPath, ncclPath, name, ranks, rank, leaves] = process.argv.slice(2);
const driver = koffi.load(driverPath);
const nccl = koffi.load(ncclPath);
koffi.struct("ncclUniqueId", { internal: koffi.array("uint8_t", 128) });
const must = (code, what) => {
  if (code === 0) return;
  console.log(what, code);
  process.exit();
};
const call = (library, name, types) => {
  const bound = library.func(`int ${name}(${types})`);
  return (...args) => must(bound(...args), name);
};
const out = (library, name, types, ...args) => {
  const result = [0];
  call(library, name, `_Out_ uint64_t*${types}`)(result, ...args);
  return result[0];
};
call(driver, "cuInit", "uint32_t")(0);
call(driver, "cuCtxSetCurrent", "uint64_t")(out(driver, "cuDevicePrimaryCtxRetain", ", int", 0));
const stream = out(driver, "cuStreamCreate", ", uint32_t", 1);
const internal = new Uint8Array(128);
new TextEncoder().encodeInto(name, internal);
const communicator = out(nccl, "ncclCommInitRank", ", int, ncclUniqueId, int", Number(ranks), { internal }, Number(rank));
if (leaves) {
  console.log("left");
  process.exit();
}
const upload = (data) => {
  const address = out(driver, "cuMemAlloc_v2", ", size_t", data.byteLength);
  call(driver, "cuMemcpyHtoD_v2", "uint64_t, const void*, size_t")(address, data, data.byteLength);
  return address;
};
const download = (data, address) => {
  call(driver, "cuMemcpyDtoH_v2", "void*, uint64_t, size_t")(data, address, data.byteLength);
  return data;
};
const reduce = call(nccl, "ncclAllReduce", "uint64_t, uint64_t, size_t, int, int, uint64_t, uint64_t");
const length = 300001;
const numbers = upload(Float32Array.from({ length }, (_, i) => i + 1));
call(nccl, "ncclGroupStart", "")();
reduce(numbers, numbers, length, 7, 0, communicator, stream);
// 2, 3.25 and the largest number of float16: twice that is infinite.
const halves = upload(Uint16Array.of(0x4000, 0x4280, 0x7bff));
reduce(halves, halves, 3, 6, 0, communicator, stream);
const shared = upload(new Float32Array(2).fill(Number(rank)));
if (ranks === "3") call(nccl, "ncclBroadcast", "uint64_t, uint64_t, size_t, int, int, uint64_t, uint64_t")(shared, shared, 2, 7, 1, communicator, stream);
call(nccl, "ncclGroupEnd", "")();
call(driver, "cuStreamSynchronize", "uint64_t")(stream);
const sums = download(new Float32Array(length), numbers);
const error = [0];
call(nccl, "ncclCommGetAsyncError", "uint64_t, _Out_ int*")(communicator, error);
const f32 = [sums[0], sums[1], sums[length - 1]];
if (error[0] !== 0) {
  console.log(JSON.stringify({ f32, error: error[0] }));
  process.exit();
}
const half = (bits) => (bits === 0x7c00 ? "inf" : (1 + (bits & 1023) / 1024) * 2 ** ((bits >> 10) - 15));
console.log(JSON.stringify({ f32, f16: [...download(new Uint16Array(3), halves)].map(half), broadcast: [...download(new Float32Array(2), shared)], error: 0 }));
call(nccl, "ncclCommDestroy", "uint64_t")(communicator);
