import { ArgumentError, faultText, RunError } from "../errors.ts";

/** Where in a request something is wrong. */
export interface Place {
  /** The example, from 1. */
  readonly row?: number | undefined;
  readonly column?: string | undefined;
}

/** What a request is answered with when it cannot be done. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  readonly place: Place;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    {
      headers = {},
      cause,
      ...place
    }: Place & { readonly headers?: Readonly<Record<string, string>>; readonly cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.place = place;
    this.headers = headers;
  }
}

/** What is wrong with a request, in the parts of all our errors. */
export interface Fault {
  readonly what: string;
  /** What came instead, in words, or as `shown` gives a value. */
  readonly got: string;
  readonly advice?: string;
  /** The place in front of the message; by default the route. */
  readonly where?: string;
}

/**
 * A refusal in the form of all our errors: `where: expected what, got value. What to do.`
 *
 * @param status of HTTP: 422 for examples that cannot be predicted
 */
export function refusal(
  status: number,
  { where = "POST /predict", what, got, advice = "" }: Fault,
  more: ConstructorParameters<typeof HttpError>[2] = {},
): HttpError {
  const message = `${where}: expected ${what}, got ${got}.${advice === "" ? "" : ` ${advice}`}`;
  return new HttpError(status, message, more);
}

/** Any error as the answer that a client gets; what is no fault of the request's says nothing of the inside. */
export function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof ArgumentError) return ofExample(error);
  if (error instanceof RunError && error.code === "data")
    return new HttpError(422, error.message, { cause: error });
  const fault = { what: "a prediction", got: "a fault of the service", advice: "Its log says more." };
  return refusal(500, fault, { cause: error });
}

/** The fault of an argument, whose way `["examples", 2, "amount"]` is the row and the column of a request. */
function ofExample(error: ArgumentError): HttpError {
  const [first, i, column] = error.path;
  const where = "POST /predict";
  if (first !== "examples" || typeof i !== "number")
    return new HttpError(422, faultText(error, { where }), { cause: error });
  const row = i + 1;
  if (typeof column !== "string")
    return new HttpError(422, faultText(error, { where, field: `row ${row}` }), { row, cause: error });
  const field = `${column} of row ${row}`;
  return new HttpError(422, faultText(error, { where, field }), { row, column, cause: error });
}
