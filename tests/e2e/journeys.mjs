// What people do on the pages, in a real browser: node journeys.mjs JOURNEY SETTING, the setting being JSON.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
import fs from "node:fs";

const [, , name, text] = process.argv;
const setting = JSON.parse(text);
const require = createRequire(`${setting.packages}/`);
const { chromium } = require("playwright-core");

const kPassword = "harbour lantern velvet";
const browser = await chromium.launch({ executablePath: setting.browser, args: ["--no-sandbox"] });
const problems = [];

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, locale: "en-GB", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => problems.push(`error in the page: ${error.message}`));
  page.on("console", (said) => said.type() === "error" && !/status of (401|403|404|409|422|429)/.test(said.text()) && problems.push(`console: ${said.text()}`));
  // Nothing but the server itself is asked.
  page.on("request", (request) => {
    if (!request.url().startsWith(setting.url) && !/^(data|blob):/.test(request.url())) problems.push(`a request to ${request.url()}`);
  });
  return page;
}

async function join(page, link, who = "Mara Ilves", email = "mara@tidemark.example") {
  await page.goto(link);
  await page.getByLabel("Your name").fill(who);
  if (email) await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(kPassword);
  await page.getByRole("button", { name: "Begin" }).click();
  await page.getByText(who).waitFor();
}

const panel = (page, title) => page.locator("section.panel", { has: page.getByRole("heading", { name: title, exact: true, level: 2 }) });
const number = (words) => Number(words.replaceAll(",", "").replace("−", "-"));
const said = (page, words) => page.getByRole("status").getByText(words).first().waitFor();

