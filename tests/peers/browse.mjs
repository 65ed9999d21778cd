// Sends events with one vendor's browser client from a page in headless Chromium, as a product's users would:
// browse.mjs CLIENT URL KEY COUNT. User ann of account acme; who and where is said once, the events say neither.
// The page stays open, so that the client can try again, until standard input ends.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { chromium } from "playwright-core";

const [client, url, key, countText] = process.argv.slice(2);

// What the page loads of each client, and how it uses it. These run in the page.
const clients = {
  segment: {
    script: "@segment/analytics-next/dist/umd/index.js",
    async send({ url, key, count }) {
      const [analytics] = await window.AnalyticsNext.AnalyticsBrowser.load({ writeKey: key, cdnURL: url });
      analytics.identify("ann", { role: "owner" });
      analytics.group("acme", { name: "Acme", plan: "pro" });
      for (let n = 0; n < count; ++n) {
        analytics.track(n % 3 === 0 ? "Report Shared" : "Report Created", { n });
        if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  },
  rudder: {
    script: "@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js",
    async send({ url, key, count }) {
      const Rudder = window.rudderanalytics.RudderAnalytics;
      const analytics = new Rudder();
      analytics.load(key, url, { configUrl: url, useBeacon: false, queueOptions: { batch: { enabled: true, maxItems: 50, flushInterval: 200 } } });
      await new Promise((resolve) => analytics.ready(resolve));
      analytics.identify("ann", { role: "owner" });
      analytics.group("acme", { name: "Acme", plan: "pro" });
      for (let n = 0; n < count; ++n) {
        analytics.track(n % 3 === 0 ? "Report Shared" : "Report Created", { n });
        if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  },
  posthog: {
    script: "posthog-js/dist/array.full.no-external.js",
    async send({ url, key, count }) {
      const posthog = window.posthog.init(key, {
        api_host: `${url}/in/posthog`, opt_out_useragent_filter: true, autocapture: false, capture_pageview: false, capture_pageleave: false,
        disable_session_recording: true, rate_limiting: { events_per_second: 10_000, events_burst_limit: 100_000 },
      });
      posthog.identify("ann", { role: "owner" });
      posthog.group("company", "acme", { name: "Acme", plan: "pro" });
      for (let n = 0; n < count; ++n) {
        posthog.capture(n % 3 === 0 ? "Report Shared" : "Report Created", { n });
        if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  },
  mixpanel: {
    script: "mixpanel-browser/dist/mixpanel.umd.js",
    async send({ url, key, count }) {
      const mixpanel = window.mixpanel;
      mixpanel.init(key, { api_host: `${url}/in/mixpanel`, batch_flush_interval_ms: 500, track_pageview: false, ignore_dnt: true });
      mixpanel.identify("ann");
      mixpanel.people.set({ role: "owner" });
      mixpanel.set_group("company", "acme");
      for (let n = 0; n < count; ++n) {
        mixpanel.track(n % 3 === 0 ? "Report Shared" : "Report Created", { n });
        if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  },
  amplitude: {
    script: "@amplitude/analytics-browser/lib/scripts/amplitude-min.umd.js",
    async send({ url, key, count }) {
      const amplitude = window.amplitude;
      await amplitude.init(key, "ann", {
        serverUrl: `${url}/in/amplitude/2/httpapi`, autocapture: false, flushIntervalMillis: 300, flushMaxRetries: 100, fetchRemoteConfig: false,
        remoteConfig: { fetchRemoteConfig: false },
      }).promise;
      amplitude.setGroup("company", "acme");
      for (let n = 0; n < count; ++n) {
        amplitude.track(n % 3 === 0 ? "Report Shared" : "Report Created", { n });
        if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  },
};

const { script, send } = clients[client];
const pages = createServer(async (request, response) => {
  if (request.url === "/client.js") {
    response.setHeader("content-type", "text/javascript");
    response.end(await readFile(new URL(`node_modules/${script}`, import.meta.url)));
  } else {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end('<!doctype html><title>A product</title><script src="/client.js"></script>');
  }
});
await new Promise((resolve) => pages.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${pages.address().port}`;

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const page = await browser.newPage();
page.on("console", (message) => console.error(message.type(), message.text()));
page.on("pageerror", (error) => console.error("error", error.message));
await page.goto(origin);
await page.evaluate(send, { url, key, count: Number(countText) });
console.log("sent");
for await (const _ of process.stdin); // until the reader has seen enough
await browser.close();
pages.close();
