import { useId, useState } from "preact/hooks";
import { usePicked } from "../context.ts";
import { byFrequency, classAt, nameAt } from "./names.ts";

/** Finds a class by its name, and marks it in all panels. */
export function ClassSearch() {
  const { run, label, pick } = usePicked();
  const [text, setText] = useState("");
  const id = useId();
  const find = (typed: string): void => {
    setText(typed);
    const wanted = typed.trim().toLowerCase();
    const found = run.classes.findIndex(({ name }) => name.toLowerCase() === wanted);
    if (found >= 0) pick(found);
    else if (wanted === "") pick(null);
  };
  return (
    <div class="search">
      <label for={id}>Class</label>
      <input
        id={id}
        type="search"
        list={`${id}-names`}
        placeholder="all classes"
        autocomplete="off"
        value={text}
        onInput={({ currentTarget }) => {
          find(currentTarget.value);
        }}
      />
      <datalist id={`${id}-names`}>
        {byFrequency(run).map((each) => (
          <option key={each} value={classAt(run, each).name} />
        ))}
      </datalist>
      {label !== null && (
        <p class="chosen-class">
          <span title={classAt(run, label).name}>{nameAt(run, label, 22)}</span>
          <button
            type="button"
            class="quiet"
            aria-label="Clear the class"
            onClick={() => {
              setText("");
              pick(null);
            }}
          >
            clear
          </button>
        </p>
      )}
    </div>
  );
}
