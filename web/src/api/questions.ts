import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { answered, client, keepToken, type Answer, type Day, type Level, type Schemas } from "./client";

/** One hook per question the pages ask. Answers hold until the reader comes back to the page. */

export function useSession() {
  return useQuery({
    queryKey: ["session"],
    queryFn: async () => {
      const session = await answered(client.GET("/api/v1/session"));
      keepToken(session.csrf_token);
      return session;
    },
    staleTime: 60_000,
  });
}

export type Session = Schemas["Session"];
const kAccess = ["none", "read", "write", "admin", "owner"];
const may = (session: Session | undefined, access: string): boolean => kAccess.indexOf(session?.access ?? "none") >= kAccess.indexOf(access);
export const mayWrite = (session: Session | undefined): boolean => may(session, "write");
export const isAdmin = (session: Session | undefined): boolean => may(session, "admin");
export const isOwner = (session: Session | undefined): boolean => may(session, "owner");

export function useStatus() {
  return useQuery({
    queryKey: ["status"],
    queryFn: () => answered(client.GET("/api/v1/status", { params: { query: { runs: 10 } } })),
    refetchInterval: 60_000,
  });
}

export function useOverview(day: Day | undefined, weeks: number, enabled = true) {
  return useQuery({
    queryKey: ["overview", day, weeks],
    enabled,
    queryFn: () => answered(client.GET("/api/v1/overview", { params: { query: { ...(day ? { day } : {}), weeks, explained: 0, limit: 0 } } })),
    placeholderData: keepPreviousData,
  });
}

export function useMovement(from: Day | undefined, to: Day | undefined) {
  return useQuery({
    queryKey: ["movement", from, to],
    enabled: from !== undefined && to !== undefined,
    queryFn: () => answered(client.GET("/api/v1/movement", { params: { query: { ...(from ? { from } : {}), ...(to ? { to } : {}), limit: 2000 } } })),
    placeholderData: keepPreviousData,
  });
}

export interface AccountFilter {
  day?: Day | undefined;
  days?: number | undefined;
  level?: Level[] | undefined;
  moved?: number | undefined;
  trend?: "up" | "down" | undefined;
  search?: string | undefined;
  where?: string[] | undefined;
  property?: string[] | undefined;
  sort?: string | undefined;
}

/** Without what is not asked for. */
function given<T extends object>(query: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as never;
}

/** What the accounts of a day do, by level. */
export function useUse(day: Day | undefined) {
  return useQuery({
    queryKey: ["use", day],
    enabled: day !== undefined,
    queryFn: () => answered(client.GET("/api/v1/use", { params: { query: given({ day }) } })),
  });
}

