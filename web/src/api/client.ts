import createClient from "openapi-fetch";
import type { paths, components } from "./schema";

/** The nouns as the server spells them. */
export type Schemas = components["schemas"];
export type Level = Schemas["Level"];
export type Day = Schemas["Day"];

export type GetPath = { [P in keyof paths]: paths[P] extends { get: unknown } ? P : never }[keyof paths];

/** What the server answers to a GET of this path. */
export type Answer<P extends GetPath> = paths[P] extends {
  get: { responses: { 200: { content: { "application/json": infer A } } } };
}
  ? A
  : never;

/** An answer that is none: what went wrong, in the server's words (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly wrong: readonly { pointer: string; detail: string }[];

  constructor(status: number, detail: string, wrong: Problem["wrong"] = []) {
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.wrong = wrong;
  }

  /** What is wrong with a field of the body, where the server named it. */
  of(field: string): string | undefined {
    return this.wrong.find((value) => value.pointer === `/body/${field}`)?.detail;
  }
}

let csrfToken: string | null = null;
let onSignedOut: () => void = () => {};

/** Changes carry this from now on. */
export function keepToken(token: string | null): void {
  csrfToken = token;
}

/** Called when the server no longer knows who asks. */
export function whenSignedOut(then: () => void): void {
  onSignedOut = then;
}

/** Lists stand in one value, but for filters, which may hold commas. */
export function queryText(query: Record<string, unknown>): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === "") continue;
    if (!Array.isArray(value)) text.append(name, String(value));
    else if (name === "where") for (const one of value) text.append(name, String(one));
    else if (value.length > 0) text.append(name, value.join(","));
  }
  return text.toString();
}

const client = createClient<paths>({
  baseUrl: "/",
  credentials: "same-origin",
  querySerializer: queryText,
});

client.use({
  onRequest({ request }) {
    if (request.method !== "GET" && csrfToken) request.headers.set("X-CSRF-Token", csrfToken);
    return request;
  },
});

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer, or a `Problem` thrown. */
export async function answered<T>(outcome: Promise<Outcome<T>>): Promise<T> {
  let done: Outcome<T>;
  try {
    done = await outcome;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Problem(0, "the server cannot be reached; is it running?");
  }
  if (done.response.ok) return done.data as T;
  const said = done.error as { detail?: string; errors?: Problem["wrong"] } | undefined;
  if (done.response.status === 401 && !done.response.url.endsWith("/session")) onSignedOut();
  throw new Problem(done.response.status, said?.detail ?? `the server answered ${done.response.status}`, said?.errors);
}

export { client };
