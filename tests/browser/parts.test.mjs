// The screens' code is fetched in parts: every route hydrates, going from one group to another fetches what it needs and works,
// and a first visit stays small.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { device, go, open, person } from "./stage.mjs";
import { hash, raw } from "./site.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

/** What a first visit may load of the app, as it travels. */
const BUDGET = 330_000;
/** A site built small; a dev site has names and no shrinking, and is ten times that. */
const SMALL = 2_000_000;

/** Files of the app as they come, with the bytes they travel as. */
function fetched(page) {
  const files = [];
  page.on("requestfinished", async (request) => {
    const path = new URL(request.url()).pathname;
    if (!path.startsWith("/pkg/")) return;
    files.push({ name: path.slice(5), bytes: request.sizes().then((sizes) => sizes.responseBodySize) });
  });
  return files;
}

const parts = (files) => files.map(({ name }) => name).filter((name) => /^(split|chunk)_/.test(name));

test("GOV-1, EXC-3: going between all groups of screens fetches each group's code once and works without a reload", { timeout: 120_000 }, async () => {
  const page = await person(browser, "supervisor");
  const files = fetched(page);
  await go(page, "/live");
  await page.evaluate(() => { window.stayed = true; });
  const known = new Set(parts(files));
  const came = [];
  const places = [["Orders", "/orders", "Orders"], ["Inventory", "/inventory", "Inventory"], ["Returns", "/returns", "Returns"], ["Refunds", "/refunds", "Refunds"],
    ["Waves", "/waves", "Waves"], ["Shipping", "/shipping", "Hand over to the carrier"], ["Floor", "/floor", "Floor"]];
  for (const [words, path, head] of places) {
    await page.locator(".desk-side .nav-link", { hasText: words }).click();
    await page.waitForURL((url) => url.pathname === path);
    await page.locator("h1", { hasText: head }).waitFor();
    const fresh = parts(files).filter((name) => !known.has(name));
    fresh.forEach((name) => known.add(name));
    came.push(`${path}: ${fresh.length}`);
    assert.equal(await page.evaluate(() => window.stayed), true, `${path} came by a reload`);
  }
  // A group that is here already is not fetched again.
  const before = files.length;
  await page.goBack();
  await page.locator("h1", { hasText: "Hand over" }).waitFor();
  await page.goBack();
  await page.locator("h1", { hasText: "Waves" }).waitFor();
  assert.equal(files.length, before, "a group came twice");
  assert.ok(came.filter((line) => !line.endsWith(": 0")).length >= 4, `parts follow their screens: ${came.join(", ")}`);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("RET-1: a first visit to a page loads at most 330 kB of the app, and only its own group", { timeout: 120_000 }, async (t) => {
  const small = raw(`tideway.${hash("wasm")}.wasm`) < SMALL;
  if (!small) t.diagnostic("this site is a dev build: its sizes say nothing, so only what is fetched is looked at");
  const visits = [["/sign-in", null, true], ["/portal", null, true], ["/live", "supervisor", false], ["/floor", "picker", false]];
  const seen = {};
  for (const [path, role, strict] of visits) {
    // Sign in elsewhere: this device has nothing in its cache.
    let keep;
    if (role) {
      const first = await person(browser, role);
      keep = await first.context().storageState();
      await first.context().close();
    }
    const page = await device(browser, { keep });
    const files = fetched(page);
    await go(page, path);
    await page.waitForLoadState("networkidle").catch(() => {});
    const bytes = (await Promise.all(files.map((file) => file.bytes))).reduce((sum, size) => sum + size, 0);
    seen[path] = parts(files);
    t.diagnostic(`${path}: ${bytes} bytes in ${files.length} files${bytes > BUDGET && small ? `, ${bytes - BUDGET} over the budget` : ""}`);
    if (small && strict) assert.ok(bytes <= BUDGET, `${path} loads ${bytes} bytes`);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }
  assert.ok(seen["/live"].some((name) => !seen["/floor"].includes(name)), "/live has parts that /floor does not fetch");
  assert.ok(seen["/floor"].some((name) => !seen["/live"].includes(name)), "/floor has parts that /live does not fetch");
  assert.ok(seen["/sign-in"].length < seen["/live"].length, "the door fetches no group");
});

test("INT-3: a part that does not come leaves the page standing, and the next press fetches it", { timeout: 60_000 }, async () => {
  const page = await person(browser, "supervisor");
  const parts = /\/pkg\/(split|chunk)_.*\.wasm/;
  await go(page, "/live");
  await page.route(parts, (route) => route.abort());
  const refused = page.waitForEvent("requestfailed");
  const inventory = page.locator(".desk-side .nav-link", { hasText: "Inventory" });
  await inventory.click();
  await refused;
  await page.unroute(parts);
  await page.locator("main h1", { hasText: "Live" }).waitFor();
  await page.locator(".desk-side .nav-link", { hasText: "Orders" }).click();
  await page.locator("main h1", { hasText: "Orders" }).waitFor();
  await inventory.click();
  await page.locator("main h1", { hasText: "Inventory" }).waitFor();
  await page.context().close();
});
