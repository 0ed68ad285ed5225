import { refusal } from "./http-error.ts";

interface Waiting {
  readonly enter: () => void;
  readonly signal: AbortSignal;
}

/** Lets so many requests in at a time, keeps so many waiting, in their order, and refuses the rest at once. */
export class Gate {
  readonly #places: number;
  readonly #queue: number;
  readonly #waiting = new Set<Waiting>();
  #inside = 0;

  constructor({ places, queue }: { readonly places: number; readonly queue: number }) {
    this.#places = places;
    this.#queue = queue;
  }

  /** Requests that are inside, and that wait. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.#inside, waiting: this.#waiting.size };
  }

  /**
   * Waits for a place. Who has got one calls the function that it gets when it is done.
   *
   * @throws HttpError 503 where as many wait as may
   * @throws the signal's reason once it is aborted
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#inside < this.#places) this.#inside++;
    else if (this.#waiting.size < this.#queue) await this.#wait(signal);
    else throw tooMany(this.#places, this.#queue);
    return () => {
      this.#leave();
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiting.delete(waiting);
        reject(signal.reason as Error);
      };
      const enter = (): void => {
        signal.removeEventListener("abort", abort);
        resolve();
      };
      const waiting = { enter, signal };
      this.#waiting.add(waiting);
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  /** The place goes to who has waited longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#inside--;
      return;
    }
    this.#waiting.delete(next);
    next.enter();
  }
}

function tooMany(places: number, queue: number): Error {
  return refusal(
    503,
    {
      what: `at most ${places} requests at a time and ${queue} that wait`,
      got: "one more",
      advice: "Try again in a second.",
    },
    { headers: { "retry-after": "1" } },
  );
}
