/** An operator, or a use of one, that has no counterpart in an exported graph. */
export class ExportError extends Error {
  override readonly name = "ExportError";
  /** As libtorch calls it. */
  readonly operator: string;

  constructor(operator: string, expected: string, got: string) {
    super(`${operator}: expected ${expected}, got ${got}.`);
    this.operator = operator;
  }
}
