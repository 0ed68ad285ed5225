import { percent } from "../../../../leeway/src/report/words.ts";
import type { Costs, OperatingPoint } from "../numbers/operating-point.ts";
import { plainNumber } from "../numbers/table.ts";
import { CopyButton } from "../parts/copy-button.tsx";

/** What a threshold comes to. */
export function PointNumbers({ point }: { readonly point: OperatingPoint }) {
  const precision = Number.isNaN(point.precision) ? null : point.precision;
  return (
    <dl class="point" aria-live="polite">
      <div class="big">
        <dt>recall</dt>
        <dd data-number="recall">{percent(point.recall)}</dd>
      </div>
      <div class="big">
        <dt>precision</dt>
        <dd data-number="precision">{percent(precision)}</dd>
      </div>
      <div class="big">
        <dt>F1</dt>
        <dd data-number="f1">{percent(point.f1)}</dd>
      </div>
      <div class="wide">
        <dt>of 1,000 cases</dt>
        <dd>
          <span data-number="alerts">{plainNumber(point.alerts)}</span>
          {` alerts: `}
          <span data-number="found">{plainNumber(point.found)}</span>
          {` found, `}
          <span data-number="false-alarms">{plainNumber(point.falseAlarms)}</span>
          {` false alarms; `}
          <span data-number="missed">{plainNumber(point.missed)}</span>
          {` missed`}
        </dd>
      </div>
    </dl>
  );
}

interface CostFieldsProps {
  readonly costs: Costs;
  /** Of 1,000 cases. */
  readonly cost: number;
  readonly onChange: (costs: Costs) => void;
}

/** What errors cost, in any currency. */
export function CostFields({ costs, cost, onChange }: CostFieldsProps) {
  const field = (label: string, key: keyof Costs) => (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        min={0}
        step="any"
        value={costs[key]}
        onInput={({ currentTarget }) => {
          const value = currentTarget.valueAsNumber;
          if (value >= 0) onChange({ ...costs, [key]: value });
        }}
      />
    </label>
  );
  return (
    <div class="costs">
      {field("One missed costs", "missed")}
      {field("a false alarm", "alarm")}
      <span class="total">
        {`together `}
        <strong data-number="cost">{plainNumber(cost)}</strong>
        {` in 1,000 cases`}
      </span>
    </div>
  );
}

/** A command to copy. */
export function CommandLine({ command }: { readonly command: string }) {
  return (
    <p class="command">
      <code>{command}</code>
      <CopyButton label="Copy" about="command" text={() => command} />
    </p>
  );
}
