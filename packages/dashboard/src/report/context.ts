import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { RunReport } from "../../../leeway/src/report/page/report-data.ts";

/** A cell of the confusion: a class, and what it is taken for. */
export interface ConfusionCell {
  readonly truth: number;
  readonly prediction: number;
}

/** What all panels share: the runs that are shown, and what a person has picked. */
export interface Picked {
  readonly run: RunReport;
  /** The run that it stands beside; null of a single run. */
  readonly other: RunReport | null;
  /** A class; null for none. */
  readonly label: number | null;
  readonly pick: (label: number | null) => void;
  readonly cell: ConfusionCell | null;
  /** Shows the examples of a cell. */
  readonly pickCell: (cell: ConfusionCell | null) => void;
}

export const PickedContext = createContext<Picked | null>(null);

/** What all panels share. */
export function usePicked(): Picked {
  const picked = useContext(PickedContext);
  if (picked === null) throw new Error("usePicked: expected a page around the panel, got none.");
  return picked;
}
