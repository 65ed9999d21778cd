import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { Link, useLocation, useSearch } from "wouter";
import type { Level, Schemas } from "../../api/client";
import { useAccountPages, useFreshlySilent, useProperties, useRisk } from "../../api/questions";
import { Chance } from "../../ui/chance";
import { copied, csvText, saveFile } from "../../ui/copy";
import { Choice } from "../../ui/field";
import { LevelMark } from "../../ui/level";
import { useSay } from "../../ui/notice";
import { Empty, Failed, Loading } from "../../ui/panel";
import { comparedWords, counted, dayWords, kShownLevels, number, points, signedPoints, value } from "../../ui/words";
import { useAddress, useUrlState } from "../../url_state";
import { needy } from "../overview/overview_data";
import { exportAddress, filtersOf, filtersText, listState, savedViews, saveViews, viewOf, type View } from "./accounts_data";
import { ownerProperty, valueProperty, type PropertySeen } from "./property_data";

type Row = Schemas["ListedAccount"] & { probability?: number };

const kRowHeight = { roomy: 41, dense: 31 };
const kMostRisks = 1000;
/** What an account may lose is measured against so many days before, on every page. */
const kRiskDays = 30;

/** Every account, by whatever somebody looks for. */
export function AccountsPage() {
  const url = useUrlState();
  const address = useAddress();
  const properties = useProperties();
  const known = useMemo(() => properties.data?.data ?? [], [properties.data]);
  const worth = valueProperty(known, url.get("value"));
  const usual = [worth, ownerProperty(known)].filter((name) => name !== undefined);
  const { filter, byRisk, least, columns } = listState(url.get, { columns: usual });
  const isReady = !properties.isPending;
  const pages = useAccountPages(filter, isReady && !byRisk);
  const ranked = url.get("value");
  const times =
    ranked === "points" ? { stake: "points" as const } : { value: known.some((one) => one.name === ranked && one.numbers > 0) ? ranked : undefined };
  const risk = useRisk({ ...filter, ...times, days: kRiskDays, capacity: kMostRisks, least }, isReady && byRisk);
  // Who just fell silent needs somebody as much as who may; where the list is narrowed, only the latter are asked for.
  const isWhole = byRisk && !filter.level && !filter.moved && !filter.trend && !filter.search && !filter.where && least === undefined;
  const silent = useFreshlySilent(filter.day ?? risk.data?.day, filter.days ?? 7, filter.property ?? [], isReady && isWhole);
  const asked = byRisk ? risk : pages;
  const rows: Row[] = useMemo(() => {
    if (!byRisk) return pages.data?.pages.flatMap((page) => page.data) ?? [];
    const fallen = isWhole ? (silent.data?.data ?? []) : [];
    const all = needy(risk.data?.accounts ?? [], fallen, times.value, times.stake === "points");
    return all.map(({ row, risk: told }) => ({ ...row, probability: told?.probability }));
  }, [byRisk, isWhole, risk.data, silent.data, pages.data, times.value, times.stake]);
  const total = byRisk ? Math.max(risk.data?.total ?? 0, rows.length) : (pages.data?.pages[0]?.total ?? 0);
  const [picked, setPicked] = useState<ReadonlyMap<string, Row>>(new Map());
  const days = byRisk ? kRiskDays : (filter.days ?? 7);
  return (
    <>
      <div className="heading">
        <h1>Accounts</h1>
        <Views />
      </div>
      <Filters known={known} columns={columns} />
      <div className="list-line">
        <span aria-live="polite">
          {asked.data === undefined ? " " : `${counted(total, "account", "accounts")}${filter.level || isWhole ? "" : ", without inactive ones"}`}
          {byRisk && total > kMostRisks && `; the first ${number(kMostRisks)} by risk`}
          {byRisk &&
            (times.stake || times.value) &&
            ` · ranked by chance of silence × ${times.stake ? `points, now or ${days} days before` : times.value}`}
          {isWhole && silent.data && silent.data.data.length > 0 && `, with ${number(silent.data.data.length)} that just fell silent`}
        </span>
        {picked.size > 0 ? (
          <Picked picked={picked} columns={columns} clear={() => setPicked(new Map())} />
        ) : byRisk ? (
          <span className="quiet">
            As a file:{" "}
            <button type="button" className="plain open" onClick={() => saveRows(rows, columns)}>
              CSV
            </button>
          </span>
        ) : (
          <span className="quiet">
            As a file: <a href={exportAddress(filter, "csv")}>CSV</a> · <a href={exportAddress(filter, "jsonl")}>JSON Lines</a> ·{" "}
            <a href={exportAddress(filter, "parquet")}>Parquet</a>
          </span>
        )}
      </div>
      {asked.isError && asked.data === undefined ? (
        <Failed error={asked.error} retry={() => void asked.refetch()} />
      ) : asked.data === undefined ? (
        <Loading lines={10} />
      ) : rows.length === 0 ? (
        <Empty>
          <p>No account is like this.</p>
          <Link href={address("/accounts")}>Show all</Link>
        </Empty>
      ) : (
        <List
          rows={rows}
          known={known}
          columns={columns}
          byRisk={byRisk}
          days={days}
          picked={picked}
          setPicked={setPicked}
          more={!byRisk && pages.hasNextPage && !pages.isFetchingNextPage ? () => void pages.fetchNextPage() : undefined}
          isStale={asked.isPlaceholderData}
        />
      )}
    </>
  );
}

