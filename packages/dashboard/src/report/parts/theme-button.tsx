import { useLayoutEffect, useState } from "preact/hooks";

/** Turns the page dark, or light again; it begins as the system is. */
export function ThemeButton() {
  const [isDark, setIsDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useLayoutEffect(() => {
    document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
  }, [isDark]);
  return (
    <button
      type="button"
      class="quiet theme"
      aria-pressed={isDark}
      onClick={() => {
        setIsDark(!isDark);
      }}
    >
      {isDark ? "light" : "dark"}
    </button>
  );
}
