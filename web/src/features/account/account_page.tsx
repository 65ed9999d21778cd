import { Link } from "wouter";
import { type Day } from "../../api/client";
import { useAccount, useExplanation, useStatus } from "../../api/questions";
import { Failed, Loading } from "../../ui/panel";
import { comparedDays, isDay, useAddress, useUrlState } from "../../url_state";
import { comparedDay } from "../overview/overview_data";
import { ledgerDays } from "./account_data";
import { Header } from "./header";
import { HistoryPanel, PlaysPanel } from "./history_panels";
import { LedgerPanel } from "./ledger_panel";
import { NotesPanel } from "./notes_panel";
import { PeoplePanel } from "./people_panel";
import { PropertiesPanel } from "./properties_panel";
import { ScorePanel } from "./score_panel";
import { UsePanel } from "./use_panel";

/** One account: where it stands, why, and what came of it. */
export function AccountPage({ id }: { id: string }) {
  const url = useUrlState();
  const address = useAddress();
  const status = useStatus();
  const asked = url.get("day");
  const day = isDay(asked) ? asked : (status.data?.last_published ?? undefined);
  const account = useAccount(id, day, 30);
  const from = url.get("from");
  const to = url.get("to");
  // What the page compares with, as everywhere; without published days before it the last move.
  const first = status.data?.first_published ?? undefined;
  const before = day && first ? comparedDay(day, comparedDays(url.get("since")), first) : undefined;
  const ledger = ledgerDays(isDay(from) ? from : undefined, isDay(to) ? to : undefined, { from: before, to: day });
  // The ledger is of the days somebody chose; who carries the account and what it dropped are of the day shown.
  const explanation = useExplanation(id, ledger.from, ledger.to, day !== undefined && first !== undefined);
  const ofDay = useExplanation(id, before, day, day !== undefined && first !== undefined);
  if (account.isError && !account.data) {
    return (
      <>
        <h1>{id}</h1>
        <Failed error={account.error} retry={() => void account.refetch()} />
        <Link href={address("/accounts")}>All accounts</Link>
      </>
    );
  }
  if (!account.data || !day) return <Loading lines={8} />;
  const select = (first: Day, second: Day) => url.set({ from: first, to: second }, "replace");
  return (
    <>
      <Header account={account.data} day={day} explanation={ofDay.data} />
      <div className="two">
        <div className="stack">
          <ScorePanel id={id} day={day} account={account.data} explanation={explanation.data} select={select} />
          <PeoplePanel account={account.data} explanation={ofDay.data} day={day} />
          <HistoryPanel account={account.data} />
          <PlaysPanel id={id} />
        </div>
        <div className="stack">
          <LedgerPanel explanation={explanation} isChosen={ledger.isChosen} reset={() => url.set({ from: undefined, to: undefined }, "replace")} />
          <UsePanel account={account.data} explanation={ofDay.data} day={day} />
          <NotesPanel id={id} />
          <PropertiesPanel account={account.data} />
        </div>
      </div>
    </>
  );
}
