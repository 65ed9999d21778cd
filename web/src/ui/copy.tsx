import { useRef, useState } from "react";

/** Whether the text is on the clipboard now: pages that did not come over TLS may not. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** A text to take along, with a button that copies it. */
export function Copyable({ text, label }: { text: string; label: string }) {
  const pre = useRef<HTMLPreElement>(null);
  const [isCopied, setCopied] = useState(false);
  return (
    <div className="copyable">
      <pre ref={pre} tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <button
        type="button"
        onClick={async () => {
          if (!(await copied(text))) {
            // Marked, so that it can be copied by hand.
            if (pre.current) window.getSelection()?.selectAllChildren(pre.current);
            return;
          }
          setCopied(true);
          window.setTimeout(() => setCopied(false), 2_000);
        }}
      >
        {isCopied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}

/** Text as a CSV file of the reader's. */
export function saveFile(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Rows as CSV: what begins like a formula is kept from being one. */
export function csvText(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  const cell = (value: string | number | null | undefined): string => {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