function Filters({ known, columns }: { known: readonly PropertySeen[]; columns: readonly string[] }) {
  const url = useUrlState();
  const [text, setText] = useState(url.get("search") ?? "");
  const search = url.get("search") ?? "";
  const isTyping = useRef(false);
  useEffect(() => {
    if (!isTyping.current) setText(search);
  }, [search]);
  useEffect(() => {
    if (text === search) return;
    const timer = window.setTimeout(() => {
      isTyping.current = false;
      url.set({ search: text || undefined }, "replace");
    }, 200);
    return () => window.clearTimeout(timer);
  });
  const levels = (url.get("level") ?? "").split(",").filter((level) => level !== "");
  const toggle = (level: Level) => {
    const next = levels.includes(level) ? levels.filter((other) => other !== level) : [...levels, level];
    url.set({ level: next.length > 0 ? next.join(",") : undefined });
  };
  const where = filtersOf(url.get("where"));
  return (
    <div className="filters">
      <input
        type="search"
        aria-label="Part of the account's id"
        placeholder="Part of the id"
        value={text}
        onChange={(event) => {
          isTyping.current = true;
          setText(event.target.value);
        }}
      />
      <div className="chips" role="group" aria-label="Levels">
        {kShownLevels.map((level) => (
          <button key={level} type="button" aria-pressed={levels.includes(level)} onClick={() => toggle(level)}>
            <LevelMark level={level} />
          </button>
        ))}
      </div>
      <Choice label="Moved" value={url.get("moved") ?? ""} onChange={(event) => url.set({ moved: event.target.value || undefined })}>
        <option value="">moved or not</option>
        <option value="1">moved yesterday</option>
        <option value="7">moved in 7 days</option>
        <option value="30">moved in 30 days</option>
      </Choice>
      <Choice label="Points" value={url.get("trend") ?? ""} onChange={(event) => url.set({ trend: event.target.value || undefined })}>
        <option value="">points up or down</option>
        <option value="up">points up</option>
        <option value="down">points down</option>
      </Choice>
      <Choice
        label="Chance of silence"
        value={url.get("chance") ?? url.get("order") ?? ""}
        onChange={(event) => {
          const chosen = event.target.value;
          url.set(chosen === "risk" ? { order: "risk", chance: undefined, sort: undefined } : { order: undefined, chance: chosen || undefined });
        }}
      >
        <option value="">any chance of silence</option>
        <option value="risk">ranked by chance of silence</option>
        <option value="10">10 % or more</option>
        <option value="25">25 % or more</option>
        <option value="50">50 % or more</option>
      </Choice>
      {known.length > 0 && (
        <PropertyFilter known={known} add={(filter) => url.set({ where: filtersText([...where.filter((other) => other !== filter), filter]) })} />
      )}
      {where.map((filter) => (
        <button
          key={filter}
          type="button"
          className="tag"
          aria-label={`Remove the filter ${filter}`}
          onClick={() => url.set({ where: filtersText(where.filter((other) => other !== filter)) })}
        >
          {filter} <span aria-hidden="true">×</span>
        </button>
      ))}
      {known.length > 0 && (
        <details className="columns">
          <summary>Columns</summary>
          <div className="popover">
            {known.map((property) => (
              <label key={property.name}>
                <input
                  type="checkbox"
                  checked={columns.includes(property.name)}
                  onChange={(event) => {
                    const next = event.target.checked ? [...columns, property.name] : columns.filter((name) => name !== property.name);
                    url.set({ columns: next.length > 0 ? next.join(",") : "none" }, "replace");
                  }}
                />
                {property.name} <small>{number(property.accounts)}</small>
              </label>
            ))}
          </div>
        </details>
      )}
    </div>
  );
}

