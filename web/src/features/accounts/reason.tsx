import { useEffect, useRef, useState } from "react";
import type { Day } from "../../api/client";
import { useExplanation } from "../../api/questions";

/** What moved an account most between two days, in a line; asked for once it comes into view. */
export function Reason({ id, from, to }: { id: string; from: Day; to: Day }) {
  const place = useRef<HTMLSpanElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (!place.current) return;
    const seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true), { rootMargin: "200px" });
    seen.observe(place.current);
    return () => seen.disconnect();
  }, []);
  const explanation = useExplanation(id, from, to, isSeen);
  return <span ref={place}>{explanation.data ? explanation.data.reason : explanation.isError ? "–" : <span className="waiting" aria-label="Loading" />}</span>;
}
