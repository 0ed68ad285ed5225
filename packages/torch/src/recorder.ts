/** What sees every call of an operator while a trace is open. */
export interface Recorder {
  /**
   * @param name      `namespace::operator.overload`
   * @param args      as they were given: tensors, not their handles
   * @param result    a tensor, an array that holds tensors, or anything else
   */
  record(name: string, args: readonly unknown[], result: unknown): void;
}

/** The open trace; null where there is none, which is all that a call then asks. */
export let recorder: Recorder | null = null;

/** Sets what sees the calls from now on, and says what did before. */
export function setRecorder(next: Recorder | null): Recorder | null {
  const before = recorder;
  recorder = next;
  return before;
}
