import { useEffect, useRef, useState } from "preact/hooks";
import type { ReportData } from "../../../../leeway/src/report/page/report-data.ts";
import { usePicked } from "../context.ts";
import { Choice } from "./choice.tsx";
import { ClassSearch } from "./class-search.tsx";
import { runName } from "./names.ts";
import { ThemeButton } from "./theme-button.tsx";

/** What the rail calls the panels. */
const shortTitles: Readonly<Record<string, string>> = {
  headline: "Result",
  difference: "Difference",
  classes: "Class size",
  confusion: "Confusion",
  flow: "Rare examples",
  bias: "Logit bias",
  margins: "Margins",
  reliability: "Reliability",
  threshold: "Threshold",
  priors: "Frequencies",
  examples: "Examples",
  training: "Training",
  next: "Label next",
};

interface RailProps {
  readonly data: ReportData;
  readonly at: number;
  readonly onRun: (at: number) => void;
  readonly isComplete: boolean;
}

/** The ways through the report, always in sight. */
export function Rail({ data, at, onRun, isComplete }: RailProps) {
  const { run } = usePicked();
  const { panels, current } = usePanels(`${run.id} ${isComplete}`);
  return (
    <nav class="rail" aria-label="Report">
      <p class="brand">
        Leeway
        <ThemeButton />
      </p>
      {data.runs.length > 1 && (
        <Choice
          label="Run"
          options={data.runs.map((each, i) => ({
            value: String(i),
            label: runName(each, data.runs.find((other) => other !== each) ?? null),
          }))}
          value={String(at)}
          onChange={(value) => {
            onRun(Number(value));
          }}
        />
      )}
      <ClassSearch />
      <ul>
        {panels.map((id) => (
          <li key={id}>
            <a href={`#${id}`} aria-current={id === current ? "true" : undefined}>
              {shortTitles[id] ?? id.replace("difference-", "Difference ")}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The panels of the page, and the one that is read. */
function usePanels(key: string): { panels: readonly string[]; current: string } {
  const [panels, setPanels] = useState<readonly string[]>(["headline"]);
  const [current, setCurrent] = useState("headline");
  const seen = useRef(new Map<string, number>());
  useEffect(() => {
    const main = document.querySelector("main")!; // stands beside
    const list = (): void => {
      setPanels([...main.querySelectorAll(".panel")].map(({ id }) => id));
    };
    list();
    // Panels come and go: that of frequencies waits for its scores.
    const changes = new MutationObserver(list);
    changes.observe(main, { childList: true });
    return () => {
      changes.disconnect();
    };
  }, [key]);
  useEffect(() => {
    seen.current.clear();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) seen.current.set(target.id, isIntersecting ? 1 : 0);
        const first = panels.find((id) => seen.current.get(id) === 1);
        if (first !== undefined) setCurrent(first);
      },
      { rootMargin: "-20% 0px -60% 0px" },
    );
    for (const id of panels) {
      const panel = document.getElementById(id);
      if (panel !== null) observer.observe(panel);
    }
    return () => {
      observer.disconnect();
    };
  }, [panels]);
  return { panels, current };
}
