import { render } from "preact";
import { unzipped } from "./numbers/packed.ts";
import type { ReportData } from "../../../leeway/src/report/page/report-data.ts";
import { App } from "./app.tsx";
import { preparePrinting } from "./printing.ts";

const block = document.getElementById("report-data")!;
const place = document.getElementById("report")!;
preparePrinting();
place.replaceChildren();
if (typeof DecompressionStream === "undefined") {
  place.textContent = "This report needs a browser of 2023 or later, which unpacks its data.";
} else {
  void unzipped(block.textContent)
    .json()
    .then((data: ReportData) => {
      render(<App data={data} />, place);
    });
}
