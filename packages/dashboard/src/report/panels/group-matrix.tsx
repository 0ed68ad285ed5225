import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { count, percent } from "../../../../leeway/src/report/words.ts";
import { groupName } from "../parts/names.ts";

/** Where the examples of each shot group go: rows add up to 100 %. */
export function GroupMatrix({ run: { groups } }: { readonly run: RunReport }) {
  return (
    <table class="group-matrix">
      <thead>
        <tr>
          <td />
          {groups.groups.map((group) => (
            <th scope="col" key={group}>
              {`to ${group}`}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {groups.groups.map((group, i) => {
          const row = groups.counts[i]!; // as many as groups
          const total = Math.max(
            1,
            row.reduce((sum, each) => sum + each, 0),
          );
          return (
            <tr key={group}>
              <th scope="row">{groupName(group)}</th>
              {row.map((own, j) => (
                <td key={j} title={`${count(own)} of ${count(total)}`}>
                  <svg height={44} class="group-cell" aria-hidden="true">
                    <rect
                      class={`cell ${i === j ? "right" : "wrong"}`}
                      width="100%"
                      height={44}
                      fill-opacity={(0.05 + 0.8 * (own / total)).toFixed(3)}
                    />
                  </svg>
                  <span>{percent(own / total, { digits: 0 })}</span>
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
