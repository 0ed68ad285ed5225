import { useState } from "preact/hooks";

interface CopyButtonProps {
  readonly label: string;
  /** What is copied, for those who do not see where the button stands. */
  readonly about: string;
  readonly text: () => string;
}

/** A button that puts text on the clipboard, and says so. */
export function CopyButton({ label, about, text }: CopyButtonProps) {
  const [done, setDone] = useState("");
  const copy = async (): Promise<void> => {
    setDone((await copied(text())) ? "Copied" : "Not allowed");
    setTimeout(() => {
      setDone("");
    }, 1500);
  };
  return (
    <button type="button" class="quiet" aria-label={`${label}: ${about}`} onClick={() => void copy()}>
      {label}
      <span class="done" role="status">
        {done}
      </span>
    </button>
  );
}

/** Whether it could: browsers refuse the clipboard to some pages, where a selection may still be copied. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
}

function copiedBySelection(text: string): boolean {
  const held = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  // The only way that works without the clipboard's permission.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const done = document.execCommand("copy");
  area.remove();
  if (held instanceof HTMLElement) held.focus();
  return done;
}
