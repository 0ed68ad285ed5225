import { render } from "preact";
import type { ReportData } from "../../../leeway/src/report/page/report-data.ts";
import { App } from "./app.tsx";

const block = document.getElementById("report-data")!;
const place = document.getElementById("report")!;
place.replaceChildren();
render(<App data={JSON.parse(block.textContent) as ReportData} />, place);
