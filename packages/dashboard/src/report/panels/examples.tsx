import { useEffect, useState } from "preact/hooks";
import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { count } from "../../../../leeway/src/report/words.ts";
import { type ConfusionCell, usePicked } from "../context.ts";
import { shellWord } from "../../../../leeway/src/report/words.ts";
import { Choice, Select } from "../parts/choice.tsx";
import { byFrequency, classAt, nameAt, saidName } from "../parts/names.ts";
import { Panel } from "../parts/panel.tsx";
import { type ExampleList, exampleLists, examplesOf, examplesOfCell, errorsTable } from "../twins/errors.ts";
import { ExampleCard } from "./example-card.tsx";
import { CommandLine } from "./threshold-controls.tsx";

/** Cards that are shown before somebody asks for more. */
const shownFirst = 12;

/** The examples that are wrong, to look at. */
export function ExamplesPanel() {
  const { run, label, pick, cell, pickCell } = usePicked();
  const [list, setList] = useState<ExampleList>("hardest");
  const [all, setAll] = useState(false);
  useEffect(() => {
    setAll(false);
  }, [list, label, cell]);
  if (run.errors.length === 0) return null;
  const examples =
    cell === null ? examplesOf(run, list, label) : examplesOfCell(run, cell.truth, cell.prediction);
  const shown = all ? examples : examples.slice(0, shownFirst);
  return (
    <Panel
      id="examples"
      title="Examples to look at"
      words={wordsOf(run, label)}
      table={() => errorsTable(run)}
    >
      <div class="controls row">
        {cell !== null && (
          <CellFilter
            run={run}
            cell={cell}
            onClear={() => {
              pickCell(null);
            }}
          />
        )}
        {cell === null && (
          <>
            <Choice label="List of examples" options={exampleLists} value={list} onChange={setList} />
            <Select
              label="Class"
              options={[
                { value: "", label: "all classes" },
                ...byFrequency(run)
                  .reverse()
                  .map((own) => ({ value: String(own), label: nameAt(run, own) })),
              ]}
              value={label === null ? "" : String(label)}
              onChange={(value) => {
                pick(value === "" ? null : Number(value));
              }}
            />
          </>
        )}
      </div>
      {cell === null && <p class="aside">{exampleLists.find(({ value }) => value === list)!.words}</p>}
      <ul class={`examples ${examples[0]?.view?.kind ?? ""}`}>
        {shown.map((example) => (
          <ExampleCard key={`${example.split}-${example.id}`} run={run} example={example} />
        ))}
      </ul>
      {examples.length === 0 && <p class="aside">{emptyWords(run, cell)}</p>}
      {shown.length < examples.length && (
        <button
          type="button"
          onClick={() => {
            setAll(true);
          }}
        >
          {`Show ${count(examples.length - shown.length)} more`}
        </button>
      )}
      <CommandLine command={errorsCommand(run, cell?.truth ?? label)} />
    </Panel>
  );
}

interface CellFilterProps {
  readonly run: RunReport;
  readonly cell: ConfusionCell;
  readonly onClear: () => void;
}

function CellFilter({ run, cell: { truth, prediction }, onClear }: CellFilterProps) {
  return (
    <p class="filter">
      <span>
        <strong>{nameAt(run, truth)}</strong>
        {truth === prediction ? " recognised" : " taken for "}
        {truth !== prediction && <strong>{nameAt(run, prediction)}</strong>}
      </span>
      <button type="button" onClick={onClear}>
        Show all examples
      </button>
    </p>
  );
}

function errorsCommand(run: RunReport, label: number | null): string {
  const words = [
    "leeway",
    "errors",
    run.path,
    ...(label === null ? [] : ["--class", classAt(run, label).name]),
  ];
  return words.map(shellWord).join(" ");
}

function emptyWords(run: RunReport, cell: ConfusionCell | null): string {
  if (cell === null) return "There is none in this list.";
  if (cell.truth === cell.prediction)
    return "Right examples are not kept, unless they are hard or probably mislabelled.";
  const size = run.confusion.matrix?.[cell.truth]?.[cell.prediction];
  return size === 0
    ? "No test example is in this cell."
    : "The report keeps the worst examples of each class, and none is of this cell.";
}

function wordsOf(run: RunReport, label: number | null): string {
  const own = run.errors.filter((each) => label === null || each.label === label);
  const wrong = own.reduce((sum, each) => sum + each.wrong, 0);
  const size = own.reduce((sum, each) => sum + each.examples, 0);
  const doubted = own.reduce((sum, each) => sum + each.mislabelled.length, 0);
  const who = label === null ? "" : ` of ${saidName(run, label)}`;
  return (
    `${count(wrong)} of ${count(size)} held-out ${run.noun}${who} are wrong; the report keeps the worst of each class.` +
    (doubted === 0
      ? ""
      : ` Look at those that are probably mislabelled first: a wrong label costs a rare class most.`)
  );
}
