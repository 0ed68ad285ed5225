import { countingIds, type Examples, selectRows } from "../examples.ts";

/** Texts with labels, before they are examples. */
export interface Texts extends Omit<Examples, "select" | "ids"> {
  /** [N] */
  readonly texts: readonly string[];
  /** By default 0 to N - 1. */
  readonly ids?: Uint32Array;
}

/** Labelled texts as they were read. */
export interface TextExamples extends Examples {
  /** [N] */
  readonly texts: readonly string[];
  select(indices: ArrayLike<number>): TextExamples;
}

/** Labelled texts as examples. */
export function textExamples({ name, classNames, texts, labels, ids }: Texts): TextExamples {
  const all = ids ?? countingIds(texts.length);
  return {
    name,
    classNames,
    texts,
    labels,
    ids: all,
    select: (indices) => {
      const rows = selectRows({ labels, ids: all }, indices);
      return textExamples({ name, classNames, texts: Array.from(indices, (i) => texts[i]!), ...rows });
    },
  };
}
