import { useEffect, useRef, useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { answered, client } from "../../api/client";
import { useDestinations, useOverview, useStatus, type Session } from "../../api/questions";
import { SearchBox } from "../search/search_box";
import { comparedDays, isDay, useAddress, useUrlState } from "../../url_state";
import { agoWords, comparedWords, counted, dayWords, plusDays, shortDay } from "../../ui/words";
import { Choice } from "../../ui/field";

const kPages = [
  ["/", "Overview"],
  ["/accounts", "Accounts"],
  ["/plays", "Plays"],
  ["/definition", "Definition"],
  ["/evidence", "Evidence"],
  ["/data", "Data"],
  ["/settings", "Settings"],
] as const;

/** What stands around every page: where else to go, the day shown, search, notices. */
export function Frame({ session, children }: { session: Session; children: ReactNode }) {
  const [path] = useLocation();
  const address = useAddress();
  const status = useStatus();
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  // Whoever changes the page by keyboard or ear begins at its top.
  useEffect(() => {
    if (isFirst.current) isFirst.current = false;
    else {
      main.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
  }, [path]);
  const isOn = (page: string) => (page === "/" ? path === "/" : path.startsWith(page));
  const here = kPages.find(([page]) => isOn(page))?.[1];
  useEffect(() => {
    document.title = here ? `${here} · Tidemark` : "Tidemark";
  }, [here]);
  const nightly = status.data?.nightly;
  return (
    <div className="frame">
      <a className="skip" href="#content">
        To the content
      </a>
      <nav aria-label="Main">
        <Link href={address("/")} className="brand">
          <img src="/mark.svg" alt="" width="22" height="22" /> Tidemark
        </Link>
        <ul>
          {kPages.map(([page, name]) => (
            <li key={page}>
              <Link href={address(page)} className={isOn(page) ? "on" : ""} aria-current={isOn(page) ? "page" : undefined}>
                {name}
              </Link>
            </li>
          ))}
        </ul>
        <div className="end">
          {nightly?.is_running
            ? nightly.workers_missing > 0
              ? `Publishing waits for ${counted(nightly.workers_missing, "worker", "workers")}`
              : "Publishing now"
            : status.data?.last_published && `Published up to ${dayWords(status.data.last_published)}`}
          {nightly?.succeeded && <br />}
          {nightly?.succeeded && `Last run ${agoWords(nightly.succeeded)}`}
          <Who session={session} />
        </div>
      </nav>
      <div className="page">
        <TopLine />
        <main id="content" ref={main} tabIndex={-1}>
          <Warnings />
          {children}
        </main>
      </div>
    </div>
  );
}

function Who({ session }: { session: Session }) {
  if (!session.email) return null;
  return (
    <div className="who">
      <span>{session.name || session.email}</span>
      <button
        type="button"
        className="plain"
        onClick={async () => {
          await answered(client.DELETE("/api/v1/session"));
          window.location.assign("/");
        }}
      >
        Sign out
      </button>
    </div>
  );
}

/** The day shown and what it is compared with; ← and → go a day back and on. */
function TopLine() {
  const url = useUrlState();
  const status = useStatus();
  const [path] = useLocation();
  const first = status.data?.first_published ?? undefined;
  const last = status.data?.last_published ?? undefined;
  const asked = url.get("day");
  const day = isDay(asked) ? asked : last;
  const days = comparedDays(url.get("since"));
  const dayInput = useRef<HTMLInputElement>(null);
  // Not while somebody types into it.
  useEffect(() => {
    if (dayInput.current && day && document.activeElement !== dayInput.current) dayInput.current.value = day;
  }, [day]);
  const hasDay = last !== undefined && (path === "/" || path.startsWith("/accounts"));
  const goTo = (next: string | undefined) => {
    if (!first || !last || !next) return;
    const kept = next < first ? first : next > last ? last : next;
    url.set({ day: kept === last ? undefined : kept });
  };
  useEffect(() => {
    if (!hasDay) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !day) return;
      const within = event.target instanceof Element && event.target.closest("input, textarea, select, [role=slider], [data-keys], dialog");
      if (within) return;
      if (event.key === "ArrowLeft") goTo(plusDays(day, -1));
      if (event.key === "ArrowRight") goTo(plusDays(day, 1));
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
  return (
    <header className="topline">
      {hasDay && day && (
        <>
          <div className="day-pick">
            <button type="button" aria-label="A day earlier" disabled={!first || day <= first} onClick={() => goTo(plusDays(day, -1))}>
              ‹
            </button>
            <label>
              <span aria-hidden="true">{shortDay(day)}</span>
              <input
                type="date"
                aria-label="Day"
                ref={dayInput}
                defaultValue={day}
                onBlur={() => dayInput.current && (dayInput.current.value = day)}
                min={first}
                max={last}
                onClick={(event) => event.currentTarget.showPicker()}
                onChange={(event) => {
                  // While a year is typed it is no day of ours yet.
                  const next = event.target.value;
                  if (isDay(next) && first && last && next >= first && next <= last) goTo(next);
                }}
              />
            </label>
            <button type="button" aria-label="A day later" disabled={!last || day >= last} onClick={() => goTo(plusDays(day, 1))}>
              ›
            </button>
          </div>
          <span className="wide-only">compared with</span>
          <Choice
            label="Compared with"
            value={String(days)}
            onChange={(event) => url.set({ since: event.target.value === "7" ? undefined : event.target.value })}
          >
            {[1, 7, 30, ...(days === 1 || days === 7 || days === 30 ? [] : [days])].map((option) => (
              <option key={option} value={option}>
                {comparedWords(option)}
              </option>
            ))}
          </Choice>
        </>
      )}
      <SearchBox />
      <Bell />
    </header>
  );
}

/** What everybody has to know before they trust a figure, on every page. */
function Warnings() {
  const status = useStatus();
  return (
    <>
      {(status.data?.warnings ?? []).map((text) => (
        <p key={text} className="banner" role="alert">
          {text}
        </p>
      ))}
    </>
  );
}

/** What is not as it should be, wherever the reader is. */
function Bell() {
  const [isOpen, setOpen] = useState(false);
  const status = useStatus();
  const overview = useOverview(undefined, 13, status.data?.last_published != null);
  const destinations = useDestinations();
  const address = useAddress();
  const place = useRef<HTMLDivElement>(null);
  const notices: { text: string; href: string; link: string }[] = [];
  if (status.data?.nightly?.problem) notices.push({ text: `The nightly run failed: ${status.data.nightly.problem}.`, href: "/data", link: "Runs" });
  const lastEvent = overview.data?.last_event_day;
  if (overview.data?.is_starved && lastEvent) {
    notices.push({ text: `No event has come since ${dayWords(lastEvent)}.`, href: "/data", link: "What sends" });
  }
  for (const one of destinations.data?.data ?? []) {
    const isStopped = one.is_paused && one.why_paused !== "";
    if (isStopped) notices.push({ text: `Nothing is delivered to ${one.name}: ${one.why_paused}.`, href: "/data", link: "Destinations" });
    else if (one.refused > 0) {
      notices.push({ text: `${one.name} refused ${counted(one.refused, "delivery", "deliveries")}.`, href: "/data", link: "Destinations" });
    }
  }
  if (status.data?.definition_has_changed) {
    notices.push({ text: "The definition was changed; the next published day is the first under it.", href: "/definition", link: "Definition" });
  }
  for (const held of overview.data?.held ?? []) {
    notices.push({ text: `${dayWords(held.day)} is held: ${held.why}. Nobody moves on such a day.`, href: "/data", link: "Gaps" });
  }
  if (overview.data?.calibration?.is_certain === false) {
    notices.push({
      text: "The cuts between the levels are uncertain: too few accounts left to place them firmly.",
      href: "/evidence",
      link: "Evidence",
    });
  }
  useEffect(() => {
    if (!isOpen) return;
    const close = (event: Event) => {
      const isEscape = event instanceof KeyboardEvent && event.key === "Escape";
      const isOutside = event instanceof MouseEvent && !place.current?.contains(event.target as Node);
      if (isEscape || isOutside) setOpen(false);
    };
    window.addEventListener("keydown", close);
    window.addEventListener("mousedown", close);
    return () => {
      window.removeEventListener("keydown", close);
      window.removeEventListener("mousedown", close);
    };
  }, [isOpen]);
  return (
    <div className="bell" ref={place}>
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Notices {notices.length > 0 && <b>{notices.length}</b>}
      </button>
      {isOpen && (
        <ul className="popover">
          {notices.length === 0 && <li>All is as it should be.</li>}
          {notices.map((notice) => (
            <li key={notice.text}>
              {notice.text}{" "}
              <Link href={address(notice.href)} onClick={() => setOpen(false)}>
                {notice.link}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
