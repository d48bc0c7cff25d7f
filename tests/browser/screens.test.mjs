// Every screen in both themes: it hydrates without an error, and axe finds nothing against WCAG 2.2 AA.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { axe, device, go, open, signIn } from "./stage.mjs";
import { ROUTES, nameOf } from "./routes.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

/** Where the route leads; one with a parameter is reached by its list's first link. */
export async function address(page, route) {
  if (!route.from) return route.path;
  await go(page, route.from.path);
  const link = page.locator(route.from.link).first();
  await link.waitFor();
  return link.getAttribute("href");
}

for (const theme of ["light", "dark"]) {
  const roles = [...new Set(ROUTES.map((route) => route.role))];
  for (const role of roles) {
    test(`screens of ${role ?? "anyone"} in ${theme}: no error, nothing for axe`, { timeout: 180_000 }, async () => {
      const page = await device(browser, { theme });
      if (role) await signIn(page, role);
      const found = [];
      for (const route of ROUTES.filter((route) => route.role === role)) {
        const response = await go(page, await address(page, route));
        assert.equal(response.status(), route.status ?? 200, route.path);
        await page.waitForLoadState("networkidle").catch(() => {});
        for (const line of await axe(page)) found.push(`${nameOf(route)} — ${line}`);
        for (const problem of page.problems.splice(0)) found.push(`${nameOf(route)} — ${problem}`);
      }
      await page.context().close();
      assert.deepEqual(found, []);
    });
  }
}
