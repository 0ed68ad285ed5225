/** How far a long reading of data is. */
export interface ReadingProgress {
  /** In words: "caching images". */
  readonly what: string;
  readonly done: number;
  readonly of: number;
}

/** What reading data may need besides knowing which. */
export interface Reading {
  /** Where images are cached; in the user's cache where left out. */
  readonly cacheDir?: string | undefined;
  /** Ends a long reading early, with an AbortError; what is done is kept. */
  readonly signal?: AbortSignal | undefined;
  /** Is told about each second how far a long reading is. */
  readonly heard?: ((progress: ReadingProgress) => void) | undefined;
}
