import { parseBody } from "hono/utils/body";
import type { z } from "zod";
import { type InputKind, exampleNouns } from "../catalogue/index.ts";
import { shown } from "../errors.ts";
import { type HttpError, refusal } from "./http-error.ts";
import type { Example, ModelForm } from "./model-form.ts";
import { exampleSchema } from "./schemas.ts";

/** What a request wants predicted, and in which form it expects the answer. */
export interface RequestedExamples {
  readonly examples: readonly Example[];
  /** One prediction, an object with all, or a line for each. */
  readonly answer: "one" | "many" | "lines";
}

/** What examples of a kind may come as. */
export const mediaTypes: Readonly<Record<InputKind, readonly string[]>> = {
  table: ["application/json", "application/x-ndjson"],
  text: ["application/json", "application/x-ndjson", "text/plain"],
  embedding: ["application/json", "application/x-ndjson"],
  image: ["image/*", "multipart/form-data"],
};

/** Names of JSON lines that are as common. */
const lineTypes = ["application/x-ndjson", "application/jsonl", "application/x-jsonlines"];

/** Reads the examples in bodies of requests for one model. */
export class ExampleReader {
  readonly #kind: InputKind;
  readonly #maxRows: number;
  readonly #schema: z.ZodType<Example> | undefined;

  constructor(form: ModelForm, { maxRows }: { readonly maxRows: number }) {
    this.#kind = form.kind;
    this.#maxRows = maxRows;
    this.#schema = exampleSchema(form);
  }

  /**
   * Refuses a body by its type, before it is read.
   *
   * @returns its type, by the name of {@link mediaTypes}
   * @throws HttpError 415 for one that the model's examples do not have
   */
  requireType(contentType: string | undefined): string {
    const sent = contentType?.split(";", 1)[0]!.trim().toLowerCase(); // a split has a first part
    const known = mediaTypes[this.#kind];
    const type =
      sent !== undefined && lineTypes.includes(sent)
        ? "application/x-ndjson"
        : sent?.replace(/^image\/.+/, "image/*");
    const charset = /charset="?([^";]+)/i.exec(contentType ?? "")?.[1] ?? "utf-8";
    if (type !== undefined && known.includes(type) && /^utf-?8$/i.test(charset)) return type;
    const what = `the content type of ${exampleNouns[this.#kind]}, ${known.join(" or ")}, in UTF-8`;
    throw refusal(415, { what, got: shown(contentType) });
  }

  /**
   * @param body of a request whose type was required
   * @throws HttpError 400 for what is not JSON, 413 for too many examples, 422 for examples of another form
   */
  async read(body: Buffer, contentType: string): Promise<RequestedExamples> {
    switch (this.requireType(contentType)) {
      case "image/*":
        return { examples: [body], answer: "one" };
      case "multipart/form-data":
        return { examples: this.#counted(await filesOf(body, contentType)), answer: "many" };
      case "text/plain":
        return { examples: [textOf(body)], answer: "one" };
      case "application/x-ndjson":
        return { examples: this.#lines(textOf(body)), answer: "lines" };
      default:
        return this.#json(parsedJson(textOf(body)));
    }
  }

  #lines(text: string): Example[] {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
    return this.#counted(lines).map((line, i) => this.#example(parsedJson(line, i + 1), i + 1));
  }

  #json(value: unknown): RequestedExamples {
    // A list of numbers is one vector; of anything else, examples.
    const isMany = Array.isArray(value) && (this.#kind !== "embedding" || typeof value[0] !== "number");
    if (!isMany) return { examples: [this.#example(value, 1)], answer: "one" };
    const examples = this.#counted(value as unknown[]).map((each, i) => this.#example(each, i + 1));
    return { examples, answer: "many" };
  }

  #example(value: unknown, row: number): Example {
    const parsed = this.#schema!.safeParse(value); // images come as bytes
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw this.#wrongExample(value, { row, path: issue?.path ?? [] });
  }

  #wrongExample(
    value: unknown,
    { row, path }: { readonly row: number; readonly path: readonly PropertyKey[] },
  ): HttpError {
    const [key] = path;
    const inside = typeof value === "object" && value !== null && key !== undefined;
    if (!inside || this.#kind !== "table") {
      return refusal(
        422,
        { what: `row ${row} to be ${exampleWords[this.#kind]}`, got: kindOf(value) },
        { row },
      );
    }
    const column = String(key);
    const cells = value as Readonly<Record<string, unknown>>;
    if (column in cells) {
      const what = `${column} of row ${row} to be a text, a number or null`;
      return refusal(422, { what, got: kindOf(cells[column]) }, { row, column });
    }
    const got = `the columns ${Object.keys(cells).slice(0, 20).join(", ")}`;
    const advice = "null stands for a missing value.";
    return refusal(422, { what: `a column "${column}" in row ${row}`, got, advice }, { row, column });
  }

  #counted<T>(examples: T[]): T[] {
    if (examples.length <= this.#maxRows) return examples;
    const what = `at most ${this.#maxRows} ${exampleNouns[this.#kind]} a request`;
    throw refusal(413, { what, got: String(examples.length), advice: "Send them in parts." });
  }
}

const exampleWords: Readonly<Record<InputKind, string>> = {
  table: "an object with a value for every column",
  text: "a text",
  embedding: "a vector, a list of as many numbers as training had",
  image: "an image",
};

function textOf(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch (cause) {
    throw refusal(400, { what: "text in UTF-8", got: "other bytes" }, { cause });
  }
}

function parsedJson(text: string, row?: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const got = text.trim() === "" ? "nothing" : `text that is not (${(cause as Error).message})`;
    throw refusal(400, { what: "JSON", got }, { row, cause });
  }
}

/** The files of a form, whatever their fields are called. */
async function filesOf(body: Buffer, contentType: string): Promise<Uint8Array[]> {
  const headers = { "content-type": contentType };
  const request = new Request("http://localhost", { method: "POST", headers, body });
  const fields = await parseBody(request, { all: true }).catch((cause: unknown) => {
    throw refusal(400, { what: "a form with images", got: "something else" }, { cause });
  });
  const files = Object.values(fields)
    .flat()
    .filter((value) => typeof value !== "string");
  if (files.length > 0)
    return Promise.all(files.map(async (file) => new Uint8Array(await file.arrayBuffer())));
  throw refusal(422, { what: "a form with images", got: "one without files" });
}

/** A value as an error shows it; what is large or deep by its kind alone. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" && value !== null ? "an object" : shown(value);
}
