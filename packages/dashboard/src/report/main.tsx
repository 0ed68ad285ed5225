import { render } from "preact";
import type { ReportData } from "../../../leeway/src/report/page/report-data.ts";
import { App } from "./app.tsx";
import { preparePrinting } from "./printing.ts";

const block = document.getElementById("report-data")!;
const place = document.getElementById("report")!;
preparePrinting();
place.replaceChildren();
render(<App data={JSON.parse(block.textContent) as ReportData} />, place);
