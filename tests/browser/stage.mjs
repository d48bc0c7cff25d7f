// The stage of every browser test: a really running Tideway with the demo in it, its payment provider, and a real Chromium.
// Decides nothing about Tideway; `tools/browser-tests` starts it once and passes its address.
import { chromium } from "playwright-core";
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const BASE = process.env.TIDEWAY_URL ?? "http://127.0.0.1:8080";
export const PASSWORD = "tideway-demo";
const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--mute-audio",
];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// Sign-ins are kept for all files of one run: the door counts tries, and a password is slow to check on purpose.
const KEPT = join(process.env.TIDEWAY_SCRATCH ?? mkdtempSync(join(tmpdir(), "tideway-browser-")), "sign-ins");

export const SIZES = { desk: { width: 1280, height: 800 }, tablet: { width: 820, height: 1180 }, phone: { width: 390, height: 844 } };

/** One browser process; close it when done. */
export async function open() {
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS, headless: true });
}

/** A device of its own: cookies, storage and screen. `script: false` is a browser without JavaScript; `keep` holds its cookies. */
export async function device(browser, { size = SIZES.desk, theme = "light", script = true, keep } = {}) {
  const context = await browser.newContext({
    viewport: size, colorScheme: theme, javaScriptEnabled: script, baseURL: BASE, locale: "en-GB", timezoneId: "Europe/London", storageState: keep,
  });
  context.setDefaultTimeout(30_000);
  return watched(await context.newPage());
}

/** Keeps what goes wrong on a page: errors, what the content policy refused, files that do not come, answers that broke. */
export function watched(page) {
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    // A refused command is a 4xx, and Chromium calls that an error; the responses are looked at below.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) page.problems.push(`console: ${message.text()}`);
  });
  page.on("response", (response) => {
    const path = new URL(response.url()).pathname;
    if (response.status() >= 500 || (response.status() >= 400 && /^\/(pkg|fonts)\//.test(path))) page.problems.push(`${response.status()} ${path}`);
  });
  return page;
}

/** The role's demo sign-in, by the form people use. */
export async function signIn(page, role, email = `${role}@demo.tideway.invalid`) {
  await page.goto("/sign-in");
  await page.fill('input[type="email"]', email);
  await page.fill('input[type="password"]', PASSWORD);
  await Promise.all([page.waitForURL((url) => !url.pathname.startsWith("/sign-in")), page.click('button:has-text("Sign in")')]);
}

/** A page of someone who has signed in; the first of a role signs in by the form, and those after them have the cookie. */
export async function person(browser, role, how = {}) {
  mkdirSync(KEPT, { recursive: true });
  const keep = join(KEPT, `${role}.json`);
  if (existsSync(keep)) return device(browser, { ...how, keep });
  const page = await device(browser, how);
  await signIn(page, role, how.email);
  await page.context().storageState({ path: keep });
  return page;
}

/** Waits until wasm has taken over the page. */
export const hydrated = (page) => page.waitForFunction(() => document.documentElement.dataset.hydrated !== undefined, undefined, { timeout: 30_000 });

/** Goes to a page and waits until it can be used. */
export async function go(page, path) {
  const response = await page.goto(path);
  await hydrated(page);
  return response;
}

/** Chooses the site in the shell, as a person with several does. */
export async function atSite(page, name = "Leeds") {
  const picker = page.locator('.site-picker select[name="site"]').first();
  if (!(await picker.count())) return;
  if ((await picker.locator("option:checked").textContent()) !== name) await picker.selectOption({ label: name });
}

/**
 * A scan within a story: the code's keys and Enter, at whatever has the focus, in one breath. The page hears them as it hears a
 * scanner's, and a busy machine cannot pull them apart. What only real keys do (typing into a field, pressing a button) is `wedge`'s.
 */
export async function scan(page, code) {
  await page.evaluate((keys) => {
    const at = document.activeElement ?? document.body;
    for (const key of keys) at.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, composed: true }));
  }, [...code, "Enter"]);
}

/** Milliseconds between a scanner's keys. */
const GAP = 4;

/** A wedge scanner: real keys in a burst, then `end`. They carry a scanner's times, whatever the machine is busy with. */
export async function wedge(page, code, end = "Enter") {
  page.scanner ??= await page.context().newCDPSession(page);
  const ends = { Tab: { key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 }, Enter: { key: "Enter", code: "Enter", text: "\r", windowsVirtualKeyCode: 13 } };
  const keys = [...[...code].map((key) => ({ key, text: key })), ends[end]];
  const began = Date.now() - keys.length * GAP;
  await Promise.all(keys.map((key, nth) => page.scanner.send("Input.dispatchKeyEvent", { type: "keyDown", timestamp: (began + nth * GAP) / 1000, ...key })));
}

export const bandIs = (page, state, timeout = 15_000) => page.locator(`[data-band="${state}"]`).first().waitFor({ timeout });
export const bandWords = async (page) => (await page.locator("[data-band]").first().textContent()).trim();

/** Colours on their way, to another theme or of a press that may be pressed again, are nobody's. */
const settled = (page) => page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); })
  .then(() => Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished.catch(() => {})))));

/** What axe finds against WCAG 2.2 AA, one line a rule; with `rule`, by that one alone. */
export async function axe(page, rule) {
  await settled(page);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  return page.evaluate(async (rule) => {
    const runOnly = rule ? { type: "rule", values: [rule] } : ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const result = await window.axe.run(document, { runOnly, resultTypes: ["violations"] });
    const nodes = (rule) => rule.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ");
    return result.violations.map((rule) => `axe ${rule.id}: ${rule.help} — ${nodes(rule)}`);
  }, rule);
}

/** Every page has a title and one h1. */
export async function headed(page) {
  const [title, heads] = await page.evaluate(() => [document.title, [...document.querySelectorAll("h1")].map((head) => head.textContent.trim())]);
  const found = [];
  if (!title.trim() || title === "Tideway") found.push(`no title of its own (${JSON.stringify(title)})`);
  if (heads.length !== 1 || !heads[0]) found.push(`${heads.length} h1: ${heads.join(" | ")}`);
  return found;
}

/** Nothing makes the page wider than its screen. */
export async function fits(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((element) => {
      const held = element.closest(".table-scroll, [data-scrolls]");
      return (!held || held === element) && element.getBoundingClientRect().right > width + 1;
    });
    return [`${document.documentElement.scrollWidth} px wide at ${width}: ${wide.slice(-3).map((element) => `${element.tagName.toLowerCase()}.${element.className}`).join(" | ")}`];
  });
}

/** All of the above on the page as it stands: light at a desk, dark on a phone, and the colours of dark at a desk. */
export async function look(page) {
  const found = await headed(page);
  const at = async (name, theme, { width, height }, rule) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height });
    // As tall as the page, so that no bar that sticks to an edge lies over what is measured.
    const whole = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.min(Math.max(height, whole), 6_000) });
    const lines = [...(await axe(page, rule)), ...(width === SIZES.phone.width ? await fits(page) : [])];
    found.push(...lines.map((line) => `${name}: ${line}`));
  };
  await at("light", "light", SIZES.desk);
  await at("dark", "dark", SIZES.desk, "color-contrast");
  await at("dark phone", "dark", SIZES.phone);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(SIZES.desk);
  return [...new Set([...found, ...page.problems.splice(0)])];
}

/** Runs `work` over `items`, `width` at a time: a page that waits for its answer leaves room for another. */
export async function spread(items, width, work) {
  const queue = [...items];
  const results = [];
  await Promise.all(Array.from({ length: width }, async () => { while (queue.length) results.push(await work(queue.shift())); }));
  return results;
}
