import type { TunedExperiment, TunedRow } from "../experiment.ts";

const network = (method: string, paperRow: string | null): TunedRow => ({
  name: method,
  method,
  model: "bilstm",
  paperRow,
});

/**
 * Table 1: reviews of films, of whose negative training examples a tenth is left. The paper's four rows, four methods
 * to compare them with, and weighted logistic regression on TF-IDF features, which is known to be strong here.
 */
export const table1: TunedExperiment = {
  kind: "tuned",
  name: "table1",
  summary: "error by class on IMDB reviews with 90 % of the negative ones removed, every method tuned alike",
  column: {
    name: "imdb",
    title: "IMDB reviews, a tenth of the negative ones",
    dataset: "imdb",
    profile: "natural",
    ratio: 1,
  },
  keep: { neg: 0.1 },
  classes: { positive: "pos", negative: "neg" },
  rows: [
    network("erm", "erm"),
    network("rs", "rs"),
    network("rw", "rw"),
    network("erm-drw", null),
    network("ldam", null),
    network("ldam-drw", "ldam-drw"),
    network("balanced-softmax", null),
    { name: "tfidf-rw", method: "rw", model: "tfidf", paperRow: null, solved: true },
  ],
};
