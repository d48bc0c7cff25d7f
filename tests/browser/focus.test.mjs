// The keyboard's path: what has the focus can be seen, and no bar that sticks to an edge lies over it (WCAG 2.4.7, 2.4.11).
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { SIZES, device, go, open, person } from "./stage.mjs";
import { customersOrder, lookUp } from "./routes.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

/** Of the element with the focus: can a corner or its middle be seen, and does anything tell it from the others? */
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const hit = element.closest(".grade, .pick-card, label") ?? element;
  const box = hit.getBoundingClientRect();
  const points = [[box.x + box.width / 2, box.y + box.height / 2], [box.x + 6, box.y + 6], [box.right - 6, box.bottom - 6]];
  const seen = points.some(([x, y]) => { const top = document.elementFromPoint(x, y); return top && (hit.contains(top) || top.contains(hit)); });
  const styles = [getComputedStyle(element), getComputedStyle(hit), getComputedStyle(element, "::after")];
  const marked = styles.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0);
  return { name: `${element.tagName.toLowerCase()}.${element.className} "${(element.textContent || element.name || "").trim().slice(0, 24)}"`, seen, marked };
});

/** Tabs through the page as it stands. */
async function tabbed(page, path) {
  const found = [];
  for (const [size, viewport] of [["desk", SIZES.desk], ["phone", SIZES.phone]]) {
    await page.setViewportSize(viewport);
    await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
    for (let nth = 0; nth < 45; nth += 1) {
      await page.keyboard.press("Tab");
      const at = await focused(page);
      if (!at) break;
      if (!at.seen) found.push(`${path} at ${size}: ${at.name} is covered`);
      if (!at.marked) found.push(`${path} at ${size}: ${at.name} does not show that it has the focus`);
    }
  }
  return found;
}

const PATHS = [["returns-tech", ["/floor/returns"]], ["packer", ["/floor/ship"]], ["planner", ["/waves/new"]], ["admin", ["/people"]], ["supervisor", ["/orders", "/live"]]];

test("PCK-1, RET-5, PCK-4, GOV-1, EXC-3: whoever goes by keyboard sees where they are, and no bar lies over it", { timeout: 240_000 }, async () => {
  const found = [];
  for (const [role, paths] of PATHS) {
    const page = await person(browser, role);
    for (const path of paths) {
      await go(page, path);
      await page.locator('[data-state="loading"]').first().waitFor({ state: "detached" });
      found.push(...(await tabbed(page, path)));
    }
    await page.context().close();
  }
  const customer = await device(browser);
  const { number, email } = await customersOrder();
  await lookUp(customer, number, email);
  await go(customer, "/portal/order");
  found.push(...(await tabbed(customer, "/portal/order")));
  await customer.context().close();
  assert.deepEqual(found, []);
});
