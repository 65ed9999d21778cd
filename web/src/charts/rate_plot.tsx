import { percent } from "../ui/words";

/** A share with its interval. */
export interface RateRow {
  label: string;
  share: number;
  least: number;
  most: number;
  left: number;
  all: number;
  colour?: string;
}

/** Shares beside each other: a dot, and a line as far as it may lie. A table to those who cannot see it. */
export function RatePlot({ caption, rows, of = "went silent" }: { caption: string; rows: readonly RateRow[]; of?: string }) {
  const most = Math.max(0.01, ...rows.filter((row) => row.all > 0).map((row) => Math.min(1, row.most)));
  const end = [0.05, 0.1, 0.2, 0.25, 0.5, 0.75, 1].find((edge) => edge >= most) ?? 1;
  const place = (share: number) => `${Math.min(1, Math.max(0, share) / end) * 100}%`;
  return (
    <table className="rates">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col" />
          <th scope="col" className="rate-axis">
            <span>0 %</span>
            <span>{percent(end / 2)}</span>
            <span>{percent(end)}</span>
          </th>
          <th scope="col" className="num">
            {of}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.label}>
            <th scope="row" style={row.colour ? { color: `var(${row.colour})` } : undefined}>
              {row.label}
            </th>
            <td aria-hidden="true">
              {row.all > 0 && (
                <div className="rate-line">
                  <i style={{ left: place(row.least), right: `calc(100% - ${place(row.most)})`, background: `var(${row.colour ?? "--accent"})` }} />
                  <b style={{ left: place(row.share), background: `var(${row.colour ?? "--accent"})` }} />
                </div>
              )}
            </td>
            <td className="num">
              {row.all > 0 ? (
                <>
                  {percent(row.share)}{" "}
                  <small>
                    {row.left} of {row.all}, {percent(row.least)} to {percent(row.most)}
                  </small>
                </>
              ) : (
                <small>nobody yet</small>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
