import { paperRows } from "../../analysis/index.ts";
import type { Experiment } from "../experiment.ts";
import { cifarColumns } from "./cifar.ts";

/** Table 5: cross entropy with deferred re-weighting and re-sampling. From the start they are RW and RS. */
export const table5: Experiment = {
  kind: "table",
  name: "table5",
  summary: "cross entropy with deferred re-weighting (DRW) and re-sampling (DRS), on the data of table 2",
  columns: cifarColumns,
  rows: paperRows("table5"),
  rivals: ["rw", "rs", "cb-rw", "cb-rs"],
  model: "resnet32",
  epochs: 200,
};