const journeys = {
  /** From an empty workspace to scores, by a file. */
  async first_run() {
    const page = await open();
    await join(page, setting.link);
    await page.getByRole("heading", { name: /Welcome/ }).waitFor();
    await page.getByRole("button", { name: "From a file" }).click();
    await page.getByLabel("A file of events").setInputFiles(setting.file);
    await page.getByText("What each column becomes").waitFor();
    await page.getByText("No column is known to hold the account").waitFor();
    await page.getByLabel("What kunde becomes").selectOption("account");
    await page.getByRole("button", { name: "Import it" }).click();
    await page.getByText(`${setting.events.toLocaleString("en-GB")} taken`).waitFor();
    // What counts.
    await page.getByRole("link", { name: "Open the definition" }).click();
    await page.getByRole("button", { name: "Give points for export_run" }).click();
    await page.getByLabel("Points of Export run, as a figure").fill("3.5");
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByRole("dialog").getByLabel("Why").fill("Reports are what they pay for");
    await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
    await said(page, /Published/);
    await page.goto(`${setting.url}/set-up`);
    await page.getByRole("button", { name: "Publish the history" }).click();
    await page.getByRole("link", { name: "See the overview" }).click();
    await page.getByText(/active accounts?/).first().waitFor();
    return { lede: await page.locator(".lede").innerText(), address: page.url() };
  },

  /** The morning: who moved, one who needs somebody, why, to the last point. */
  async morning_round() {
    const page = await open();
    await join(page, setting.link);
    await page.goto(`${setting.url}/?day=${setting.day}`);
    const needs = panel(page, "Needs you");
    await needs.getByRole("row").nth(1).waitFor();
    const first = await needs.getByRole("row").nth(1).getByRole("link").first().innerText();
    const chance = await needs.getByRole("row").nth(1).locator(".chance, td.num > b").first().innerText();
    const headline = await page.getByRole("heading", { level: 1 }).innerText();
    await panel(page, "Who moved").getByRole("row").nth(1).waitFor();
    const mover = await panel(page, "Who moved").getByRole("row").nth(1).getByRole("link").innerText();
    const levels = {};
    for (const item of await panel(page, "Levels").locator(".counts li").all()) {
      levels[(await item.locator(".level").innerText()).replace(/^\W+/, "").toLowerCase()] = number(await item.locator("b").innerText());
    }
    await panel(page, "Who moved").getByRole("link", { name: mover }).click();
    await page.getByRole("heading", { level: 1, name: mover }).waitFor();
    await page.locator("table.ledger tfoot").waitFor();
    if (await page.getByRole("button", { name: /^All \d+ lines$/ }).count()) await page.getByRole("button", { name: /^All \d+ lines$/ }).click();
    const rows = await page.locator("table.ledger tbody tr:not(.part)").all();
    const parts = [];
    for (const row of rows) parts.push(number(await row.locator("td").last().innerText()));
    const sum = number(await page.locator("table.ledger tfoot td").last().innerText());
    assert.ok(rows.length > 0);
    assert.ok(Math.abs(parts.reduce((all, part) => all + part, 0) - sum) <= 0.05 * rows.length + 1e-9, `${parts} is not ${sum}`);
    // Down to the days.
    await page.locator("table.ledger button[aria-expanded]").first().click();
    await page.locator("table.ledger tr.part").first().waitFor();
    await page.locator("table.ledger tr.part button").first().click();
    await page.getByRole("dialog").getByRole("row").nth(1).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    // Two days, dragged.
    const plot = page.locator(".plot .u-over").first();
    const box = await plot.boundingBox();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 60, { steps: 8 });
    await page.mouse.up();
    await page.waitForURL(/from=\d{4}-\d{2}-\d{2}&to=/);
    // Two others, slowly: what was selected before does not come back under the hand.
    const dragged = page.url();
    await page.mouse.move(box.x + box.width * 0.1, box.y + 60);
    await page.mouse.down();
    for (let step = 1; step <= 10; ++step) {
      await page.mouse.move(box.x + box.width * (0.1 + 0.05 * step), box.y + 60);
      await page.waitForTimeout(40);
    }
    await page.mouse.up();
    await page.waitForFunction((before) => window.location.href !== before, dragged);
    const [from, to] = ["from", "to"].map((name) => Date.parse(new URL(page.url()).searchParams.get(name)));
    const days = (to - from) / 86_400_000;
    assert.ok(days > 35 && days < 55, `${days} days were dragged, of 90 a half`);
    // A note, taken back and brought back.
    await page.getByLabel("A note").fill("Called them: their champion left.");
    await page.getByRole("button", { name: "Add note" }).click();
    await page.getByText("Called them: their champion left.").first().waitFor();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByText("Nobody noted anything yet.").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.locator(".notes").getByText("Called them: their champion left.").waitFor();
    // A level by hand.
    await page.getByRole("button", { name: "Set a level by hand" }).click();
    await page.getByRole("dialog").getByLabel("Level").selectOption("medium");
    await page.getByRole("dialog").getByLabel("Reason").fill("The renewal is agreed");
    await page.getByRole("dialog").getByRole("button", { name: "Set", exact: true }).click();
    await page.getByText(/Set to Medium by/).waitFor();
    return { first, chance, headline, levels, mover, sum, address: page.url() };
  },

  /** What plays would have done; some are turned on, a day is published, somebody does what they ask for. */
  async plays() {
    const page = await open();
    await join(page, setting.link);
    await page.getByRole("link", { name: "Plays", exact: true }).click();
    await page.getByText("Nothing is to be done.").waitFor();
    const card = (name) => page.locator(".plays > li", { has: page.getByRole("heading", { name, exact: true }) });
    const previews = {};
    for (const name of setting.plays) {
      await card(name).getByRole("button", { name: "What would it have done?" }).click();
      previews[name] = await card(name).getByText(/^Over the last 90 days/).innerText();
      await card(name).getByRole("button", { name: "Turn on" }).click();
      await card(name).getByText(/^On since/).waitFor();
    }
    for (const until of setting.mornings) execFileSync(setting.program, ["-C", setting.workspace, "score", "--until", until]);
    await page.reload();
    const todo = panel(page, "To do");
    await todo.getByRole("row").nth(1).waitFor();
    await page.screenshot({ path: `${setting.pictures}/plays-due.png`, fullPage: true });
    const shown = (await todo.getByRole("row").count()) - 1;
    const first = await todo.getByRole("row").nth(1).getByRole("link").innerText();
    await todo.getByRole("row").nth(1).getByRole("button", { name: /^Done/ }).click();
    await said(page, `${first} is done.`);
    const rowsAre = (count) => page.waitForFunction((most) => document.querySelectorAll("section.panel table tbody tr").length === most, count);
    await rowsAre(shown - 1);
    await page.getByRole("button", { name: "Undo" }).click();
    await rowsAre(shown);
    await todo.getByRole("row").nth(1).getByRole("button", { name: /^Done/ }).click();
    await rowsAre(shown - 1);
    // On the account's page too.
    await page.goto(`${setting.url}/accounts/${encodeURIComponent(first)}`);
    await panel(page, "Plays").getByText(/^done by mara/i).waitFor();
    // Their text, with a mistake at its line, then right.
    await page.goto(`${setting.url}/plays`);
    await page.getByText("The plays in TOML, to change them").click();
    const area = page.getByLabel("The plays in TOML");
    const toml = await area.inputValue();
    await area.fill(toml.replace("most_a_week = 20", "most_a_weak = 20"));
    await page.getByRole("button", { name: "Write plays.toml" }).click();
    await page.getByText(/did you mean "most_a_week"/).waitFor();
    // The browser notes the refusal, once.
    assert.equal(problems.filter((one) => one.includes("status of 400")).length, 1);
    problems.length = 0;
    await area.fill(toml.replace("most_a_week = 20", "most_a_week = 7"));
    await page.getByRole("button", { name: "Write plays.toml" }).click();
    await page.getByText("7 a week at most").waitFor();
    return { previews, shown, first };
  },

  /** A webhook is added, tried and taken away again. */
  async destinations() {
    const page = await open();
    await join(page, setting.link);
    await page.goto(`${setting.url}/data`);
    await page.getByRole("button", { name: "Add a destination" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("hook");
    await dialog.getByLabel("Address").fill(setting.hook);
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await dialog.getByText(/^whsec_/).waitFor();
    const secret = await dialog.getByText(/^whsec_/).innerText();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "hook", exact: true }).click();
    // Within a private network it is refused, and says so; the address was not allowed.
    await dialog.getByRole("button", { name: "Send a test" }).click();
    await dialog.getByText(/private network/).waitFor();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await dialog.getByRole("button", { name: /^Remove it/ }).click();
    await said(page, "hook is told no more.");
    await page.getByRole("button", { name: "Add a destination" }).click();
    await dialog.getByLabel("Name").fill("hook");
    await dialog.getByLabel("Address").fill(setting.hook);
    await dialog.getByLabel("It lies within our own network").check();
    await dialog.getByLabel(/^Secret/).fill(secret);
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await said(page, "hook is told from now on.");
    await page.getByRole("button", { name: "hook", exact: true }).click();
    await dialog.getByRole("button", { name: "Send a test" }).click();
    await dialog.getByText("It took the test: 200.").waitFor();
    await page.keyboard.press("Escape");
    // A CRM: its own fields, filled as people there know them, for some accounts only.
    await page.getByRole("button", { name: "Add a destination" }).click();
    await dialog.getByLabel("What stands there").selectOption("salesforce");
    await dialog.getByLabel("Name").fill("sales");
    await dialog.getByLabel("Address").fill("https://acme.my.salesforce.example");
    await dialog.getByLabel(/^Consumer key/).fill("3MVG9:secret");
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await said(page, "sales is told from now on.");
    await page.getByRole("button", { name: "sales", exact: true }).click();
    await dialog.getByText("What it is told, of every account").click();
    const fields = dialog.getByLabel(/^A field there/);
    const usual = await fields.inputValue();
    await fields.fill("Tier__c");
    await dialog.getByRole("button", { name: "Tell it by this" }).click();
    await dialog.getByText(/Tier__c: write a name/).waitFor();
    await fields.fill("Tier__c=level|title");
    await dialog.getByLabel(/^Only accounts/).fill("plan=team\nplan=business");
    await dialog.getByRole("button", { name: "Tell it by this" }).click();
    await said(page, "sales is told by this from now on.");
    await dialog.getByText("What it is told, of plan=team, plan=business").waitFor();
    if (setting.picture) await page.screenshot({ path: setting.picture });
    return { secret, usual };
  },

  /** A slider moves, what would change follows; it is published with a note, and taken back. */
  async what_if() {
    const page = await open();
    await join(page, setting.link);
    await page.goto(`${setting.url}/definition`);
    await page.getByRole("heading", { name: "As it is" }).waitFor();
    const slider = page.getByRole("slider", { name: "Points of Report created" });
    await slider.focus();
    const begun = Date.now();
    for (let step = 0; step < 6; ++step) await page.keyboard.press("ArrowRight");
    await page.getByRole("heading", { name: "What would change" }).waitFor();
    await page.getByText("Who would stand elsewhere today").waitFor();
    await page.waitForFunction(() => !document.body.innerText.includes("Working it out"));
    const milliseconds = Date.now() - begun;
    assert.equal(await slider.inputValue(), "8");
    const then = {};
    for (const row of await page.locator("table.then").first().locator("tbody tr").all()) {
      const cells = await row.locator("td").allInnerTexts();
      then[cells[0].replace(/^\W+/, "").toLowerCase()] = [number(cells[1]), number(cells[2])];
    }
    // A draft outlives the page.
    await page.reload();
    await page.getByText("draft, kept in this browser").waitFor();
    // Text and cards are the same.
    await page.getByRole("tab", { name: "As text" }).click();
    const area = page.getByLabel("The definition in TOML");
    const toml = await area.inputValue();
    assert.match(toml, /points = 8\n/);
    await area.fill(toml.replace("[[action]]", "[[acton]]"));
    await page.getByRole("button", { name: /^Line \d+, column \d+$/ }).waitFor();
    assert.ok(await page.getByRole("button", { name: "Publish" }).isDisabled());
    await area.fill(toml);
    await page.getByText("This is a definition").waitFor();
    await page.getByRole("button", { name: "Publish" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("points").first().waitFor();
    await dialog.getByLabel("Why").fill("Reports matter most");
    await dialog.getByRole("button", { name: "Publish" }).click();
    await said(page, /Published/);
    await page.getByRole("tab", { name: "Actions" }).click();
    await page.getByRole("heading", { name: "As it is" }).waitFor();
    assert.equal(await page.getByRole("slider", { name: "Points of Report created" }).inputValue(), "8");
    await page.getByRole("tab", { name: "History" }).click();
    await page.getByRole("button", { name: "Go back to it" }).first().click();
    await page.getByRole("dialog").getByLabel("Why").fill("It was a try");
    await page.getByRole("dialog").getByRole("button", { name: "Go back to it" }).click();
    await page.getByRole("tab", { name: "Actions" }).click();
    await page.waitForFunction(() => document.querySelector('input[type=range][aria-label="Points of Report created"]')?.value === "5");
    return { milliseconds, then };
  },

  /** Invitations, roles, lock-out, signing out. */
  async roles() {
    const owner = await open();
    await join(owner, setting.link);
    await owner.goto(`${setting.url}/settings`);
    await owner.getByRole("button", { name: "Invite" }).click();
    await owner.getByRole("dialog").getByLabel("E-mail").fill("vic@tidemark.example");
    await owner.getByRole("dialog").getByRole("button", { name: "Make the link" }).click();
    const link = await owner.getByRole("dialog").getByLabel("The link").innerText();
    const viewer = await open();
    await join(viewer, link, "Vic Viewer", "");
    await viewer.goto(`${setting.url}/definition`);
    await viewer.getByRole("heading", { name: "As it is" }).waitFor();
    assert.equal(await viewer.getByRole("button", { name: "Publish" }).count(), 0);
    await viewer.goto(`${setting.url}/settings`);
    await viewer.getByText("Only admins and owners see them").waitFor();
    await viewer.goto(`${setting.url}/accounts`);
    await viewer.locator("tbody tr[data-id]").first().getByRole("link").click();
    await viewer.getByRole("heading", { name: "Notes" }).waitFor();
    assert.equal(await viewer.getByRole("button", { name: "Add note" }).count(), 0);
    // Keys are shown once.
    await owner.getByRole("button", { name: "Done" }).click();
    await owner.getByRole("button", { name: "Make a key" }).click();
    await owner.getByRole("dialog").getByLabel("What it is for").fill("Weekly report");
    await owner.getByRole("dialog").getByRole("button", { name: "Make it" }).click();
    const secret = await owner.getByRole("dialog").getByLabel("The key").innerText();
    assert.match(secret, /^tm_live_/);
    await owner.getByRole("button", { name: "Done" }).click();
    assert.equal(await owner.getByText(secret).count(), 0);
    await owner.getByRole("button", { name: /^Revoke tm_live_/ }).click();
    await owner.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await said(owner, /is revoked/);
    // Five wrong passwords lock the door for a minute.
    await viewer.getByRole("button", { name: "Sign out" }).click();
    await viewer.getByRole("heading", { name: "Sign in to Tidemark" }).waitFor();
    for (let attempt = 0; attempt < 6; ++attempt) {
      await viewer.getByLabel("E-mail").fill("vic@tidemark.example");
      await viewer.getByLabel("Password").fill("a wrong password");
      await viewer.getByRole("button", { name: "Sign in" }).click();
      await viewer.getByRole("button", { name: "Sign in", exact: true }).isEnabled();
      await viewer.getByRole("alert").getByText(attempt < 5 ? /do not fit together/ : /too many wrong passwords/i).waitFor();
    }
    return {};
  },

  /** No mouse: search, days, lists, charts, tabs. */
  async keyboard() {
    const page = await open();
    await join(page, setting.link);
    await page.goto(`${setting.url}/?day=${setting.day}`);
    await panel(page, "Needs you").getByRole("row").nth(1).waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "To the content");
    await page.keyboard.press("ArrowLeft");
    await page.waitForURL(new RegExp(`day=${setting.dayBefore}`));
    await page.keyboard.press("ArrowRight");
    await panel(page, "Levels").locator(".plot").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await panel(page, "Levels").locator(".readout").getByText(/Medium \d+/).waitFor();
    // Search, by its shortcut.
    await page.keyboard.press("Control+k");
    await page.keyboard.type("evid");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Evidence" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type(setting.account.slice(0, 8));
    await page.getByRole("option", { name: setting.account }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: setting.account }).waitFor();
    // A chart: read out, two days marked.
    const chart = page.locator(".plot").first();
    await chart.waitFor();
    await chart.focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await page.locator(".readout").first().getByText(/Points/).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.press("PageUp");
    await page.keyboard.press("Enter");
    await page.waitForURL(/from=.*to=/);
    // A list.
    await page.goto(`${setting.url}/accounts`);
    await page.locator("tbody tr[data-id] a").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("x");
    await page.getByText("1 picked").waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/accounts\/.+/);
    // Tabs of the definition.
    await page.goto(`${setting.url}/definition`);
    await page.getByRole("tab", { name: "Actions" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByText("Where the levels divide").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Levels and the rest");
    return {};
  },

  /** Every page, light and dark, wide and narrow: nothing serious for a screen reader, a picture of each. */
  async pages() {
    const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
    const seen = {};
    let state;
    for (const [scheme, width] of [
      ["light", 1360],
      ["dark", 1360],
      ["light", 390],
    ]) {
      const page = await open({ colorScheme: scheme, viewport: { width, height: 900 }, ...(state ? { storageState: state } : {}) });
      if (!state) {
        await page.goto(setting.url);
        await page.getByRole("heading", { name: "Sign in to Tidemark" }).waitFor();
        seen["sign-in"] = await judged(page, axe);
        await page.screenshot({ path: `${setting.pictures}/sign-in-light-1360.png` });
        await join(page, setting.link);
        state = await page.context().storageState();
      }
      for (const [path, title] of Object.entries(setting.pages)) {
        await page.goto(setting.url + path);
        await page.waitForLoadState("networkidle");
        // Some is asked for only once it comes into view, and the page grows meanwhile.
        const isWhole = () => [...document.querySelectorAll(".loading, .waiting, .stale")].every((one) => one.offsetParent === null);
        for (let round = 0; round < 100 && !(await page.evaluate(isWhole)); ++round) {
          const height = await page.evaluate(() => document.documentElement.scrollHeight);
          for (let y = 0; y < height; y += 600) await page.evaluate((to) => window.scrollTo(0, to), y);
          await page.waitForTimeout(300);
        }
        assert.ok(await page.evaluate(isWhole), `${title} does not come to an end`);
        await page.evaluate(() => window.scrollTo(0, 0));
        assert.equal(await page.locator(".failed").count(), 0, `something failed on ${title}`);
        seen[`${title} ${scheme} ${width}`] = await judged(page, axe);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(overflow <= 0, `${title} is ${overflow} px too wide at ${width}`);
        await page.screenshot({ path: `${setting.pictures}/${title}-${scheme}-${width}.png`, fullPage: !title.startsWith("accounts") });
      }
      await page.context().close();
    }
    const serious = Object.entries(seen).flatMap(([title, found]) => found.map((one) => `${title}: ${one}`));
    assert.deepEqual(serious, []);
    return { pages: Object.keys(seen).length };
  },

  /** The snippets are pasted and run as they stand; the first event shows by itself. */
  async connect() {
    const page = await open();
    await join(page, setting.link);
    await page.getByText("Waiting for the first event").waitFor();
    await page.getByRole("button", { name: "Make a key for it" }).click();
    await page.getByText("The key stands in the snippet").waitFor();
    const flushes = {
      "Segment (Node)": "await analytics.closeAndFlush();",
      PostHog: "await posthog.shutdown();",
      RudderStack: "await rudder.flush();",
      "Anything (curl)": "",
    };
    let seen = 0;
    for (const [sdk, flush] of Object.entries(flushes)) {
      await page.getByLabel("SDK", { exact: true }).selectOption({ label: sdk });
      const snippet = await page.getByLabel("What to paste").innerText();
      assert.ok(!snippet.includes("YOUR_WRITE_KEY"));
      const file = `${setting.packages}/snippet-${process.pid}.mjs`;
      try {
        if (sdk.includes("curl")) execFileSync("bash", ["-ec", snippet], { stdio: "pipe", timeout: 60_000 });
        else {
          fs.writeFileSync(file, `${snippet}\n${flush}\n`);
          execFileSync("node", [file], { stdio: "pipe", timeout: 60_000 });
        }
      } finally {
        fs.rmSync(file, { force: true });
      }
      await page.getByText("Events arrive.").waitFor();
      const { events } = await page.evaluate(async () => (await fetch("/api/v1/events?limit=100")).json());
      seen += 1;
      assert.equal(events.length, seen, sdk);
      assert.equal(events.at(-1).account_id, "acme", sdk);
    }
    await page.getByText("report_created of acme").waitFor();
    return { seen };
  },

  /** Ids and addresses nobody thought of. */
  async odd() {
    const page = await open();
    await join(page, setting.link);
    for (const id of setting.ids) {
      await page.goto(`${setting.url}/accounts`);
      await page.getByRole("link", { name: id, exact: true }).click();
      await page.getByRole("heading", { level: 1, name: id, exact: true }).waitFor();
      await page.getByLabel("Points over").selectOption("180");
      await page.reload();
      await page.getByRole("heading", { level: 1, name: id, exact: true }).waitFor();
      await page.getByLabel("A note").fill(`About ${id}`);
      await page.getByRole("button", { name: "Add note" }).click();
      await page.locator(".notes").getByText(`About ${id}`).waitFor();
      assert.equal(await page.locator(".failed").count(), 0, id);
    }
    for (const address of ["/?day=2026-13-01", "/?day=nonsense&since=-4&weeks=x", "/accounts?where=%25&level=tall", `/accounts/${encodeURIComponent(setting.ids[0])}?span=abc&from=x&to=y`]) {
      await page.goto(setting.url + address);
      await page.getByRole("heading", { level: 1 }).waitFor();
    }
    // Somebody else publishes while a draft is open: it is not lost.
    await page.goto(`${setting.url}/definition`);
    await page.getByLabel("Points of report_created, as a figure").fill("9");
    await page.getByText("draft, kept in this browser").waitFor();
    const other = await page.context().newPage();
    await other.goto(setting.url);
    await other.evaluate(async () => {
      const { csrf_token } = await (await fetch("/api/v1/session")).json();
      const now = await fetch("/api/v1/definition");
      const { toml } = await now.json();
      const body = JSON.stringify({ toml: toml.replace("points = 8", "points = 7") });
      const done = await fetch("/api/v1/definition", { method: "PUT", body, headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf_token, "If-Match": now.headers.get("etag") } });
      if (!done.ok) throw new Error(await done.text());
    });
    await page.reload();
    await page.getByText("The definition was changed since you began your draft").waitFor();
    await page.getByRole("button", { name: "Take it up again" }).click();
    await page.waitForFunction(() => document.querySelector('input[aria-label="Points of report_created, as a figure"]')?.value === "9");
    return {};
  },

  /** A hundred thousand accounts: found, filtered, scrolled, opened. */
  async many() {
    const page = await open();
    await join(page, setting.link);
    await page.goto(`${setting.url}/accounts`);
    await page.getByText(`${setting.accounts.toLocaleString("en-GB")} accounts`).waitFor();
    const drawn = await page.locator("tbody tr[data-id]").count();
    assert.ok(drawn < 100, `${drawn} rows are drawn`);
    for (let step = 0; step < 12; ++step) {
      await page.mouse.wheel(0, 6000);
      await page.waitForTimeout(60);
    }
    await page.waitForFunction(() => Number(document.querySelector("tbody tr[data-id]")?.getAttribute("aria-rowindex")) > 300);
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.getByLabel("Part of the account's id").fill("acct-77777");
    await page.getByText("1 account").waitFor();
    await page.getByRole("link", { name: "acct-77777" }).click();
    await page.getByRole("heading", { level: 1, name: "acct-77777" }).waitFor();
    await page.locator("table.ledger, .empty").first().waitFor();
    return {};
  },
};

async function judged(page, axe) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return result.violations
    .filter((violation) => ["serious", "critical"].includes(violation.impact))
    .map((violation) => `${violation.id} at ${violation.nodes.map((node) => node.target.join(" ")).slice(0, 3)}`);
}

try {
  const outcome = await journeys[name]();
  assert.deepEqual(problems, []);
  console.log(JSON.stringify(outcome));
} catch (failure) {
  for (const context of browser.contexts()) for (const page of context.pages()) await page.screenshot({ path: `${setting.pictures}/failed-${name}.png` }).catch(() => {});
  console.error(failure, problems);
  process.exitCode = 1;
} finally {
  await browser.close();
}
