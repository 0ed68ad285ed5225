/**
 * What kind of failure a {@link TorchError} is: the caller's argument, libtorch's refusal, memory, a part that is not
 * there, or ranks that have lost one of them.
 */
export type TorchErrorCode = "argument" | "libtorch" | "memory" | "missing" | "ranks";

/**
 * An error of libtorch or of the binding, with libtorch's own message.
 *
 * `operator` names the operator or function that failed, as libtorch spells it: `aten::mm`.
 */
export class TorchError extends Error {
  override readonly name = "TorchError";
  readonly code: TorchErrorCode;
  readonly operator: string;

  constructor(message: string, code: TorchErrorCode, operator: string) {
    super(`${operator}: ${message}`);
    this.code = code;
    this.operator = operator;
  }
}
