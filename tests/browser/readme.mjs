// The README's picture of a map with routes, from the demo as it stands: tools/browser-tests readme.mjs
import { resolve } from "node:path";
import { SIZES, go, open, person } from "./stage.mjs";
import { one } from "./database.mjs";

const browser = await open();
const page = await person(browser, "planner", { size: SIZES.desk });
const wave = await one(`select w.id from wave w join trip t on t.org_id = w.org_id and t.wave_id = w.id join trip_slot s on s.org_id = t.org_id and s.trip_id = t.id
  where w.org_id = {org} and w.cancelled_at is null and exists (select from pick_task k where k.org_id = w.org_id and k.wave_id = w.id and k.done_at is null and k.cancelled_at is null)
  group by w.id order by count(*) desc, w.id desc limit 1`);
await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
await go(page, `/waves/${wave}`);
await page.locator(".map").waitFor();
await page.waitForTimeout(300);
await page.screenshot({ path: resolve("../../README-waves.png") });
await browser.close();