function PropertyFilter({ known, add }: { known: readonly PropertySeen[]; add: (filter: string) => void }) {
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  return (
    <form
      className="property-filter"
      onSubmit={(event) => {
        event.preventDefault();
        if (!name || !text) return;
        add(`${name}=${text}`);
        setName("");
        setText("");
      }}
    >
      <Choice label="Property" value={name} onChange={(event) => setName(event.target.value)}>
        <option value="">any property</option>
        {known.map((property) => (
          <option key={property.name}>{property.name}</option>
        ))}
      </Choice>
      {name && (
        <>
          <span>is</span>
          <input aria-label={`Value of ${name}`} value={text} onChange={(event) => setText(event.target.value)} autoFocus />
          <button type="submit">Filter</button>
        </>
      )}
    </form>
  );
}

function Views() {
  const search = useSearch();
  const [, go] = useLocation();
  const say = useSay();
  const [views, setViews] = useState<View[]>(() => savedViews(window.localStorage));
  const now = viewOf(search);
  const current = views.find((view) => view.search === now);
  const keep = (next: View[]) => {
    saveViews(window.localStorage, next);
    setViews(next);
  };
  return (
    <div className="views">
      {views.length > 0 && (
        <Choice
          label="Saved views"
          value={current?.name ?? ""}
          onChange={(event) => go(`/accounts?${views.find((view) => view.name === event.target.value)?.search ?? ""}`)}
        >
          <option value="">Saved views</option>
          {views.map((view) => (
            <option key={view.name}>{view.name}</option>
          ))}
        </Choice>
      )}
      {current ? (
        <button
          type="button"
          onClick={() => {
            keep(views.filter((view) => view !== current));
            say(`The view “${current.name}” is gone.`, () => keep(views));
          }}
        >
          Forget this view
        </button>
      ) : (
        now !== "" && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              const name = String(new FormData(event.currentTarget).get("name") ?? "").trim();
              if (!name) return;
              keep([...views.filter((view) => view.name !== name), { name, search: now }]);
              say(`Kept in this browser as “${name}”.`);
            }}
          >
            <input name="name" aria-label="Name of this view" placeholder="Name this view" size={14} />
            <button type="submit">Save</button>
          </form>
        )
      )}
    </div>
  );
}

/** Rows as a file, in their order, with what the list shows of them. */
function saveRows(rows: readonly Row[], columns: readonly string[]): void {
  const hasChance = rows.some((row) => row.probability !== undefined);
  saveFile(
    "accounts.csv",
    "text/csv",
    csvText([
      ["account_id", "level", "since", "milli_points", "milli_points_before", "display", ...(hasChance ? ["probability"] : []), ...columns],
      ...rows.map((row) => [
        row.account_id,
        row.level,
        row.since,
        row.milli_points,
        row.milli_points_before,
        row.display,
        ...(hasChance ? [row.probability ?? null] : []),
        ...columns.map((name) => row.properties?.[name] ?? null),
      ]),
    ]),
  );
}

