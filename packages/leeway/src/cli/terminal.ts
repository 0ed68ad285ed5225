import pc from "picocolors";

/** Colours for what goes to `stream`: none in a pipe, a file or with `NO_COLOR`; always with `FORCE_COLOR`. */
export function colorsFor(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
  return pc.createColors((stream.isTTY && !process.env["NO_COLOR"]) || Boolean(process.env["FORCE_COLOR"]));
}
