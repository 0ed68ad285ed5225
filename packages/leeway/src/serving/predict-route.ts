import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Prediction } from "../inference/index.ts";
import { withDeadline } from "./deadline.ts";
import { Gate } from "./gate.ts";
import type { Limits } from "./limits.ts";
import { Passes } from "./passes.ts";
import { requestBody } from "./request-body.ts";
import { ExampleReader, type RequestedExamples } from "./requested-examples.ts";
import { type RequestedOptions, requestedOptions } from "./requested-options.ts";
import type { Example } from "./model-form.ts";
import type { ServedModel } from "./served-model.ts";

/** What the routes know of a request beside what HTTP says. */
export interface Env {
  readonly Bindings: HttpBindings;
}

type PassOptions = Pick<RequestedOptions, "prior" | "decision">;

/** `POST /predict`: reads examples, waits for its turn, shares passes with other requests, and answers. */
export class PredictRoute {
  readonly #classNames: readonly string[];
  readonly #limits: Limits;
  readonly #gate: Gate;
  readonly #reader: ExampleReader;
  readonly #passes: Passes<Example, PassOptions, Prediction>;
  #predictions = 0;

  constructor(model: ServedModel, limits: Limits) {
    this.#classNames = model.classNames;
    this.#limits = limits;
    this.#gate = new Gate({ places: limits.requests, queue: limits.queue });
    this.#reader = new ExampleReader(model.form, { maxRows: limits.rows });
    this.#passes = new Passes((examples, options) => model.predict(examples, options), {
      maxRows: limits.passRows,
      // Frequencies that are estimated are those of one request.
      sameOptions: (a, b) => a.prior !== "auto" && JSON.stringify(a) === JSON.stringify(b),
    });
  }

  /** Requests at the moment, and what was done since the start. */
  get load(): Readonly<Record<"running" | "queue" | "predictions" | "passes", number>> {
    const { running, waiting } = this.#gate.load;
    return { running, queue: waiting, predictions: this.#predictions, passes: this.#passes.count };
  }

  /**
   * @throws HttpError for a request that cannot be answered
   * @throws RunError, ArgumentError as the model does for examples unlike those of training
   */
  async answer(c: Context<Env>): Promise<Response> {
    const { bodyBytes: maxBytes, seconds } = this.#limits;
    const { searchParams } = new URL(c.req.url);
    const header = (name: string): string | undefined => c.req.header(name);
    const type = header("content-type") ?? "";
    const options = requestedOptions(searchParams, { header, classNames: this.#classNames });
    this.#reader.requireType(type);
    return withDeadline(c.env.outgoing, seconds, async (signal) => {
      // Bodies are read by those alone that have a place: so many are in memory at most.
      const leave = await this.#gate.enter(signal);
      try {
        const body = await requestBody(c.env.incoming, { maxBytes, signal });
        return await this.#respond(c, options, { signal, read: await this.#reader.read(body, type) });
      } finally {
        leave();
      }
    });
  }

  async #respond(
    c: Context<Env>,
    { top, ...options }: RequestedOptions,
    {
      read: { examples, answer },
      signal,
    }: { readonly read: RequestedExamples; readonly signal: AbortSignal },
  ): Promise<Response> {
    const all = examples.length === 0 ? [] : await this.#passes.predict(examples, options, signal);
    this.#predictions += all.length;
    const predictions = all.map((each) => withTop(each, top));
    if (answer === "one") return c.json(predictions[0]);
    if (answer === "many") return c.json({ predictions });
    const lines = predictions.map((each) => `${JSON.stringify(each)}\n`).join("");
    return c.body(lines, 200, { "content-type": "application/x-ndjson" });
  }
}

/** A prediction with the probabilities of the so many most probable classes, the most probable first. */
function withTop(prediction: Prediction, top: number): Prediction {
  const all = Object.entries(prediction.probabilities);
  if (top >= all.length) return prediction;
  const best = all.sort(([, a], [, b]) => b - a).slice(0, top);
  return { ...prediction, probabilities: Object.fromEntries(best) };
}
