import { type Day } from "../../api/client";
import { useUse } from "../../api/questions";
import { Empty, Panel } from "../../ui/panel";
import { counted, number, percent, points } from "../../ui/words";
import { kUsual, peersOf, uses, type Account, type Explanation } from "./account_data";

export function UsePanel({ account, explanation, day }: { account: Account; explanation: Explanation | undefined; day: Day }) {
  const found = uses(account);
  const others = useUse(day);
  const level = account.published?.level;
  const peers = others.data && level ? peersOf(others.data, level) : undefined;
  const cell = (use: { milli: number; count: number } | undefined) =>
    use ? (
      <>
        {points(use.milli)} {use.count > 0 && <small title={counted(use.count, "time", "times")}>{number(use.count)}×</small>}
      </>
    ) : (
      "–"
    );
  const unused = peers ? peers.rates.filter((rate) => rate.share >= kUsual && !found.some((use) => use.label === rate.action && use.now)) : [];
  return (
    <Panel title="Use" aside={<span className="quiet">points of {account.window_days} days</span>}>
      {found.length === 0 ? (
        <Empty>Nothing earned points in the last {3 * account.window_days} days.</Empty>
      ) : (
        <div className="scroll-x">
          <table className="rows">
            <thead>
              <tr>
                <th>What</th>
                <th className="num">Now</th>
                <th className="num slim">{account.window_days} days ago</th>
                <th className="num slim">{2 * account.window_days} days ago</th>
                {peers && (
                  <th className="num" title="How many of them do it, and how often the one in the middle of those">
                    {peers.words}
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {found.map((use) => {
                const rate = peers?.rates.find((one) => one.action === use.label);
                return (
                  <tr key={use.label}>
                    <td>
                      {use.label}
                      {explanation?.dropped.some((action) => action.action === use.label) && <small className="flag">dropped</small>}
                      {explanation?.adopted.some((action) => action.action === use.label) && <small className="flag good">new</small>}
                    </td>
                    <td className="num nowrap">{cell(use.now)}</td>
                    <td className="num quiet nowrap slim">{cell(use.before)}</td>
                    <td className="num quiet nowrap slim">{cell(use.earlier)}</td>
                    {peers && (
                      <td className="num quiet nowrap">
                        {rate ? (
                          <>
                            {percent(rate.share)} <small title={counted(rate.median, "time", "times")}>{number(rate.median)}×</small>
                          </>
                        ) : (
                          "–"
                        )}
                      </td>
                    )}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {peers && found.length > 0 && (
        <p className="quiet small">
          {peers.words}: how many of them do it in {account.window_days} days, and how often the one in the middle of those.
        </p>
      )}
      {peers && unused.length > 0 && found.some((use) => use.now) && (
        <p className="quiet">
          Not used here, but by most {peers.words.toLowerCase()}: {unused.map((rate) => `${rate.action} (${percent(rate.share)})`).join(", ")}.
        </p>
      )}
    </Panel>
  );
}
