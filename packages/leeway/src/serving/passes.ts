/** Examples that one request wants predicted, and how. */
interface Job<Example, Options, Answer> {
  readonly examples: readonly Example[];
  readonly options: Options;
  readonly signal: AbortSignal;
  readonly resolve: (answers: readonly Answer[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Predicts examples, all in one pass through the network. */
export type Pass<Example, Options, Answer> = (
  examples: readonly Example[],
  options: Options,
) => Promise<readonly Answer[]>;

/**
 * Joins requests into passes through a network. One pass runs at a time; whatever waits when it ends is the next, so
 * that joining costs no request any time. A pass of many rows takes little longer than one of a single row.
 */
export class Passes<Example, Options, Answer> {
  readonly #pass: Pass<Example, Options, Answer>;
  readonly #maxRows: number;
  readonly #sameOptions: (a: Options, b: Options) => boolean;
  #waiting: Job<Example, Options, Answer>[] = [];
  #running = false;
  #passes = 0;

  /**
   * @param maxRows     examples of a pass; a request of more has one of its own
   * @param sameOptions whether two requests may share a pass
   */
  constructor(
    pass: Pass<Example, Options, Answer>,
    {
      maxRows,
      sameOptions,
    }: { readonly maxRows: number; readonly sameOptions: (a: Options, b: Options) => boolean },
  ) {
    this.#pass = pass;
    this.#maxRows = maxRows;
    this.#sameOptions = sameOptions;
  }

  /** Passes so far. */
  get count(): number {
    return this.#passes;
  }

  /**
   * Predicts the examples of one request, with those of others where they wait.
   *
   * @throws what the pass throws of these examples alone; the signal's reason once it is aborted
   */
  predict(examples: readonly Example[], options: Options, signal: AbortSignal): Promise<readonly Answer[]> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        reject(signal.reason as Error);
      };
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T): void => {
          signal.removeEventListener("abort", abort);
          settle(value);
        };
      signal.addEventListener("abort", abort);
      this.#waiting.push({ examples, options, signal, resolve: settled(resolve), reject: settled(reject) });
      if (this.#running) return;
      this.#running = true;
      // What has reached other sockets by now is read before the first pass begins.
      setImmediate(() => void this.#runAll());
    });
  }

  async #runAll(): Promise<void> {
    for (let jobs = this.#next(); jobs.length > 0; jobs = this.#next()) await this.#run(jobs);
    this.#running = false;
  }

  /** The request that has waited longest, and those that may share its pass. */
  #next(): Job<Example, Options, Answer>[] {
    const [first, ...rest] = this.#waiting.filter(({ signal }) => !signal.aborted);
    if (first === undefined) {
      this.#waiting = [];
      return [];
    }
    const jobs = [first];
    let rows = first.examples.length;
    this.#waiting = rest.filter((job) => {
      const fits = rows + job.examples.length <= this.#maxRows;
      if (!fits || !this.#sameOptions(first.options, job.options)) return true;
      rows += job.examples.length;
      jobs.push(job);
      return false;
    });
    return jobs;
  }

  async #run(jobs: readonly Job<Example, Options, Answer>[]): Promise<void> {
    const [first] = jobs;
    if (first === undefined) return;
    this.#passes++;
    try {
      const answers = await this.#pass(
        jobs.flatMap(({ examples }) => examples),
        first.options,
      );
      let at = 0;
      for (const { examples, resolve } of jobs) resolve(answers.slice(at, (at += examples.length)));
    } catch (error) {
      // One wrong row must not cost others their answer: then each has a pass of its own, and its own error.
      if (jobs.length === 1) first.reject(error);
      else for (const job of jobs) if (!job.signal.aborted) await this.#run([job]);
    }
  }
}
