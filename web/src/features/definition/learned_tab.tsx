import { useLearning } from "../../api/questions";
import { useSay } from "../../ui/notice";
import { Panel, Ready, sentence } from "../../ui/panel";
import { dayWords, number, percent, points } from "../../ui/words";

/** What the happiest customers and those who left say each action is worth. */
export function LearnedTab({ take }: { take: (toml: string) => void }) {
  const learning = useLearning(true);
  const say = useSay();
  return (
    <Panel title="Learned from who stayed and who left">
      <Ready of={learning} lines={8}>
        {(answer) => {
          const most = Math.max(1, ...answer.actions.flatMap((action) => [action.milli_points_high, action.milli_points_today ?? 0]));
          const place = (milli: number) => `${(100 * Math.min(Math.max(0, milli), most)) / most}%`;
          return (
            <>
              <p className="quiet">
                From {number(answer.silence.left)} weekly snapshots before a silence and {number(answer.silence.stayed)} others, up to{" "}
                {dayWords(answer.day)}. The dot is what is suggested, the bar how far it may lie, the line what you give today.
              </p>
              {answer.findings.map((finding) => (
                <p key={finding}>{finding}</p>
              ))}
              <div className="scroll-x" tabIndex={0} role="region" aria-label="Learned points">
                <table className="rows learned">
                  <thead>
                    <tr>
                      <th>Action</th>
                      <th className="num">Today</th>
                      <th className="num">Suggested</th>
                      <th>0 to {points(most)} points</th>
                      <th className="num">Accounts</th>
                      <th className="num">Leave without it</th>
                      <th className="num">Kept</th>
                    </tr>
                  </thead>
                  <tbody>
                    {answer.actions.map((action) => (
                      <tr key={action.name}>
                        <td>{action.name}</td>
                        <td className="num">{action.milli_points_today === null ? "–" : points(action.milli_points_today)}</td>
                        <td className="num">
                          <b>{points(action.milli_points_suggested)}</b>
                        </td>
                        <td className="dots" title={`${points(action.milli_points_low)} to ${points(action.milli_points_high)}`}>
                          <div className="rate-line">
                            <i
                              style={{
                                left: place(action.milli_points_low),
                                right: `calc(100% - ${place(action.milli_points_high)})`,
                                background: "var(--accent)",
                              }}
                            />
                            <b style={{ left: place(action.milli_points_suggested), background: "var(--accent)" }} />
                            {action.milli_points_today !== null && <em style={{ left: place(action.milli_points_today) }} />}
                          </div>
                          <span className="hidden">
                            {points(action.milli_points_low)} to {points(action.milli_points_high)}
                          </span>
                        </td>
                        <td className="num">{percent(action.coverage)}</td>
                        <td className="num">{action.lift === null ? "–" : `${action.lift.toFixed(1)} times`}</td>
                        <td className="num" title="In how many of the redrawn samples it earns points at all">
                          {percent(action.stability)}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <div className="buttons">
                <button
                  type="button"
                  onClick={() => {
                    take(answer.suggestion);
                    say("The suggestion is your draft now. What would change stands beside it.");
                  }}
                >
                  Take as draft
                </button>
              </div>
              {!answer.held_against && answer.why_not_tested && (
                <p className="quiet">Not held against later months: {sentence(answer.why_not_tested)}</p>
              )}
            </>
          );
        }}
      </Ready>
    </Panel>
  );
}
