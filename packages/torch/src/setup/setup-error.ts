/** What of the set-up failed: the thing that is missing or broken. */
export type SetupErrorCode = "libtorch" | "compiler" | "compile" | "cache" | "packages";

/** The machine is not ready for the native part: says which piece, and in its message what to do about it. */
export class SetupError extends Error {
  override readonly name = "SetupError";
  readonly code: SetupErrorCode;

  constructor(code: SetupErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