export function useRisk(
  filter: AccountFilter & {
    value?: string | undefined;
    stake?: "points" | undefined;
    capacity?: number | undefined;
    least?: number | undefined;
    account?: string | undefined;
  },
  enabled = true,
) {
  return useQuery({
    queryKey: ["risk", filter],
    enabled,
    queryFn: () => answered(client.GET("/api/v1/risk", { params: { query: given(filter) } })),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

const kPage = 200;

export function useAccountPages(filter: AccountFilter, enabled = true) {
  return useInfiniteQuery({
    queryKey: ["accounts", filter],
    enabled,
    queryFn: ({ pageParam }) =>
      answered(client.GET("/api/v1/accounts", { params: { query: given({ ...filter, limit: kPage, cursor: pageParam }) } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** Accounts that fell silent within the last days, those that had most points a month before first. */
export function useFreshlySilent(day: Day | undefined, days: number, property: string[], enabled: boolean) {
  return useQuery({
    queryKey: ["accounts", "silent", day, days, property],
    enabled: enabled && day !== undefined,
    queryFn: () =>
      answered(
        client.GET("/api/v1/accounts", {
          params: { query: given({ day, days: 30, level: ["inactive" as const], moved: days, property, sort: "trend", limit: 200 }) },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useAccountSearch(search: string) {
  return useQuery({
    queryKey: ["account search", search],
    enabled: search.trim().length > 0,
    queryFn: () =>
      answered(
        client.GET("/api/v1/accounts", {
          params: { query: { search: search.trim(), limit: 8, level: ["high", "medium", "low", "engaged", "none", "inactive"] } },
        }),
      ),
  });
}

export function useProperties() {
  return useQuery({ queryKey: ["properties"], queryFn: () => answered(client.GET("/api/v1/properties")), staleTime: 300_000 });
}

export function useAccount(id: string, day: Day | undefined, days: number) {
  return useQuery({
    queryKey: ["account", id, day, days],
    queryFn: () => answered(client.GET("/api/v1/accounts/{id}", { params: { path: { id }, query: given({ day, days }) } })),
    placeholderData: keepPreviousData,
  });
}

export function useSeries(id: string, from: Day | undefined, to: Day | undefined) {
  return useQuery({
    queryKey: ["series", id, from, to],
    enabled: to !== undefined,
    queryFn: () => answered(client.GET("/api/v1/accounts/{id}/series", { params: { path: { id }, query: given({ from, to }) } })),
    placeholderData: keepPreviousData,
  });
}

export function useExplanation(id: string, from: Day | undefined, to: Day | undefined, enabled = true) {
  return useQuery({
    queryKey: ["explanation", id, from, to],
    enabled,
    queryFn: () => answered(client.GET("/api/v1/accounts/{id}/explanation", { params: { path: { id }, query: given({ from, to }) } })),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  });
}

/** What happened in an account on a day, as it came. */
export function useAccountEvents(id: string, day: Day | undefined, user: string | undefined) {
  return useQuery({
    queryKey: ["account events", id, day, user],
    enabled: day !== undefined,
    queryFn: () =>
      answered(client.GET("/api/v1/accounts/{id}/events", { params: { path: { id }, query: given({ day: day ?? "", user }) as { day: Day } } })),
    staleTime: 300_000,
  });
}

export function useNotes(id: string) {
  return useQuery({
    queryKey: ["notes", id],
    queryFn: () => answered(client.GET("/api/v1/accounts/{id}/notes", { params: { path: { id } } })),
  });
}

export function useOverride(id: string) {
  return useQuery({
    queryKey: ["override", id],
    // Of all: most accounts have none, which is no failure.
    queryFn: async () => (await answered(client.GET("/api/v1/overrides"))).data.find((set) => set.account_id === id) ?? null,
  });
}

/** Who silenced the account, and why; null: it is told of. */
export function useSilenced(id: string) {
  return useQuery({
    queryKey: ["silenced", id],
    queryFn: async () => (await answered(client.GET("/api/v1/silenced"))).data.find((one) => one.account_id === id) ?? null,
  });
}

/** The definition in force, and the tag that says which one the reader saw. */
export function useDefinition() {
  return useQuery({
    queryKey: ["definition"],
    queryFn: async () => {
      const asked = client.GET("/api/v1/definition");
      const definition = (await answered<unknown>(asked)) as Answer<"/api/v1/definition">;
      return { ...definition, etag: (await asked).response.headers.get("etag") ?? "" };
    },
  });
}

// Tells the pages of one person apart, so that a slider of one does not overtake that of another.
const kThisPage = Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");

export const whatIfKey = (version: string, toml: string) => ["what-if", version, toml] as const;

/** What a draft would make of the definition of that version. The last answer stays in sight while the next is worked out. */
export function useWhatIf(version: string, toml: string, enabled: boolean) {
  return useQuery({
    queryKey: whatIfKey(version, toml),
    enabled,
    queryFn: ({ signal }) => answered(client.POST("/api/v1/definition/what-if", { body: { toml }, headers: { "X-Client": kThisPage }, signal })),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 300_000,
    gcTime: 60_000,
  });
}

export function useCheck(toml: string) {
  return useQuery({
    queryKey: ["check", toml],
    queryFn: () => answered(client.POST("/api/v1/definition/check", { body: { toml } })),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  });
}

export function useVersions() {
  return useQuery({ queryKey: ["versions"], queryFn: () => answered(client.GET("/api/v1/definition/versions")) });
}

export function useSignals(days = 30) {
  return useQuery({
    queryKey: ["signals", days],
    queryFn: () => answered(client.GET("/api/v1/signals", { params: { query: { days } } })),
    staleTime: 60_000,
  });
}

export function useCalibrations() {
  return useQuery({ queryKey: ["calibrations"], queryFn: () => answered(client.GET("/api/v1/calibrations")) });
}

export function useCalibration(day: Day | undefined) {
  return useQuery({
    queryKey: ["calibration", day],
    enabled: day !== undefined,
    queryFn: () => answered(client.GET("/api/v1/calibrations/{day}", { params: { path: { day: day ?? "" } } })),
  });
}

export function useBacktest() {
  return useQuery({ queryKey: ["backtest"], queryFn: () => answered(client.GET("/api/v1/evidence/backtest")), retry: false, staleTime: 300_000 });
}

export function useChurn() {
  return useQuery({ queryKey: ["churn"], queryFn: () => answered(client.GET("/api/v1/evidence/churn")), retry: false, staleTime: 300_000 });
}

export function useLearning(enabled: boolean) {
  return useQuery({
    queryKey: ["learning"],
    enabled,
    queryFn: () => answered(client.GET("/api/v1/evidence/learning")),
    retry: false,
    staleTime: 300_000,
  });
}

export function useGaps() {
  return useQuery({ queryKey: ["gaps"], queryFn: () => answered(client.GET("/api/v1/gaps")) });
}

export function useSources() {
  return useQuery({ queryKey: ["sources"], queryFn: () => answered(client.GET("/api/v1/sources")), refetchInterval: 5_000 });
}

export function useDestinations() {
  return useQuery({ queryKey: ["destinations"], queryFn: () => answered(client.GET("/api/v1/destinations")), refetchInterval: 10_000 });
}

export function useDeliveries(destination: string | undefined, state: "waiting" | "delivered" | "refused" | undefined) {
  return useQuery({
    queryKey: ["deliveries", destination, state],
    enabled: destination !== undefined,
    queryFn: () => answered(client.GET("/api/v1/deliveries", { params: { query: given({ destination, state, limit: 50 }) } })),
  });
}

export function useArrivals(isLive: boolean) {
  return useQuery({
    queryKey: ["events"],
    queryFn: () => answered(client.GET("/api/v1/events", { params: { query: { limit: 20 } } })),
    refetchInterval: isLive ? 2_000 : false,
  });
}

export function useRejects() {
  return useQuery({
    queryKey: ["rejects"],
    queryFn: () => answered(client.GET("/api/v1/rejects", { params: { query: { limit: 100 } } })),
  });
}

export function useIdentity() {
  return useQuery({ queryKey: ["identity"], queryFn: () => answered(client.GET("/api/v1/identity")), staleTime: 60_000 });
}

export function usePeople(enabled: boolean) {
  return useQuery({ queryKey: ["users"], enabled, queryFn: () => answered(client.GET("/api/v1/users")) });
}

export function useKeys(enabled: boolean) {
  return useQuery({ queryKey: ["keys"], enabled, queryFn: () => answered(client.GET("/api/v1/keys")) });
}

export function useAudit(enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ["audit"],
    enabled,
    queryFn: ({ pageParam }) => answered(client.GET("/api/v1/audit", { params: { query: given({ limit: 50, cursor: pageParam }) } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
}

export function usePlays() {
  return useQuery({ queryKey: ["plays"], queryFn: () => answered(client.GET("/api/v1/plays")) });
}

/** For whom plays were due: of an account, or what nobody has done yet. */
export function useFirings(of: { account?: string; state?: "open" | "all"; limit?: number }) {
  return useQuery({
    queryKey: ["firings", of],
    queryFn: () => answered(client.GET("/api/v1/plays/firings", { params: { query: given(of) } })),
  });
}

export function usePlayPreview(play: string, isAsked: boolean) {
  return useQuery({
    queryKey: ["play preview", play],
    enabled: isAsked,
    queryFn: () => answered(client.GET("/api/v1/plays/preview", { params: { query: { play, days: 90 } } })),
    staleTime: 60_000,
  });
}

export function usePlayEffect(play: string, isAsked: boolean) {
  return useQuery({
    queryKey: ["play effect", play],
    enabled: isAsked,
    queryFn: () => answered(client.GET("/api/v1/plays/effect", { params: { query: { play } } })),
    staleTime: 60_000,
  });
}
