import { useEffect, useRef, useState } from "react";
import type { Day } from "../../api/client";
import { useExplanation } from "../../api/questions";
import { riskLine, type RiskSigns } from "./reason_data";

interface Props {
  id: string;
  from: Day;
  to: Day;
  risk?: RiskSigns | undefined;
  atOnce?: boolean;
}

/** What moved an account most between two days, in a line; asked for once it comes into view, or at once. Where the line is to say why
    somebody may leave, how long nobody was seen goes before points that rose. */
export function Reason({ id, from, to, risk, atOnce = false }: Props) {
  const place = useRef<HTMLSpanElement>(null);
  const [isSeen, setSeen] = useState(atOnce);
  useEffect(() => {
    if (!place.current || atOnce) return;
    const seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true), { rootMargin: "200px" });
    seen.observe(place.current);
    return () => seen.disconnect();
  }, [atOnce]);
  const explanation = useExplanation(id, from, to, isSeen);
  return (
    <span ref={place}>
      {explanation.data ? riskLine(explanation.data, risk) : explanation.isError ? "–" : <span className="waiting" aria-label="Loading" />}
    </span>
  );
}
