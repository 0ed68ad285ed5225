import pc from "picocolors";

/** Colours for what goes to `stream`: none in a pipe, a file or with `NO_COLOR`; always with `FORCE_COLOR`. */
export function colorsFor(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
  return pc.createColors((stream.isTTY && !process.env["NO_COLOR"]) || Boolean(process.env["FORCE_COLOR"]));
}

/** How progress is shown: on one line that changes, on a line now and then, or not at all. */
export type ProgressMode = "live" | "lines" | "silent";

/**
 * The mode that suits a stream: live on a terminal that can redraw, else lines.
 *
 * A terminal of no columns, as some programs make, would be redrawn for ever.
 */
export function progressMode(
  stream: Pick<NodeJS.WriteStream, "isTTY" | "columns">,
  { environment = process.env }: { environment?: Readonly<Record<string, string | undefined>> } = {},
): ProgressMode {
  const live = stream.isTTY && stream.columns > 0 && !environment["CI"] && environment["TERM"] !== "dumb";
  return live ? "live" : "lines";
}
