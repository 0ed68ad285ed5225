import { z } from "zod";
import type { Field } from "../field.ts";

const backbone = { group: "Backbone", affects: "data" } as const;
const text = z.string().min(1);

/** How what a backbone's graph gives for an example becomes one vector. */
export const backbonePoolings = ["none", "cls", "mean", "max", "last", "cls-mean", "map"] as const;

/** A field of {@link BackboneRequest}. */
export interface BackboneField extends Field {
  /** The recipe's name for it, by default its own. */
  readonly name?: string;
  readonly isPath?: true;
}

/** The fields of {@link BackboneRequest}, by the names of their options. */
export const backboneFields = {
  backbone: {
    ...backbone,
    name: "path",
    isPath: true,
    type: text,
    help: "images, texts: the network whose vectors are learned from, a folder or .onnx file",
    value: "<place>",
  },
  backboneOutput: {
    ...backbone,
    name: "output",
    type: text,
    help: "the value of its graph that is read, an output or one within it",
    default: "an embedding by its name, else what a classifier's last layer reads",
    value: "<name>",
  },
  pooling: {
    ...backbone,
    type: z.enum(backbonePoolings),
    help: "how tokens become one vector",
    default: "as its folder says; images: cls, texts: mean",
    value: "<way>",
  },
  preprocessor: {
    ...backbone,
    type: text,
    help: "how images become its input: a preprocessor_config.json, or its JSON",
    default: "beside the graph",
    value: "<file>",
  },
  tokenizer: {
    ...backbone,
    isPath: true,
    type: text,
    help: "its tokenizer.json",
    default: "beside the graph",
    value: "<file>",
  },
  textPrefix: {
    ...backbone,
    name: "prefix",
    type: text,
    help: 'what is put before every text, such as "query: "',
    value: "<text>",
  },
} as const satisfies Readonly<Record<string, BackboneField>>;

const {
  backbone: path,
  backboneOutput: output,
  pooling,
  preprocessor,
  tokenizer,
  textPrefix,
} = backboneFields;

/** Which network makes the vectors that a run learns from. */
export const backboneRequestSchema = z.strictObject({
  path: path.type.describe(path.help),
  output: output.type.describe(output.help).exactOptional(),
  pooling: pooling.type.describe(pooling.help).exactOptional(),
  preprocessor: preprocessor.type.describe(preprocessor.help).exactOptional(),
  tokenizer: tokenizer.type.describe(tokenizer.help).exactOptional(),
  prefix: textPrefix.type.describe(textPrefix.help).exactOptional(),
});

/** See {@link backboneRequestSchema}. */
export type BackboneRequest = Readonly<z.infer<typeof backboneRequestSchema>>;
