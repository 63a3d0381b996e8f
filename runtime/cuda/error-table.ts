/** The codes of the driver API that a user can meet (CUresult in cuda.h): name, what each means, what to do, and what becomes of the device. In: nothing. Out: the table. */

/**
 * `no-cuda`: nothing here can run CUDA. `device-fault`: the device's context is broken for the life of the process (a sticky error).
 * `cuda-failed`: the driver refused a call that should not have been made so, or something outside of us is in the way.
 */
export type CudaErrorKind = "no-cuda" | "out-of-memory" | "driver-too-old" | "device-fault" | "kernel-rejected" | "cuda-failed";

export interface CudaErrorRow {
  readonly name: string;
  readonly kind: CudaErrorKind;
  /** A sentence; of a fault that a kernel causes, what the kernel did (`used an address …`). */
  readonly meaning: string;
  readonly hint: string;
  /** The fault is the machine's and no kernel's: the meaning is a sentence. */
  readonly hardware?: true;
}

const report = "this is a bug in msz, please report it with what `msz devices` prints";
const update = "install a newer NVIDIA driver (`nvidia-smi` shows the one there is)";
const restart = "start the program again; if it comes back, restart the machine";
const service = "ask whoever runs this machine: the GPU's service process (MPS) is in the way";

const none = (name: string, meaning: string, hint: string): CudaErrorRow => ({ name, kind: "no-cuda", meaning, hint });
const old = (name: string, meaning: string): CudaErrorRow => ({ name, kind: "driver-too-old", meaning, hint: update });
const fault = (name: string, meaning: string): CudaErrorRow => ({ name, kind: "device-fault", meaning, hint: report });
const hardware = (name: string, meaning: string, hint: string): CudaErrorRow => ({ name, kind: "device-fault", meaning, hint, hardware: true });
const rejected = (name: string, meaning: string, hint = report): CudaErrorRow => ({ name, kind: "kernel-rejected", meaning, hint });
const failed = (name: string, meaning: string, hint = report): CudaErrorRow => ({ name, kind: "cuda-failed", meaning, hint });

