import type { ExampleView } from "../../../../leeway/src/catalogue/example-view.ts";
import type { ReportExample, RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { percent, printable } from "../../../../leeway/src/report/words.ts";
import { classAt, nameAt } from "../parts/names.ts";

/** Columns of a row that a card shows. */
const maxColumns = 8;

/** An example: what it looks like, its label, and what stands against it. */
export function ExampleCard({ run, example }: { readonly run: RunReport; readonly example: ReportExample }) {
  const { label, labelProbability, other, otherProbability, place, split, view } = example;
  return (
    <li class="example">
      {view !== null && <View view={view} about={`${run.noun}, labelled ${nameAt(run, label)}`} />}
      <dl>
        <Line
          word="label"
          name={classAt(run, label).name}
          short={nameAt(run, label, 24)}
          probability={labelProbability}
        />
        <Line
          word={other === label ? "next" : "against"}
          name={classAt(run, other).name}
          short={nameAt(run, other, 24)}
          probability={otherProbability}
        />
      </dl>
      <p class="place" title={`${split}: ${place}`}>
        {printable(place)}
      </p>
    </li>
  );
}

interface LineProps {
  readonly word: string;
  readonly name: string;
  readonly short: string;
  readonly probability: number;
}

function Line({ word, name, short, probability }: LineProps) {
  return (
    <div>
      <dt>{word}</dt>
      <dd title={name}>
        <span>{short}</span>
        <span class="number">{percent(probability, { digits: probability > 0.1 ? 0 : 1 })}</span>
      </dd>
    </div>
  );
}

function View({ view, about }: { readonly view: ExampleView; readonly about: string }) {
  // Only pictures that the report itself holds: the policy of the page refuses all others.
  if (view.kind === "image") return <img src={view.picture} alt={about} loading="lazy" decoding="async" />;
  if (view.kind === "text") return <blockquote>{printable(view.text)}</blockquote>;
  return (
    <dl class="row-view">
      {view.columns.slice(0, maxColumns).map(([name, value]) => (
        <div key={name}>
          <dt title={name}>{printable(name)}</dt>
          <dd title={value}>{printable(value)}</dd>
        </div>
      ))}
      {view.columns.length > maxColumns && (
        <div class="more">{`and ${view.columns.length - maxColumns} more columns`}</div>
      )}
    </dl>
  );
}