function Picked({ picked, columns, clear }: { picked: ReadonlyMap<string, Row>; columns: readonly string[]; clear: () => void }) {
  const say = useSay();
  const chosen = [...picked.values()];
  return (
    <span className="picked">
      <b>{number(picked.size)} picked</b>
      <button
        type="button"
        onClick={async () => {
          const isCopied = await copied([...picked.keys()].join("\n"));
          say(isCopied ? `${counted(picked.size, "id", "ids")} copied.` : "The browser does not let pages copy here; take the CSV.");
        }}
      >
        Copy ids
      </button>
      <button type="button" onClick={() => saveRows(chosen, columns)}>
        CSV
      </button>
      <button type="button" onClick={clear}>
        Clear
      </button>
    </span>
  );
}

interface ListProps {
  rows: readonly Row[];
  known: readonly PropertySeen[];
  columns: readonly string[];
  byRisk: boolean;
  days: number;
  picked: ReadonlyMap<string, Row>;
  setPicked: (picked: ReadonlyMap<string, Row>) => void;
  more: (() => void) | undefined;
  isStale: boolean;
}

const cellWords = (held: unknown, isNumber: boolean): string =>
  held === null || held === undefined ? "–" : isNumber && Number.isFinite(Number(held)) ? value(Number(held)) : String(held);

