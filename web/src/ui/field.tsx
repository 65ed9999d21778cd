import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes } from "react";

type Labelled = { label: string; hint?: ReactNode; wrong?: string | undefined };

export function Field({ label, hint, wrong, ...input }: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} aria-invalid={wrong !== undefined} aria-describedby={`${id}-more`} {...input} />
      <small id={`${id}-more`} className={wrong ? "wrong" : undefined}>
        {wrong ?? hint}
      </small>
    </div>
  );
}

/** A choice that stands in a line of text or a bar; its label is said, not shown. */
export function Choice({ label, children, ...select }: { label: string } & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <select aria-label={label} className="choice" {...select}>
      {children}
    </select>
  );
}
