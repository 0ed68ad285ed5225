import type { DType, MemoryFormat, TensorData } from "./dtype.ts";
import { handleOf, provideTensorClass, requireHandle, TensorHandle, tensorOf } from "./handle.ts";
import { native } from "./native.ts";
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
export class Tensor extends TensorHandle {
  /** Sizes, for instance [N, C, H, W]. */
  get shape(): readonly number[] {
    return native().shape(requireHandle(this, "Tensor"));
  }

  get dtype(): DType {
    return native().dtype(requireHandle(this, "Tensor"));
  }

  /** "cpu", "cuda:0", … */
  get device(): string {
    return native().device(requireHandle(this, "Tensor"));
  }

  /** Whether the values lie as NHWC. */
  get channelsLast(): boolean {
    return native().channelsLast(requireHandle(this, "Tensor"));
  }

  get requiresGrad(): boolean {
    return native().requiresGrad(requireHandle(this, "Tensor"));
  }

  set requiresGrad(on: boolean) {
    native().setRequiresGrad(requireHandle(this, "Tensor.requiresGrad"), on);
  }

  /** What the backward passes so far added up to, or null where none has reached this tensor. */
  get grad(): Tensor | null {
    const handle = native().grad(requireHandle(this, "Tensor.grad"));
    return handle === null ? null : tensorOf(handle);
  }

  /** Forgets the gradient. */
  clearGrad(): void {
    native().clearGrad(requireHandle(this, "Tensor.clearGrad"));
  }

  /** As the function `backward`: adds this scalar's gradient to every tensor that requires it. */
  backward(options: { gradient?: Tensor | null; retainGraph?: boolean } = {}): void {
    backward(this, options);
  }

  /** The only value of a tensor of one element. */
  item(): number {
    return Number(native().item(requireHandle(this, "Tensor.item")));
  }

  /** A copy of the values, row by row; bfloat16 and float16 as float32, bool as 0 and 1. */
  data(): TensorData {
    return native().toTypedArray(requireHandle(this, "Tensor.data"));
  }

  /** The values as plain numbers, row by row. */
  toNumbers(): number[] {
    return Array.from(this.data() as ArrayLike<number | bigint>, Number);
  }

  /** Frees the memory now; using the tensor afterwards is an error. */
  dispose(): void {
    native().dispose(handleOf(this));
  }

  get isDisposed(): boolean {
    return native().isDisposed(handleOf(this));
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
  override toString(): string {
    if (this.isDisposed) return "Tensor (disposed)";
    return `Tensor ${this.dtype} [${this.shape.join(", ")}] ${this.device}`;
  }
}

// The only thing that happens at import.
provideTensorClass(Tensor);
