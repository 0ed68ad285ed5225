import { z } from "zod";
import { exampleNouns } from "../catalogue/index.ts";
import { mediaTypes } from "./requested-examples.ts";
import {
  errorSchema,
  exampleSchema,
  healthSchema,
  optionsSchema,
  predictionSchema,
  predictionsSchema,
} from "./schemas.ts";
import type { ServedModel } from "./served-model.ts";

type Json = Readonly<Record<string, unknown>>;

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: Json): Json => ({ "application/json": { schema } });

/** What each refusal means. */
const refusals: Readonly<Record<number, string>> = {
  400: "The body is not JSON, text or a form.",
  403: "The Host header names another machine, or the request comes from another site.",
  413: "The body has too many bytes, or too many examples.",
  415: "The body is of a type that the model's examples do not have.",
  422: "The examples or the options cannot be predicted; the message says why.",
  500: "A fault of the service.",
  503: "Too many requests, one that took too long, or the service stops. Try again.",
};

/** The service as OpenAPI 3.1 describes it, made of the schemas that check its requests. */
export function openApi(model: ServedModel, { version }: { readonly version: string }): Json {
  const example = exampleSchema(model.form);
  const schemas = {
    ...(example && { Example: schemaOf(example) }),
    Prediction: schemaOf(predictionSchema),
    Predictions: {
      ...schemaOf(predictionsSchema),
      properties: { predictions: { type: "array", items: ref("Prediction") } },
    },
    Error: schemaOf(errorSchema),
    Health: schemaOf(healthSchema),
  };
  return {
    openapi: "3.1.0",
    info: {
      title: `Leeway: ${model.name}`,
      version,
      description: `Predicts ${exampleNouns[model.kind]}. Classes: ${model.classNames.join(", ")}.`,
    },
    paths: {
      "/predict": { post: predictOperation(model) },
      "/health": { get: operation("What is served, and its load.", json(ref("Health"))) },
      "/openapi.json": { get: operation("This document.", json({ type: "object" })) },
      "/": { get: operation("A page to try the model.", { "text/html": { schema: { type: "string" } } }) },
    },
    components: { schemas },
  };
}

function predictOperation({ kind }: ServedModel): Json {
  const answer = { oneOf: [ref("Prediction"), ref("Predictions")] };
  return {
    ...operation("Predictions: one for one example, an object with all of them for several.", {
      ...json(answer),
      ...(kind !== "image" && { "application/x-ndjson": { schema: ref("Prediction") } }),
    }),
    parameters: Object.entries(schemaOf(optionsSchema)["properties"] as Readonly<Record<string, Json>>).map(
      ([name, { description, ...schema }]) => ({ name, in: "query", required: false, description, schema }),
    ),
    requestBody: {
      required: true,
      content: Object.fromEntries(mediaTypes[kind].map((type) => [type, { schema: bodySchema(type) }])),
    },
  };
}

function bodySchema(type: string): Json {
  const bytes = { type: "string", format: "binary" };
  switch (type) {
    case "application/json":
      return { oneOf: [ref("Example"), { type: "array", items: ref("Example") }] };
    case "application/x-ndjson":
      return ref("Example");
    case "multipart/form-data":
      return { type: "object", additionalProperties: bytes };
    case "image/*":
      return bytes;
    default:
      return { type: "string" };
  }
}

function operation(description: string, content: Json): Json {
  const failed = Object.entries(refusals).map(([status, words]) => [
    status,
    { description: words, content: json(ref("Error")) },
  ]);
  return { responses: { 200: { description, content }, ...Object.fromEntries(failed) } };
}

function schemaOf(schema: z.ZodType): Json {
  return Object.fromEntries(
    Object.entries(z.toJSONSchema(schema, { io: "input" })).filter(([name]) => name !== "$schema"),
  );
}
