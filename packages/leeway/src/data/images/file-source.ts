/** A file that was asked for: its position in the listing and how to get its bytes. */
export interface SourceFile {
  readonly index: number;
  /**
   * The file's bytes.
   *
   * @throws Error that says in a few words why there are none
   */
  readonly read: () => Promise<Uint8Array>;
}

/** Where the bytes of a listing's images lie: a folder, or an archive that is never unpacked to disk. */
export interface FileSource {
  /** How an error speaks of it: a path. */
  readonly place: string;
  /**
   * The wanted files, in whatever order is cheapest. A file that is not there is given too; reading it fails.
   *
   * @param paths of all images of the listing
   * @param wanted whether the image at this position is still needed
   * @throws RunError if the source itself, not one file, cannot be read
   */
  files(
    paths: readonly string[],
    wanted: (index: number) => boolean,
  ): AsyncGenerator<SourceFile, void, undefined>;
}
