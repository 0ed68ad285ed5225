import { type Examples, requireIndices } from "../examples.ts";

/** Texts with labels, before they are examples. */
export interface Texts extends Omit<Examples, "select" | "ids"> {
  /** [N] */
  readonly texts: readonly string[];
  /** 0 to N - 1 where left out. */
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
  const all = ids ?? Uint32Array.from({ length: texts.length }, (_, i) => i);
  return {
    name,
    classNames,
    texts,
    labels,
    ids: all,
    select: (indices) => {
      requireIndices("select", "indices", { indices, length: texts.length });
      const of = Array.from(indices);
      return textExamples({
        name,
        classNames,
        texts: of.map((i) => texts[i]!),
        labels: Int32Array.from(of, (i) => labels[i]!),
        ids: Uint32Array.from(of, (i) => all[i]!),
      });
    },
  };
}
