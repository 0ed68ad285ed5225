/** What one service takes at most, so that no client can make it hold more memory or work than it has. */
export interface Limits {
  /** Of the body of a request, as it is sent. */
  readonly bodyBytes: number;
  /** Examples of a request. */
  readonly rows: number;
  /** Seconds that a request may take, from its first byte to its answer. */
  readonly seconds: number;
  /** Requests that are read and predicted at a time. */
  readonly requests: number;
  /** Requests that wait for a place among those; one more is refused. */
  readonly queue: number;
  /** Examples that one pass through the network joins of several requests. */
  readonly passRows: number;
  /** Seconds that requests have to end once the service stops. */
  readonly stopSeconds: number;
}

/** The limits that hold where none are requested. */
export const defaultLimits: Limits = {
  bodyBytes: 10 * 2 ** 20,
  rows: 1000,
  seconds: 30,
  requests: 64,
  queue: 256,
  passRows: 256,
  stopSeconds: 10,
};
