import { type Day } from "../../api/client";
import { Empty, Panel } from "../../ui/panel";
import { counted, dayWords, daysBetween, number, percent, userWords } from "../../ui/words";
import { people, type Account, type Explanation } from "./account_data";

export function PeoplePanel({ account, explanation, day }: { account: Account; explanation: Explanation | undefined; day: Day }) {
  const kShown = 12;
  const found = people(account, explanation);
  return (
    <Panel
      title="People"
      aside={
        <span className="quiet">
          in the {account.window_days} days up to {dayWords(day)}
        </span>
      }
    >
      {found.length === 0 ? (
        <Empty>Nobody did anything in these days.</Empty>
      ) : (
        <div className="scroll-x">
          <table className="rows people">
            <thead>
              <tr>
                <th>User</th>
                <th className="num">Share of points</th>
                <th className="num slim">Actions</th>
                <th className="num slim">Days</th>
                <th className="num">Last seen</th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, kShown).map((person) => (
                <tr key={person.id}>
                  <td className="who-cell">
                    {userWords(person.id)} {person.role && <small>{person.role}</small>}
                    {person.isSilentChampion && <small className="flag">champion, now silent</small>}
                  </td>
                  <td className="num nowrap">
                    {person.share === undefined ? (
                      "–"
                    ) : (
                      <span className="chance">
                        <meter min={0} max={1} value={person.share} aria-hidden="true" />
                        <span className="share">{percent(person.share)}</span>
                      </span>
                    )}
                  </td>
                  <td className="num slim">{number(person.actions)}</td>
                  <td className="num slim">{number(person.days)}</td>
                  <td className="num nowrap">{person.lastDay ? lastSeen(person.lastDay, day) : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {found.length > kShown && <p className="quiet">and {number(found.length - kShown)} more</p>}
        </div>
      )}
    </Panel>
  );
}

const lastSeen = (last: Day, day: Day): string =>
  last === day ? "today" : last > day ? dayWords(last) : counted(daysBetween(last, day), "day ago", "days ago");