/** Rows are drawn as they come into view, and fetched as their end comes near. */
function List({ rows, known, columns, byRisk, days, picked, setPicked, more, isStale }: ListProps) {
  const url = useUrlState();
  const address = useAddress();
  const [isDense, setDense] = useState(() => window.localStorage.getItem("tidemark density") === "dense");
  const body = useRef<HTMLTableSectionElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => setOffset((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY), [rows.length === 0]);
  const height = isDense ? kRowHeight.dense : kRowHeight.roomy;
  const virtual = useWindowVirtualizer({ count: rows.length, estimateSize: () => height, overscan: 12, scrollMargin: offset });
  useEffect(() => virtual.measure(), [virtual, height]);
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - 60) more();
  }, [more, last, rows.length]);
  const above = (shown[0]?.start ?? offset) - offset;
  const below = virtual.getTotalSize() - ((shown.at(-1)?.end ?? offset) - offset);

  const toggle = (id: string) => {
    const next = new Map(picked);
    const row = rows.find((one) => one.account_id === id);
    if (!next.delete(id) && row) next.set(id, row);
    setPicked(next);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    const row = (event.target as Element).closest("tr");
    const id = row?.dataset["id"];
    if (!row || !id) return;
    const focus = (other: Element | null | undefined) => {
      const link = other?.querySelector<HTMLElement>("a");
      link?.focus();
      link?.scrollIntoView({ block: "nearest" });
    };
    if (event.key === "ArrowDown" || event.key === "j") focus(row.nextElementSibling);
    else if (event.key === "ArrowUp" || event.key === "k") focus(row.previousElementSibling);
    else if (event.key === "x") toggle(id);
    else return;
    event.preventDefault();
  };
  const numeric = useMemo(
    () => new Set(known.filter((property) => property.numbers === property.accounts).map((property) => property.name)),
    [known],
  );
  const sorted = byRisk ? "risk" : (url.get("sort") ?? "id");
  const isReversed = sorted.startsWith("-");
  const sort = isReversed ? sorted.slice(1) : sorted;
  // As the server orders: names, and what fell, upwards; all else from the largest or the latest; the second time the other way.
  const isUpwards = (sort === "id" || sort === "trend") !== isReversed;
  const sortBy = (name: string) => {
    if (name === "risk") return url.set({ order: "risk", sort: undefined });
    const next = sort === name && !isReversed ? `-${name}` : name;
    url.set({ order: undefined, chance: undefined, sort: next === "id" ? undefined : next });
  };
  const heading = (name: string, words: string, isNumber = false, isSlim = false) => (
    <th
      className={`${isNumber ? "num" : ""}${isSlim ? " slim" : ""}`}
      aria-sort={sort === name ? (isUpwards ? "ascending" : "descending") : undefined}
      key={words}
    >
      <button type="button" className="plain sort" onClick={() => sortBy(name)}>
        {words}
        {sort === name && <span aria-hidden="true">{isUpwards ? " ↑" : " ↓"}</span>}
      </button>
    </th>
  );
  return (
    <div className={`scroll-x${isStale ? " stale" : ""}`}>
      <table className={`rows list${isDense ? " dense" : ""}`} aria-rowcount={rows.length}>
        <thead>
          <tr>
            <th className="pick">
              <input
                type="checkbox"
                aria-label="Pick all that are loaded"
                checked={picked.size > 0 && rows.every((row) => picked.has(row.account_id))}
                onChange={(event) => setPicked(event.target.checked ? new Map(rows.map((row) => [row.account_id, row])) : new Map())}
              />
            </th>
            {heading("id", "Account")}
            {heading("level", "Level")}
            {heading("since", "Since", false, true)}
            {heading("points", "Score", true, byRisk)}
            {heading("points", "Points", true, true)}
            {heading("trend", comparedWords(days) === "the day before" ? "Since the day before" : `In ${days} days`, true, byRisk)}
            {byRisk && heading("risk", "Chance of silence", true)}
            {columns.map((name) => heading(name, name, numeric.has(name), true))}
            <th className="density">
              <button
                type="button"
                className="plain"
                aria-pressed={isDense}
                title="More rows on a screen"
                aria-label="Dense rows"
                onClick={() => {
                  window.localStorage.setItem("tidemark density", isDense ? "roomy" : "dense");
                  setDense(!isDense);
                }}
              >
                {isDense ? "≡" : "☰"}
              </button>
            </th>
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown} data-keys="">
          {above > 0 && (
            <tr aria-hidden="true">
              <td colSpan={9 + columns.length} style={{ height: above, padding: 0, border: 0 }} />
            </tr>
          )}
          {shown.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <tr
                key={row.account_id}
                data-id={row.account_id}
                aria-rowindex={item.index + 1}
                className={picked.has(row.account_id) ? "chosen" : undefined}
                style={{ height }}
              >
                <td className="pick">
                  <input
                    type="checkbox"
                    aria-label={`Pick ${row.account_id}`}
                    checked={picked.has(row.account_id)}
                    onChange={() => toggle(row.account_id)}
                  />
                </td>
                <td className="name">
                  <Link href={address(`/accounts/${encodeURIComponent(row.account_id)}`)}>{row.account_id}</Link>
                </td>
                <td>
                  <LevelMark level={row.level} isRamping={row.is_ramping} />
                </td>
                <td className="quiet nowrap slim">{dayWords(row.since)}</td>
                <td className={byRisk ? "num slim" : "num"}>{row.display ?? "–"}</td>
                <td className="num slim">{points(row.milli_points)}</td>
                <td className={byRisk ? "num slim" : "num"}>{signedPoints(row.milli_points - row.milli_points_before)}</td>
                {byRisk && <td className="num">{row.probability === undefined ? <b>silent</b> : <Chance probability={row.probability} />}</td>}
                {columns.map((name) => (
                  <td key={name} className={`quiet slim${numeric.has(name) ? " num" : ""}`}>
                    {cellWords(row.properties?.[name], numeric.has(name))}
                  </td>
                ))}
                <td />
              </tr>
            );
          })}
          {below > 0 && (
            <tr aria-hidden="true">
              <td colSpan={9 + columns.length} style={{ height: below, padding: 0, border: 0 }} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
