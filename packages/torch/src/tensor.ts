import type { DType, MemoryFormat, TensorData } from "./dtype.ts";
import { native, provideTensorClass } from "./native.ts";
import * as elementwise from "./ops/elementwise.ts";
import { matmul } from "./ops/linear-algebra.ts";
import * as reduction from "./ops/reduction.ts";
import * as shapes from "./ops/shape.ts";
import { backward } from "./autograd.ts";

/**
 * A tensor of libtorch. Its methods are the arithmetic one writes left to right; all other operators are
 * functions of this package.
 *
 * Tensors are made by `tensor`, `zeros` and other operators, not by `new`. One made inside `scope` dies
 * with it unless returned or kept.
 */
export class Tensor {
  /** Sizes, for instance [N, C, H, W]. */
  get shape(): readonly number[] {
    return native().describe(this).shape;
  }

  get dtype(): DType {
    return native().describe(this).dtype;
  }

  /** "cpu", "cuda:0", … */
  get device(): string {
    return native().describe(this).device;
  }

  /** Whether the values lie as NHWC. */
  get channelsLast(): boolean {
    return native().describe(this).channelsLast;
  }

  get requiresGrad(): boolean {
    return native().describe(this).requiresGrad;
  }

  set requiresGrad(on: boolean) {
    native().setRequiresGrad(this, on);
  }

  /** What the backward passes so far added up to, or null where none has reached this tensor. */
  get grad(): Tensor | null {
    return native().grad(this);
  }

  /** Forgets the gradient. */
  clearGrad(): void {
    native().clearGrad(this);
  }

  /** As the function `backward`: adds this scalar's gradient to every tensor that requires it. */
  backward(options: { gradient?: Tensor | null; retainGraph?: boolean } = {}): void {
    backward(this, options);
  }

  /** The only value of a tensor of one element. */
  item(): number {
    return Number(native().item(this));
  }

  /** A copy of the values, row by row; bfloat16 and float16 as float32, bool as 0 and 1. */
  data(): TensorData {
    return native().toTypedArray(this);
  }

  /** The values as plain numbers, row by row. */
  toNumbers(): number[] {
    return Array.from(this.data() as ArrayLike<number | bigint>, Number);
  }

  /** Frees the memory now; using the tensor afterwards is an error. */
  dispose(): void {
    native().dispose(this);
  }

  get isDisposed(): boolean {
    return native().isDisposed(this);
  }

  add(other: Tensor | number): Tensor {
    return elementwise.add(this, other);
  }

  sub(other: Tensor | number): Tensor {
    return elementwise.sub(this, other);
  }

  mul(other: Tensor | number): Tensor {
    return elementwise.mul(this, other);
  }

  div(other: Tensor | number): Tensor {
    return elementwise.div(this, other);
  }

  neg(): Tensor {
    return elementwise.neg(this);
  }

  matmul(other: Tensor): Tensor {
    return matmul(this, other);
  }

  sum(options: { dim?: number | readonly number[]; keepdim?: boolean } = {}): Tensor {
    return reduction.sum(this, options);
  }

  mean(options: { dim?: number | readonly number[]; keepdim?: boolean } = {}): Tensor {
    return reduction.mean(this, options);
  }

  reshape(shape: readonly number[]): Tensor {
    return shapes.reshape(this, shape);
  }

  permute(dims: readonly number[]): Tensor {
    return shapes.permute(this, dims);
  }

  transpose(dim0: number, dim1: number): Tensor {
    return shapes.transpose(this, dim0, dim1);
  }

  /** This tensor without its history: gradients stop here. Shares memory. */
  detach(): Tensor {
    return shapes.detach(this);
  }

  clone(): Tensor {
    return shapes.clone(this);
  }

  contiguous(memoryFormat: MemoryFormat = "contiguous"): Tensor {
    return shapes.contiguous(this, memoryFormat);
  }

  /** This tensor as another dtype and on another device; itself where nothing changes. */
  to(options: { dtype?: DType; device?: string }): Tensor {
    return shapes.to(this, options);
  }

  /** For people: `Tensor float32 [2, 3] cpu`. */
  toString(): string {
    if (this.isDisposed) return "Tensor (disposed)";
    const { dtype, shape, device } = native().describe(this);
    return `Tensor ${dtype} [${shape.join(", ")}] ${device}`;
  }
}

// The only thing that happens at import.
provideTensorClass(Tensor);
