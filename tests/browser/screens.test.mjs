// Every screen: it hydrates without an error, has a title and one h1, axe finds nothing against WCAG 2.2 AA in either theme, and on a
// phone nothing is wider than the screen.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { device, go, look, open, person } from "./stage.mjs";
import { ROUTES, address, customersOrder, lookUp, nameOf, routed } from "./routes.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

test("GOV-1: the list of screens is the router's", () => {
  const listed = new Set(ROUTES.filter((route) => !route.stray).map((route) => route.path));
  assert.deepEqual([...listed].sort(), [...routed()].sort());
});

/** A page of whoever sees these screens. A customer is whoever knows an order. */
async function visitor(role) {
  if (role && role !== "customer") return person(browser, role);
  const page = await device(browser);
  if (role === "customer") {
    const { number, email } = await customersOrder();
    await lookUp(page, number, email);
  }
  return page;
}

const IDS = { customer: "RET-1, RET-3", picker: "PCK-1", packer: "PAK-1, SHP-3", receiver: "IN-1, IN-2", "returns-tech": "RET-4, RET-5", planner: "PCK-4", finance: "FIN-1, GOV-3", admin: "GOV-1", supervisor: "EXC-3, ORD-8, INV-1", null: "GOV-1" };

for (const role of [...new Set(ROUTES.map((route) => route.role))]) {
  test(`${IDS[role]}: screens of ${role ?? "anyone"} have no error and nothing for axe, in both themes and on a phone`, { timeout: 240_000 }, async () => {
    const page = await visitor(role);
    const found = [];
    for (const route of ROUTES.filter((route) => route.role === role)) {
      const note = (line) => found.push(`${nameOf(route)} — ${line}`);
      try {
        const response = await go(page, await address(page, route));
        if (response.status() !== (route.status ?? 200)) note(`answers ${response.status()}`);
        if (route.lands) await page.waitForURL((url) => url.pathname === route.lands);
        await page.locator('[data-state="loading"]').first().waitFor({ state: "detached" });
        (await look(page)).forEach(note);
      } catch (error) {
        note(error.message.split("\n")[0]);
      }
    }
    await page.context().close();
    assert.deepEqual(found, []);
  });
}
