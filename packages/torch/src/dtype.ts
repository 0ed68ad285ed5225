/** Element types, by PyTorch's names. */
export type DType =
  "float32" | "float64" | "int64" | "int32" | "uint8" | "bool" | "bfloat16" | "float16" | "int16" | "int8";

/** The typed arrays a tensor is made from and copied to; int64 is a BigInt64Array, bool a Uint8Array. */
export type TensorData =
  Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array | Int16Array | Int8Array;

/** How four-dimensional data lies in memory: NCHW, or NHWC under the same shape. */
export type MemoryFormat = "contiguous" | "channels_last" | "preserve";
