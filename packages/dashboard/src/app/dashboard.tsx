import { ThemeButton } from "../report/parts/theme-button.tsx";
import { MethodsView } from "./methods-view.tsx";
import { useRoute } from "./route.ts";
import { RunView } from "./run-view.tsx";
import { RunsView } from "./runs-view.tsx";
import { TheoryView } from "./theory-view.tsx";

const views = [
  ["runs", "Runs"],
  ["theory", "Theory"],
  ["methods", "Methods"],
] as const;

/** All views, and the ways between them. */
export function Dashboard() {
  const { view, id } = useRoute();
  return (
    <>
      <a class="skip" href="#view">
        Skip to the view
      </a>
      <header class="bar-top">
        <span class="brand">Leeway</span>
        <nav aria-label="Views">
          {views.map(([name, title]) => (
            <a
              key={name}
              href={`#/${name}`}
              aria-current={view === name || (view === "run" && name === "runs") ? "page" : undefined}
            >
              {title}
            </a>
          ))}
        </nav>
        <ThemeButton />
      </header>
      <main id="view" class="view" tabIndex={-1}>
        {view === "theory" ? (
          <TheoryView />
        ) : view === "methods" ? (
          <MethodsView />
        ) : view === "run" ? (
          <RunView key={id} id={id} />
        ) : (
          <RunsView />
        )}
      </main>
    </>
  );
}