export const cudaErrors: Readonly<Record<number, CudaErrorRow>> = {
  1: failed("CUDA_ERROR_INVALID_VALUE", "the driver was given a value that it does not take"),
  2: { name: "CUDA_ERROR_OUT_OF_MEMORY", kind: "out-of-memory", meaning: "there is not enough GPU memory", hint: "use a smaller batch, shorter inputs or a smaller model, end what else runs on the GPU (`nvidia-smi` lists it), or choose another one with MSZ_CUDA_DEVICE" },
  3: failed("CUDA_ERROR_NOT_INITIALIZED", "the driver was not initialised"),
  4: failed("CUDA_ERROR_DEINITIALIZED", "the driver is shutting down", "do not use a session while the program ends"),
  5: failed("CUDA_ERROR_PROFILER_DISABLED", "the profiler is switched off for this program", "start it without the profiler"),
  34: none("CUDA_ERROR_STUB_LIBRARY", "the driver library that was found is a stub of the CUDA toolkit, which programs are linked with, and not the driver", "take the toolkit's folder `stubs` out of LD_LIBRARY_PATH, and install the NVIDIA driver if there is none"),
  35: old("CUDA_ERROR_INSUFFICIENT_DRIVER", "the NVIDIA driver is older than what was built for it"),
  36: old("CUDA_ERROR_CALL_REQUIRES_NEWER_DRIVER", "the NVIDIA driver is too old for this call"),
  46: none("CUDA_ERROR_DEVICE_UNAVAILABLE", "the GPU is busy or closed to this process", "end the program that has it to itself (compute mode EXCLUSIVE_PROCESS; `nvidia-smi` shows it), or choose another one with MSZ_CUDA_DEVICE"),
  100: none("CUDA_ERROR_NO_DEVICE", "there is an NVIDIA driver library, but it sees no GPU", "the machine needs an NVIDIA GPU and its kernel driver loaded (`nvidia-smi`); a container needs `--gpus all`; CUDA_VISIBLE_DEVICES must not hide it"),
  101: none("CUDA_ERROR_INVALID_DEVICE", "there is no GPU with this number", "`msz devices` lists them; MSZ_CUDA_DEVICE chooses one, from 0"),
  102: none("CUDA_ERROR_DEVICE_NOT_LICENSED", "the GPU's licence does not allow computing", "ask whoever runs this machine for a vGPU licence"),
  200: rejected("CUDA_ERROR_INVALID_IMAGE", "the driver does not take the compiled kernels", "empty the cache folder that `msz devices` names, so that they are compiled again"),
  201: failed("CUDA_ERROR_INVALID_CONTEXT", "the device's context is not current on this thread"),
  202: failed("CUDA_ERROR_CONTEXT_ALREADY_CURRENT", "the device's context is current already"),
  205: failed("CUDA_ERROR_MAP_FAILED", "memory could not be mapped"),
  206: failed("CUDA_ERROR_UNMAP_FAILED", "memory could not be unmapped"),
  207: failed("CUDA_ERROR_ARRAY_IS_MAPPED", "an array is mapped and cannot be destroyed"),
  208: failed("CUDA_ERROR_ALREADY_MAPPED", "memory is mapped already"),
  209: old("CUDA_ERROR_NO_BINARY_FOR_GPU", "the compiled kernels are for another kind of GPU, or the NVIDIA driver is too old for them"),
  210: failed("CUDA_ERROR_ALREADY_ACQUIRED", "a resource is held already"),
  211: failed("CUDA_ERROR_NOT_MAPPED", "memory is not mapped"),
  214: hardware("CUDA_ERROR_ECC_UNCORRECTABLE", "the GPU's memory has an error that cannot be corrected", "restart the machine; if it comes back, the GPU is broken"),
  215: failed("CUDA_ERROR_UNSUPPORTED_LIMIT", "the GPU has no such limit"),
  216: failed("CUDA_ERROR_CONTEXT_ALREADY_IN_USE", "the device's context is in use by another thread"),
  217: failed("CUDA_ERROR_PEER_ACCESS_UNSUPPORTED", "two of the GPUs cannot reach each other's memory", "use one of them, or GPUs that are linked"),
  218: rejected("CUDA_ERROR_INVALID_PTX", "the driver's compiler does not take the kernels"),
  220: hardware("CUDA_ERROR_NVLINK_UNCORRECTABLE", "the link between the GPUs has an error that cannot be corrected", "restart the machine; if it comes back, the link is broken"),
  221: rejected("CUDA_ERROR_JIT_COMPILER_NOT_FOUND", "the driver's compiler of kernels is missing", "install the driver's package with libnvidia-ptxjitcompiler"),
  222: old("CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "the NVIDIA driver is older than the compiler that the kernels were made with"),
  223: rejected("CUDA_ERROR_JIT_COMPILATION_DISABLED", "the driver's compiler of kernels is switched off", "unset CUDA_DISABLE_PTX_JIT"),
  224: failed("CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY", "the GPU does not support the way its multiprocessors were divided"),
  225: rejected("CUDA_ERROR_UNSUPPORTED_DEVSIDE_SYNC", "kernels wait for kernels in a way that this GPU does not know"),
  226: hardware("CUDA_ERROR_CONTAINED", "the GPU found a fault in its memory and ended the work on it", restart),
  300: rejected("CUDA_ERROR_INVALID_SOURCE", "the driver does not take the kernels' source"),
  301: failed("CUDA_ERROR_FILE_NOT_FOUND", "a file of the driver's is missing", "install the NVIDIA driver again"),
  302: failed("CUDA_ERROR_SHARED_OBJECT_SYMBOL_NOT_FOUND", "a library of the driver's lacks a function", "install the NVIDIA driver again: parts of two versions seem to be mixed"),
  303: failed("CUDA_ERROR_SHARED_OBJECT_INIT_FAILED", "a library of the driver's could not be started", "install the NVIDIA driver again: parts of two versions seem to be mixed"),
  304: failed("CUDA_ERROR_OPERATING_SYSTEM", "the operating system refused what the driver asked for", "see the limits of this process (`ulimit -a`) and the rights on /dev/nvidia*"),
  400: failed("CUDA_ERROR_INVALID_HANDLE", "the driver does not know a handle that it was given"),
  401: failed("CUDA_ERROR_ILLEGAL_STATE", "a resource is in no state for this call"),
  402: failed("CUDA_ERROR_LOSSY_QUERY", "the driver could not answer without losing something"),
  500: rejected("CUDA_ERROR_NOT_FOUND", "the compiled kernels lack one that the plan names", "compile the spec again; if a cache holds the kernels, empty the folder that `msz devices` names"),
  600: failed("CUDA_ERROR_NOT_READY", "the work before is not done yet"),
  700: fault("CUDA_ERROR_ILLEGAL_ADDRESS", "used an address that is not its own"),
  701: rejected("CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "the GPU has not the registers or shared memory that the kernel needs"),
  702: fault("CUDA_ERROR_LAUNCH_TIMEOUT", "ran longer than the system lets a kernel run on a GPU that drives a screen"),
  703: failed("CUDA_ERROR_LAUNCH_INCOMPATIBLE_TEXTURING", "a kernel's textures do not fit"),
  704: failed("CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED", "two of the GPUs reach each other's memory already"),
  705: failed("CUDA_ERROR_PEER_ACCESS_NOT_ENABLED", "two of the GPUs do not reach each other's memory"),
  708: failed("CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE", "the device's context is in use already"),
  709: hardware("CUDA_ERROR_CONTEXT_IS_DESTROYED", "the device's context is gone", restart),
  710: fault("CUDA_ERROR_ASSERT", "found that what it relies on does not hold"),
  711: failed("CUDA_ERROR_TOO_MANY_PEERS", "too many GPUs would reach each other's memory", "use fewer GPUs"),
  712: failed("CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED", "host memory is page-locked already"),
  713: failed("CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED", "host memory is not page-locked"),
  714: fault("CUDA_ERROR_HARDWARE_STACK_ERROR", "broke its stack, or called too deep"),
  715: fault("CUDA_ERROR_ILLEGAL_INSTRUCTION", "came to an instruction that the GPU does not know"),
  716: fault("CUDA_ERROR_MISALIGNED_ADDRESS", "used an address that is not a multiple of what it read or wrote there"),
  717: fault("CUDA_ERROR_INVALID_ADDRESS_SPACE", "used an address of one kind of memory as one of another"),
  718: fault("CUDA_ERROR_INVALID_PC", "jumped out of its code"),
  719: fault("CUDA_ERROR_LAUNCH_FAILED", "failed while it ran"),
  720: rejected("CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE", "more blocks were launched together than the GPU can run at once"),
  721: fault("CUDA_ERROR_TENSOR_MEMORY_LEAK", "did not give the tensor cores' memory back"),
  800: failed("CUDA_ERROR_NOT_PERMITTED", "this is not permitted now", "see the rights on /dev/nvidia*, and whether a profiler or debugger holds the GPU"),
  801: failed("CUDA_ERROR_NOT_SUPPORTED", "this GPU, driver or system does not support the call", update),
  802: none("CUDA_ERROR_SYSTEM_NOT_READY", "the system's GPUs are not ready yet", "start the service that links them (nvidia-fabricmanager), and try again"),
  803: none("CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "the NVIDIA driver's library and its kernel module are of two versions", "restart the machine after a driver update; in a container, take the driver's library from the host and not from the image"),
  804: none("CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE", "a compatibility library (cuda-compat) stands before the driver's and does not support this GPU", "take the folder `compat` out of LD_LIBRARY_PATH, or install a newer NVIDIA driver"),
  805: none("CUDA_ERROR_MPS_CONNECTION_FAILED", "the GPU's service process (MPS) does not answer", service),
  806: hardware("CUDA_ERROR_MPS_RPC_FAILURE", "the GPU's service process (MPS) stopped answering", service),
  807: none("CUDA_ERROR_MPS_SERVER_NOT_READY", "the GPU's service process (MPS) is not ready", service),
  808: none("CUDA_ERROR_MPS_MAX_CLIENTS_REACHED", "the GPU's service process (MPS) takes no more programs", service),
  809: none("CUDA_ERROR_MPS_MAX_CONNECTIONS_REACHED", "the GPU's service process (MPS) takes no more connections", service),
  810: hardware("CUDA_ERROR_MPS_CLIENT_TERMINATED", "the GPU's service process (MPS) ended this program's work", service),
  811: failed("CUDA_ERROR_CDP_NOT_SUPPORTED", "kernels cannot launch kernels here"),
  812: failed("CUDA_ERROR_CDP_VERSION_MISMATCH", "kernels that launch kernels were built for another version"),
  900: failed("CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "a call was made while launches were being recorded that cannot be recorded"),
  901: failed("CUDA_ERROR_STREAM_CAPTURE_INVALIDATED", "recording launches failed at an earlier call"),
  902: failed("CUDA_ERROR_STREAM_CAPTURE_MERGE", "two recordings of launches were mixed"),
  903: failed("CUDA_ERROR_STREAM_CAPTURE_UNMATCHED", "a recording of launches was ended that was not begun here"),
  904: failed("CUDA_ERROR_STREAM_CAPTURE_UNJOINED", "a recording of launches was ended while a part of it had not come back"),
  905: failed("CUDA_ERROR_STREAM_CAPTURE_ISOLATION", "a recording of launches would depend on something outside it"),
  906: failed("CUDA_ERROR_STREAM_CAPTURE_IMPLICIT", "a recording of launches would depend on the default stream"),
  907: failed("CUDA_ERROR_CAPTURED_EVENT", "an event inside a recording of launches was asked for from outside"),
  908: failed("CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD", "a recording of launches was ended on another thread"),
  909: failed("CUDA_ERROR_TIMEOUT", "the driver waited in vain", restart),
  910: failed("CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE", "a graph of launches could not be changed"),
  911: hardware("CUDA_ERROR_EXTERNAL_DEVICE", "another device that works with the GPU failed", restart),
  912: rejected("CUDA_ERROR_INVALID_CLUSTER_SIZE", "the GPU cannot run so many blocks together"),
  913: failed("CUDA_ERROR_FUNCTION_NOT_LOADED", "a kernel is not loaded yet"),
  914: failed("CUDA_ERROR_INVALID_RESOURCE_TYPE", "a part of the GPU was asked for that it has not"),
  915: failed("CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION", "the parts of the GPU that were asked for do not fit"),
  916: hardware("CUDA_ERROR_KEY_ROTATION", "the GPU's memory is being given a new key", "try again later"),
  999: hardware("CUDA_ERROR_UNKNOWN", "the driver met an error of no known kind", "restart the machine; if only one program has it, see the kernel's log (`dmesg`) for a line with NVRM"),
};
