import { useMemo, useState } from "preact/hooks";
import type { RunRow } from "../../../leeway/src/report/page/run-row.ts";
import { count, counted } from "../../../leeway/src/report/words.ts";
import { Select } from "../report/parts/choice.tsx";
import { columns, matches, settingColumns, sorted } from "./columns.ts";
import { reportHref } from "./route.ts";
import { type Order, RunTable } from "./run-table.tsx";
import { useRemembered } from "./use-remembered.ts";
import { useRuns } from "./use-runs.ts";

/** Runs side by side in a report, at most. */
const maxCompared = 8;

/** All runs of the folder: found, sorted, and chosen to be compared. */
export function RunsView() {
  const { rows, isComplete, all: total, error } = useRuns();
  const [search, setSearch] = useState("");
  const [status, setStatus] = useState("all");
  const [order, setOrder] = useRemembered<Order>(
    "runs.order",
    { column: "created", isRising: false },
    isOrder,
  );
  const [withSettings, setWithSettings] = useRemembered<boolean>("runs.settings", false, isBoolean);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const found = useMemo(
    () => rows.filter((row) => (status === "all" || row.status === status) && matches(row, search)),
    [rows, search, status],
  );
  const settings = useMemo(() => (withSettings ? settingColumns(found) : []), [found, withSettings]);
  const all = useMemo(() => [...columns, ...settings].filter(hasValue(found)), [found, settings]);
  const by = all.find(({ id }) => id === order.column) ?? columns.at(-1)!; // one of them
  const shown = useMemo(() => sorted(found, by, order.isRising), [found, by, order.isRising]);
  return (
    <>
      <h1 class="small">Runs</h1>
      <div class="tools">
        <label class="field grow">
          <span class="unseen">Search</span>
          <input
            type="search"
            placeholder="Search: method, data, seed=1, optimizer=adam …"
            value={search}
            onInput={({ currentTarget }) => {
              setSearch(currentTarget.value);
            }}
          />
        </label>
        <Select label="Status" options={statuses} value={status} onChange={setStatus} />
        <label class="check">
          <input
            type="checkbox"
            checked={withSettings}
            onChange={({ currentTarget }) => {
              setWithSettings(currentTarget.checked);
            }}
          />
          settings that differ
        </label>
        <ReportLink chosen={[...chosen].filter((id) => rows.some((row) => row.id === id))} />
      </div>
      <p class="aside" role="status">
        {error ?? (isComplete ? listWords(found.length, rows) : readingWords(rows.length, total))}
      </p>
      {rows.length > 0 && (
        <RunTable
          rows={shown}
          columns={all}
          order={order}
          chosen={chosen}
          onOrder={setOrder}
          onChoose={(id) => {
            setChosen(toggled(chosen, id));
          }}
        />
      )}
    </>
  );
}

const statuses = ["all", "running", "finished", "interrupted", "stopped"].map((value) => ({
  value,
  label: value,
}));

function isOrder(kept: unknown): kept is Order {
  if (typeof kept !== "object" || kept === null) return false;
  const { column, isRising } = kept as Partial<Order>;
  return typeof column === "string" && typeof isRising === "boolean";
}

function isBoolean(kept: unknown): kept is boolean {
  return typeof kept === "boolean";
}

/** Columns without a value in any run are left out. */
function hasValue(rows: readonly RunRow[]): (column: (typeof columns)[number]) => boolean {
  return ({ key }) => rows.length === 0 || rows.some((row) => key(row) !== null);
}

function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

function readingWords(read: number, total: number | null): string {
  return total === null ? "Reading runs …" : `${count(read)} of ${count(total)} runs read so far …`;
}

function listWords(found: number, rows: readonly RunRow[]): string {
  if (rows.length === 0) return "No runs yet. Train one: leeway train data.csv --label class";
  const all = counted(rows.length, "run", "runs");
  return found === rows.length ? all : `${count(found)} of ${all}`;
}

/** The way to the report of the chosen runs. */
function ReportLink({ chosen }: { readonly chosen: readonly string[] }) {
  if (chosen.length === 0) return <span class="aside">Choose runs to compare them.</span>;
  if (chosen.length > maxCompared) return <span class="aside">{`At most ${maxCompared} runs.`}</span>;
  const title = chosen.length === 1 ? "Open its report" : `Compare ${chosen.length} runs`;
  return (
    <a class="button" href={reportHref(chosen)} target="_blank" rel="noopener">
      {title}
    </a>
  );
}
