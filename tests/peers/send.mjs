// Sends events with one vendor's client, as its users would: send.mjs CLIENT URL KEY COUNT
// Event i is of user u{i % 7} in account acct_{i % 5}, on one of the last three days.
import { randomUUID } from "node:crypto";

const [client, url, key, countText] = process.argv.slice(2);
const count = Number(countText);
const noon = new Date();
noon.setUTCHours(0, 0, 0, 0);

const events = Array.from({ length: count }, (_, at) => ({
  user: `u${at % 7}`,
  account: `acct_${at % 5}`,
  name: at % 3 === 0 ? "Report Shared" : "Report Created",
  at: new Date(noon.getTime() - (at % 3) * 86_400_000 - 3_600_000),
  properties: { n: at, text: "ü \"quoted\" \\ \u{1F600}" },
}));
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const clients = {
  async segment() {
    const { Analytics } = await import("@segment/analytics-node");
    const analytics = new Analytics({ writeKey: key, host: url, maxRetries: 20, flushInterval: 200 });
    analytics.on("error", (error) => console.error("segment:", error.code, error.reason?.message ?? ""));
    for (const event of events) {
      analytics.track({ userId: event.user, event: event.name, timestamp: event.at, properties: event.properties, context: { groupId: event.account } });
      if (event.properties.n % 100 === 0) await pause(20);
    }
    await analytics.closeAndFlush({ timeout: 60_000 });
  },
  async segment_old() {
    const { default: Analytics } = await import("analytics-node");
    const analytics = new Analytics(key, { host: url, retryCount: 20, flushInterval: 100 });
    for (const event of events) {
      analytics.track({ userId: event.user, event: event.name, timestamp: event.at, properties: event.properties, context: { groupId: event.account } });
      if (event.properties.n % 100 === 0) await pause(20);
    }
    await analytics.flush();
    await pause(2000);
  },
  async rudder() {
    const { default: Rudder } = await import("@rudderstack/rudder-sdk-node");
    const rudder = new Rudder(key, { dataPlaneUrl: url, flushInterval: 100, retryCount: 20, maxInternalQueueSize: 100_000 });
    for (const event of events) {
      rudder.track({ userId: event.user, event: event.name, originalTimestamp: event.at, timestamp: event.at, properties: event.properties, context: { groupId: event.account } });
      if (event.properties.n % 100 === 0) await pause(20);
    }
    await rudder.flush();
    await pause(2000);
  },
  async posthog() {
    const { PostHog } = await import("posthog-node");
    const posthog = new PostHog(key, { host: `${url}/in/posthog`, flushAt: 50, flushInterval: 200, fetchRetryCount: 20, fetchRetryDelay: 300, maxQueueSize: 100_000 });
    for (const event of events) {
      posthog.capture({ distinctId: event.user, event: event.name, timestamp: event.at, properties: event.properties, groups: { company: event.account } });
    }
    await posthog.shutdown(60_000);
  },
  async mixpanel() {
    const { default: Mixpanel } = await import("mixpanel");
    const { hostname, port } = new URL(url);
    const mixpanel = Mixpanel.init(key, { host: `${hostname}:${port}`, protocol: "http", path: "/in/mixpanel", keepAlive: true });
    const batch = events.map((event) => ({
      event: event.name,
      properties: { ...event.properties, distinct_id: event.user, company: event.account, time: event.at, $insert_id: randomUUID() },
    }));
    await new Promise((resolve, reject) => mixpanel.track_batch(batch, { max_batch_size: 50 }, (errors) => (errors?.length ? reject(errors[0]) : resolve())));
  },
  async amplitude() {
    const amplitude = await import("@amplitude/analytics-node");
    await amplitude.init(key, { serverUrl: `${url}/in/amplitude/2/httpapi`, flushQueueSize: 50, flushIntervalMillis: 100 }).promise;
    const sent = events.map((event) =>
      amplitude.track(event.name, event.properties, { user_id: event.user, time: event.at.getTime(), groups: { company: event.account } }).promise);
    await amplitude.flush().promise;
    for (const result of await Promise.all(sent)) if (result.code !== 200) throw new Error(`amplitude: ${result.code} ${result.message}`);
  },
  async cloudevents() {
    const { CloudEvent, emitterFor, httpTransport, Mode } = await import("cloudevents");
    for (const [at, event] of events.entries()) {
      const emit = emitterFor(httpTransport(`${url}/in/cloudevents?token=${key}`), { mode: at % 2 ? Mode.BINARY : Mode.STRUCTURED });
      await emit(new CloudEvent({ source: "/app", type: event.name, time: event.at.toISOString(), data: { ...event.properties, userId: event.user, accountId: event.account } }));
    }
  },
  // A browser's way of speaking: who and where is said once, the events say neither.
  async segment_identity() {
    const { Analytics } = await import("@segment/analytics-node");
    const analytics = new Analytics({ writeKey: key, host: url });
    analytics.track({ anonymousId: "visitor-1", event: "Page Read", timestamp: new Date(noon.getTime() - 7_200_000) });
    await pause(300);
    analytics.identify({ userId: "ann", anonymousId: "visitor-1", traits: { email: "ann@acme.test", role: "owner" } });
    analytics.track({ userId: "ann", event: "Report Created" });
    await pause(300);
    analytics.group({ userId: "ann", groupId: "acme", traits: { name: "Acme", plan: "pro", createdAt: "2026-01-02T00:00:00Z" } });
    analytics.alias({ userId: "ann", previousId: "visitor-0" });
    analytics.track({ anonymousId: "visitor-0", event: "Page Read" });
    await analytics.closeAndFlush();
  },
};

await clients[client]();
