export { allowedThreads } from "./allowed-threads.ts";
export { autocast, backward, enableGrad, noGrad } from "./autograd.ts";
export {
  deviceMemory,
  type DeviceMemory,
  emptyCache,
  gpuAt,
  gpus,
  type Gpu,
  type Gpus,
  libtorch,
  type LibtorchFacts,
  setReproducible,
  synchronize,
} from "./device.ts";
export * as distributed from "./distributed/index.ts";
export type { DType, MemoryFormat, TensorData } from "./dtype.ts";
export { TorchError, type TorchErrorCode } from "./errors.ts";
export * as nn from "./nn/index.ts";
export { op, operatorSchema } from "./op.ts";
export * from "./ops/index.ts";
export * as optim from "./optim/index.ts";
export { defaultGeneratorState, Generator, manualSeed, setDefaultGeneratorState } from "./random.ts";
export { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
export { keep, memory, scope } from "./scope.ts";
export { Tensor } from "./tensor.ts";
export {
  isTracedTensor,
  trace,
  type Trace,
  type TracedCall,
  type TracedTensor,
  type TracedValue,
} from "./trace.ts";
export { mapFile } from "./map-file.ts";
export { setThreads, threads } from "./threads.ts";
