// The stage of every browser test: a really running Tideway with the demo in it, its payment provider, and a real Chromium.
// Decides nothing about Tideway; `tools/browser-tests` starts it once and passes its address.
import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { mkdtempSync } from "node:fs";
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

export const SIZES = { desk: { width: 1280, height: 800 }, tablet: { width: 820, height: 1180 }, phone: { width: 390, height: 844 } };

/** One browser process; close it when done. */
export async function open() {
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS, headless: true });
}

/** A device of its own: cookies, storage and screen. `script: false` is a browser without JavaScript. */
export async function device(browser, { size = SIZES.desk, theme = "light", script = true } = {}) {
  const context = await browser.newContext({ viewport: size, colorScheme: theme, javaScriptEnabled: script, baseURL: BASE, locale: "en-GB", timezoneId: "Europe/London" });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) page.problems.push(`console: ${message.text()}`);
  });
  return page;
}

/** The role's demo sign-in, by the form people use. */
export async function signIn(page, role) {
  await page.goto("/sign-in");
  await page.fill('input[type="email"], input[name*="email"]', `${role}@demo.tideway.invalid`);
  await page.fill('input[type="password"]', PASSWORD);
  await Promise.all([page.waitForURL((url) => !url.pathname.startsWith("/sign-in")), page.click('button[type="submit"]')]);
}

/** Waits until wasm has taken over the page. */
export async function hydrated(page) {
  await page.waitForFunction(() => document.documentElement.dataset.hydrated !== undefined || document.body.dataset.hydrated !== undefined);
}

/** Goes to a page and waits until it can be used. */
export async function go(page, path) {
  const response = await page.goto(path);
  await hydrated(page);
  return response;
}

/** A wedge scanner: the code's keys in a burst, then Enter, at the document. */
export async function scan(page, code) {
  await page.keyboard.type(code, { delay: 2 });
  await page.keyboard.press("Enter");
}

/** What axe finds against WCAG 2.2 AA, one line a rule. */
export async function axe(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const result = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    return result.violations.map((rule) => `${rule.id}: ${rule.help} — ${rule.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`);
  });
  return found;
}

/** Where pictures of failures go. */
export const scratch = () => mkdtempSync(join(tmpdir(), "tideway-browser-"));
