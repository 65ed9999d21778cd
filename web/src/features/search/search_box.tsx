import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { useLocation } from "wouter";
import { useAccountSearch } from "../../api/questions";
import { LevelMark } from "../../ui/level";
import { useAddress } from "../../url_state";
import type { Level } from "../../api/client";
import { foundPages, type FoundPage } from "./search_data";

type Found = { key: string; name: string; href: string; level?: Level; note?: string };

/** Finds accounts, pages and actions from everywhere: Ctrl K, or ⌘ K. */
export function SearchBox() {
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const [isEntered, setEntered] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const address = useAddress();
  const [, go] = useLocation();
  const accounts = useAccountSearch(text);

  const found: Found[] = [
    ...(text.trim() === "" ? [] : (accounts.data?.data ?? [])).map((account) => ({
      key: `account ${account.account_id}`,
      name: account.account_id,
      href: address(`/accounts/${encodeURIComponent(account.account_id)}`),
      level: account.level,
    })),
    ...(accounts.data?.next_cursor && text.trim() !== ""
      ? [
          {
            key: "all",
            name: `All accounts with “${text.trim()}”, by chance of silence`,
            href: address("/accounts", { search: text.trim(), order: "risk" }),
            note: "List",
          },
        ]
      : []),
    ...foundPages(text).map((page: FoundPage) => ({ key: `page ${page.name}`, name: page.name, href: address(page.path), note: page.note })),
  ];
  const chosen = Math.min(at, found.length - 1);

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        input.current?.focus();
        input.current?.select();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  const open = (entry: Found | undefined) => {
    if (!entry) return;
    setOpen(false);
    setText("");
    input.current?.blur();
    go(entry.href);
  };
  // Whoever is faster than the answer means the first of what it holds.
  useEffect(() => {
    if (!isEntered || accounts.isFetching) return;
    setEntered(false);
    open(found[0]);
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(chosen + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(chosen - 1, 0));
    else if (event.key === "Enter") {
      if (accounts.isFetching && chosen === 0) setEntered(true);
      else open(found[chosen]);
    } else if (event.key === "Escape") {
      setOpen(false);
      input.current?.blur();
    } else return;
    event.preventDefault();
  };
  return (
    <div className="search" data-keys="">
      <input
        ref={input}
        type="search"
        role="combobox"
        aria-label="Find an account or a page"
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-activedescendant={isOpen && chosen >= 0 ? `${listId}-${chosen}` : undefined}
        autoComplete="off"
        placeholder="Find an account or a page"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
          setEntered(false);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <kbd aria-hidden="true">Ctrl K</kbd>
      {isOpen && (
        <ul id={listId} role="listbox" aria-label="Found" className="popover">
          {found.length === 0 && <li className="nothing">{accounts.isFetching ? "Looking" : "Nothing is called so"}</li>}
          {found.map((entry, place) => (
            <li
              key={entry.key}
              id={`${listId}-${place}`}
              role="option"
              aria-selected={place === chosen}
              onMouseDown={(event) => {
                event.preventDefault();
                open(entry);
              }}
              onMouseEnter={() => setAt(place)}
            >
              <span>{entry.name}</span>
              {entry.level ? <LevelMark level={entry.level} /> : <small>{entry.note}</small>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
