import { useEffect, useState, type InputHTMLAttributes } from "react";

type Props = { value: number; change: (value: number) => void; least: number; most: number } & Omit<
  InputHTMLAttributes<HTMLInputElement>,
  "value" | "onChange" | "min" | "max"
>;

/** A figure that is typed: it may be empty or half there meanwhile, and counts whenever it is one that may be. */
export function Figure({ value, change, least, most, ...input }: Props) {
  const [text, setText] = useState(String(value));
  useEffect(() => setText((now) => (now !== "" && Number(now) === value ? now : String(value))), [value]);
  return (
    <input
      type="number"
      min={least}
      max={most}
      {...input}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        const next = Number(event.target.value);
        if (event.target.value !== "" && next >= least && next <= most) change(next);
      }}
      onBlur={() => setText(String(value))}
    />
  );
}
