import { useEffect, useState } from "preact/hooks";

/** A method as the service lists it. */
interface ListedMethod {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly source: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Equations of the methods' pages, put in when the page is built. */
declare const methodEquations: Readonly<Record<string, string>>;

/** All methods, with their equations. */
export function MethodsView() {
  const methods = useMethods();
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const found = methods.filter(({ name, title, summary }) =>
    `${name} ${title} ${summary}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <h1 class="small">Methods</h1>
      <div class="tools">
        <label class="field grow">
          <span class="unseen">Search</span>
          <input
            type="search"
            placeholder="Search: deferred, margins, sampling …"
            value={search}
            onInput={({ currentTarget }) => {
              setSearch(currentTarget.value);
            }}
          />
        </label>
      </div>
      <div class="methods">
        {found.map(({ name, title, summary, source, options }) => (
          <section key={name} aria-label={title}>
            <h2>{title}</h2>
            <p class="words">{`${summary}.`}</p>
            {methodEquations[name] !== undefined && <pre>{methodEquations[name]}</pre>}
            <p class="aside">
              <code>{`leeway train data.csv --method ${name}`}</code>
            </p>
            {Object.keys(options).length > 0 && (
              <p class="aside">
                {Object.entries(options)
                  .map(([option, value]) => `${option} ${String(value)}`)
                  .join(", ")}
              </p>
            )}
            <p class="aside">{source}</p>
          </section>
        ))}
      </div>
    </>
  );
}

function useMethods(): readonly ListedMethod[] {
  const [methods, setMethods] = useState<readonly ListedMethod[]>([]);
  useEffect(() => {
    const ending = new AbortController();
    fetch("/api/methods", { signal: ending.signal })
      .then((answer) => answer.json())
      .then((body) => {
        setMethods(body as readonly ListedMethod[]);
      })
      .catch(() => undefined); // the page was left
    return () => {
      ending.abort();
    };
  }, []);
  return methods;
}
