import { z } from "zod";
import type { Field } from "../../field.ts";
import { defaultLimits } from "../../serving/index.ts";

const place = { group: "Where it listens", affects: "nothing" } as const;
const limit = { group: "Limits", affects: "nothing", value: "<count>" } as const;
const seconds = { group: "Limits", affects: "nothing", value: "<seconds>" } as const;
const megabyte = 2 ** 20;

/** Where a service listens, and for whom. */
export const placeFields = {
  port: {
    ...place,
    type: z.int().min(0).max(65_535),
    help: "port; 0 takes any that is free",
    default: "8000",
    value: "<number>",
  },
  host: {
    ...place,
    type: z.string().min(1),
    help: "address; 0.0.0.0 opens it to other machines",
    default: "127.0.0.1",
    value: "<address>",
  },
  allowHost: {
    ...place,
    type: z.array(z.string().min(1)),
    help: "names under which a proxy passes requests on",
    default: "localhost",
    value: "<names>",
  },
  cors: {
    ...place,
    type: z.array(z.string().min(1)),
    help: "origins of other pages that may use it, https://a.org",
    default: "none",
    value: "<origins>",
  },
} as const satisfies Record<string, Field>;

/** What a service takes at most, by the names of its options. */
export const limitFields = {
  maxBody: {
    ...limit,
    type: z.number().positive().max(1024),
    help: "MB of a request's body",
    default: String(defaultLimits.bodyBytes / megabyte),
    value: "<MB>",
  },
  maxRows: {
    ...limit,
    type: z.int().min(1).max(1_000_000),
    help: "examples of a request",
    default: String(defaultLimits.rows),
  },
  maxSeconds: {
    ...seconds,
    type: z.number().positive().max(86_400),
    help: "that a request may take",
    default: String(defaultLimits.seconds),
  },
  maxRequests: {
    ...limit,
    type: z.int().min(1).max(100_000),
    help: "requests that are answered at a time",
    default: String(defaultLimits.requests),
  },
  maxQueue: {
    ...limit,
    type: z.int().min(0).max(100_000),
    help: "requests that wait; more get 503",
    default: String(defaultLimits.queue),
  },
  passRows: {
    ...limit,
    type: z.int().min(1).max(65_536),
    help: "examples of several requests in one pass",
    default: String(defaultLimits.passRows),
  },
  stopSeconds: {
    ...seconds,
    type: z.number().min(0).max(3600),
    help: "that requests have to end when it stops",
    default: String(defaultLimits.stopSeconds),
  },
} as const satisfies Record<string, Field>;
