/** The event at which figures take the width that they have on paper. */
export const printed = "leeway-print";

/**
 * Lays the page out as it is printed, while it is: two columns of A4, light. Browsers tell before they print, but lay
 * the paper out after scripts have run.
 */
export function preparePrinting(): void {
  const { dataset } = document.documentElement;
  let theme: string | undefined;
  const turn = (isPaper: boolean): void => {
    if (isPaper) {
      theme = dataset["theme"];
      dataset["theme"] = "light";
      dataset["paper"] = "";
    } else {
      dataset["theme"] = theme;
      delete dataset["paper"];
    }
    dispatchEvent(new Event(printed));
  };
  addEventListener("beforeprint", () => {
    turn(true);
  });
  addEventListener("afterprint", () => {
    turn(false);
  });
}
