import { useMemo } from "react";
import { useProperties, useSignals } from "../../api/questions";
import { Choice } from "../../ui/field";
import { Figure } from "../../ui/figure";
import { Panel } from "../../ui/panel";
import { Points } from "./action_cards";
import { nameOfEvent, parsed, standingOf, withMilestone, withNewMilestone, withStanding, withoutMilestone, type Trait } from "./draft_data";

const kFirstPoints = 5;

/** What earns points beside the window, and when an account counts as settled. */
export function StandingPanels({ draft, edit }: { draft: string; edit: (toml: string) => void }) {
  const standing = useMemo(() => standingOf(parsed(draft) ?? {}), [draft]);
  const signals = useSignals();
  const properties = useProperties();
  const events = (signals.data?.data ?? []).map((signal) => signal.event);
  const set = (change: Parameters<typeof withStanding>[1]) => edit(withStanding(draft, change));
  const numeric = (properties.data?.data ?? []).filter((property) => property.numbers > 0).map((property) => property.name);
  const setTrait = (at: number, trait: Trait) => set({ traits: standing.traits.map((other, place) => (place === at ? trait : other)) });
  return (
    <>
      <Panel title="Onboarding">
        {standing.steps.length === 0 ? (
          <p className="quiet">No steps: an account is settled once it is as old as the days that count.</p>
        ) : (
          <>
            <ol className="steps">
              {standing.steps.map((step) => (
                <li key={step}>
                  {nameOfEvent(step)} <code>{step}</code>
                  <button
                    type="button"
                    className="plain"
                    aria-label={`${step} is no step`}
                    onClick={() => set({ steps: standing.steps.filter((other) => other !== step) })}
                  >
                    Remove
                  </button>
                </li>
              ))}
            </ol>
            <label className="setting">
              <span>All of them are expected within</span>
              <span>
                <Figure least={1} most={3650} step={1} value={standing.withinDays} change={(withinDays) => set({ withinDays })} /> days
              </span>
            </label>
          </>
        )}
        <Add
          label="Another step"
          choices={events.filter((event) => !standing.steps.includes(event))}
          add={(event) => set({ steps: [...standing.steps, event] })}
        />
      </Panel>
      <Panel title="Milestones" aside={<span className="quiet">points for good, once reached</span>}>
        {standing.milestones.map((milestone, at) => (
          <div className="card" key={`${at} ${milestone.rule}`}>
            <b>{milestone.name}</b>
            <Points label={`Points of ${milestone.name}`} points={milestone.points} change={(points) => edit(withMilestone(draft, at, { points }))} />
            <small>
              <code>{milestone.rule}</code>
            </small>
            <div className="card-more">
              <label>
                {milestone.withinDays === 0 ? "at any time; or within" : "within"}{" "}
                <Figure
                  least={0}
                  most={3650}
                  step={1}
                  value={milestone.withinDays}
                  change={(withinDays) => edit(withMilestone(draft, at, { withinDays }))}
                />{" "}
                days
              </label>
              <button type="button" className="plain" onClick={() => edit(withoutMilestone(draft, at))}>
                Remove
              </button>
            </div>
          </div>
        ))}
        <Add label="Another milestone" choices={events} add={(event) => edit(withNewMilestone(draft, event, kFirstPoints))} />
      </Panel>
      <Panel title="Length of stay">
        <div className="setting">
          <span>Points for each 30 days as a customer</span>
          <Points label="Points for each 30 days as a customer" points={standing.tenurePoints} change={(tenurePoints) => set({ tenurePoints })} />
        </div>
        {standing.tenurePoints > 0 && (
          <label className="setting">
            <span>At most</span>
            <span>
              <Figure least={0} most={1000} step={0.5} value={standing.tenureMost} change={(tenureMost) => set({ tenureMost })} /> points
            </span>
          </label>
        )}
      </Panel>
      <Panel title="Traits" aside={<span className="quiet">points for what is known of an account</span>}>
        {standing.traits.map((trait, at) => (
          <fieldset className="trait" key={trait.property}>
            <legend>{trait.property}</legend>
            {trait.bands.map((band, place) => {
              const change = (next: Partial<typeof band>) =>
                setTrait(at, { ...trait, bands: trait.bands.map((other, of) => (of === place ? { ...other, ...next } : other)) });
              return (
                <div className="setting" key={place}>
                  <label>
                    at least{" "}
                    <Figure least={-1_000_000} most={1_000_000_000} step={1} value={band.atLeast} change={(atLeast) => change({ atLeast })} />
                  </label>
                  <label>
                    <Figure least={0} most={1000} step={0.5} value={band.points} change={(points) => change({ points })} /> points
                  </label>
                  <button
                    type="button"
                    className="plain"
                    aria-label={`Remove the band from ${band.atLeast} of ${trait.property}`}
                    onClick={() => setTrait(at, { ...trait, bands: trait.bands.filter((_, of) => of !== place) })}
                  >
                    Remove
                  </button>
                </div>
              );
            })}
            <button type="button" onClick={() => setTrait(at, { ...trait, bands: [...trait.bands, { atLeast: 0, points: 1 }] })}>
              Another band
            </button>
          </fieldset>
        ))}
        <Add
          label="Another property with numbers"
          choices={numeric.filter((name) => !standing.traits.some((trait) => trait.property === name))}
          add={(property) => set({ traits: [...standing.traits, { property, bands: [{ atLeast: 1, points: 1 }] }] })}
        />
      </Panel>
    </>
  );
}

/** One more of what was seen. */
function Add({ label, choices, add }: { label: string; choices: readonly string[]; add: (choice: string) => void }) {
  if (choices.length === 0) return null;
  return (
    <Choice label={label} value="" onChange={(event) => event.target.value && add(event.target.value)}>
      <option value="">{label}</option>
      {choices.map((choice) => (
        <option key={choice}>{choice}</option>
      ))}
    </Choice>
  );
}
