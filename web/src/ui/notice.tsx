import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from "react";

interface Said {
  text: string;
  undo?: (() => void) | undefined;
}

const Say = createContext<(text: string, undo?: () => void) => void>(() => {});

/** Tells the reader what was done, for a while, with a way back where there is one. */
export const useSay = () => useContext(Say);

export function Notices({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState<Said | null>(null);
  const timer = useRef<number | undefined>(undefined);
  const say = useCallback((text: string, undo?: () => void) => {
    window.clearTimeout(timer.current);
    setSaid({ text, undo });
    timer.current = window.setTimeout(() => setSaid(null), undo ? 12_000 : 6_000);
  }, []);
  const shown = useMemo(() => said, [said]);
  return (
    <Say.Provider value={say}>
      {children}
      <div className="notice-place" role="status" aria-live="polite">
        {shown && (
          <div className="notice">
            <span>{shown.text}</span>
            {shown.undo && (
              <button
                type="button"
                onClick={() => {
                  shown.undo?.();
                  setSaid(null);
                }}
              >
                Undo
              </button>
            )}
            <button type="button" className="plain" aria-label="Dismiss" onClick={() => setSaid(null)}>
              ×
            </button>
          </div>
        )}
      </div>
    </Say.Provider>
  );
}
