// Stock that is counted and corrected: blind, by two people, and agreed to by a third; a correction that its author cannot let pass.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { SIZES, atSite, axe, bandIs, bandWords, fits, go, open, person, scan } from "./stage.mjs";
import { until } from "./database.mjs";
import { shelves, stands } from "./shelves.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

const phone = (role) => person(browser, role, { size: SIZES.phone });
/** So many units that somebody else has to agree: the demo's limit is 100. */
const dear = (cost) => Math.max(3, Math.ceil(130 / cost));

/** From the bin's label to the end of the round, by scan and by number. Answers what the band says. */
async function counted(page, { bin, sku }, units) {
  await scan(page, bin);
  await page.locator(`[data-counting="${bin}"]`).waitFor();
  await scan(page, sku);
  await page.locator("[data-count]", { hasText: /^1$/ }).waitFor();
  await page.locator('input[name="quantity"]').fill(String(units));
  await page.getByRole("button", { name: "That many" }).click();
  await page.locator("[data-count]", { hasText: new RegExp(`^${units}$`) }).waitFor();
  await page.getByRole("button", { name: "Finish" }).click();
  await page.getByText("Is everything in the bin counted?").waitFor();
  await page.getByRole("button", { name: "Yes, all of it" }).click();
  await bandIs(page, "done");
  return bandWords(page);
}

test("INV-5, GOV-2: a bin is counted blind, again by another, and a third agrees before stock is corrected", { timeout: 180_000 }, async () => {
  const [shelf] = await shelves(1);
  const off = dear(shelf.cost);
  const left = shelf.units - off;
  const planner = await person(browser, "planner");
  await go(planner, "/counts");
  await atSite(planner);
  const form = planner.locator("form", { has: planner.locator('input[name="bin_code"]') });
  await form.getByLabel("Bin", { exact: true }).fill("NO-SUCH-BIN");
  await form.getByRole("button", { name: "Have it counted" }).click();
  await form.locator("#r-bin_code", { hasText: "There is no such bin at this site." }).waitFor();
  await form.getByLabel("Bin", { exact: true }).fill(shelf.bin);
  await form.locator('select[name="reason"]').selectOption("looks_wrong");
  await form.locator('input[name="note"]').fill("The shelf looks thin");
  await form.getByRole("button", { name: "Have it counted" }).click();
  await planner.getByText(`${shelf.bin} is to be counted.`).waitFor();
  await planner.locator('a[data-show="open"]').click();
  await planner.locator("tr[data-count-row]", { hasText: shelf.bin }).waitFor();

  const first = await phone("picker");
  await go(first, "/floor/count");
  await first.locator(`[data-count-bin="${shelf.bin}"]`, { hasText: "The shelf looks thin" }).waitFor();
  assert.deepEqual([...(await axe(first)), ...(await fits(first))], []);
  await scan(first, shelf.bin);
  await first.locator(`[data-counting="${shelf.bin}"]`).waitFor();
  const shown = (await first.locator(".task").innerText()).replaceAll(shelf.bin, "");
  assert.ok(!shown.includes(shelf.sku) && !new RegExp(`\\b${shelf.units}\\b`).test(shown), `who counts is told nothing of the books: ${shown}`);
  await scan(first, "NO-SUCH-ITEM");
  await bandIs(first, "wrong");
  assert.match(await bandWords(first), /Nobody here knows NO-SUCH-ITEM/);
  assert.match(await counted(first, shelf, left), /Somebody else counts it again/);
  // Whoever counted last is told so before and when they try.
  await first.locator(`[data-count-bin="${shelf.bin}"]`, { hasText: "somebody else does" }).waitFor();
  await scan(first, shelf.bin);
  await bandIs(first, "wrong");
  assert.match(await bandWords(first), /You counted this bin last/);

  const second = await phone("receiver");
  await go(second, "/floor/count");
  await second.locator(`[data-count-bin="${shelf.bin}"]`, { hasText: "Count again" }).waitFor();
  assert.match(await counted(second, shelf, left), /Somebody looks at it/);
  assert.deepEqual([...first.problems, ...second.problems], []);

  const supervisor = await person(browser, "supervisor");
  assert.equal(await stands(supervisor, shelf), shelf.units, "nothing is corrected until somebody agrees");
  await go(supervisor, "/counts?show=approval");
  await atSite(supervisor);
  await supervisor.locator("tr[data-count-row]", { hasText: shelf.bin }).getByRole("link").click();
  await supervisor.waitForURL(/\/counts\/CC-/);
  for (const who of ["Round 1: Pia Novak", "Round 2: Rosa Lind"]) {
    const round = supervisor.getByRole("region", { name: who }).getByRole("row").filter({ hasText: shelf.sku });
    await round.waitFor();
    assert.deepEqual((await round.getByRole("cell").allTextContents()).slice(1, 4).map((cell) => cell.trim()), [String(left), String(shelf.units), `−${off}`]);
  }
  // Who may not approve finds nothing to press.
  await go(planner, new URL(supervisor.url()).pathname);
  await planner.getByText("Round 2: Rosa Lind").waitFor();
  assert.equal(await planner.getByRole("button", { name: "Approve" }).count(), 0);
  await supervisor.getByRole("button", { name: "Approve", exact: true }).click();
  await supervisor.getByText("Approved by Sana Iyer").waitFor();
  await supervisor.getByText("The books were off").waitFor();
  await supervisor.getByText(`−${off} ${shelf.sku}`).waitFor();
  assert.equal(await stands(supervisor, shelf), left);
  assert.deepEqual([...planner.problems, ...supervisor.problems], []);
  for (const page of [planner, first, second, supervisor]) await page.context().close();
});

test("INV-6, GOV-2: a dear correction waits for another person; its author can only take it back", { timeout: 120_000 }, async () => {
  const [shelf] = await shelves(1, 4);
  const more = dear(shelf.cost);
  const author = await person(browser, "receiver");
  await go(author, "/adjustments");
  const form = author.locator("form", { has: author.locator('input[name="sku_code"]') });
  await form.getByLabel("Bin", { exact: true }).fill(shelf.bin);
  await form.getByLabel("SKU or barcode").fill(shelf.sku);
  await form.getByLabel("Units more").fill("a few");
  await form.getByRole("button", { name: "Correct it" }).click();
  await form.locator("#r-units", { hasText: "Give a whole number" }).waitFor();
  await form.getByLabel("Units more").fill(`+${more}`);
  // A reason for fewer is none for more.
  const why = form.getByLabel("Why", { exact: true });
  await why.locator('option[value="found"]').waitFor({ state: "attached" });
  assert.equal(await why.locator('option[value="stolen"]').count(), 0);
  await form.getByRole("button", { name: "Correct it" }).click();
  await form.locator("#r-reason", { hasText: "choose why" }).waitFor();
  await why.selectOption("found");
  await form.getByLabel("A word beside it").fill("Behind the pallet");
  await form.getByRole("button", { name: "Correct it" }).click();
  await author.getByText("waits: somebody else has to agree").waitFor();
  const card = (page) => page.locator("[data-adjustment]", { hasText: "Behind the pallet" }).filter({ hasText: shelf.bin });
  await card(author).getByText("You proposed this, so somebody else decides.").waitFor();
  assert.equal(await card(author).getByRole("button", { name: "Approve" }).count(), 0);
  await card(author).getByRole("button", { name: "Take it back" }).waitFor();
  assert.deepEqual(await axe(author), []);

  const supervisor = await person(browser, "supervisor");
  assert.equal(await stands(supervisor, shelf), shelf.units, "nothing moves before it is agreed to");
  await go(supervisor, "/adjustments?status=pending");
  await atSite(supervisor);
  const number = await card(supervisor).getAttribute("data-adjustment");
  await card(supervisor).getByRole("button", { name: "Approve" }).click();
  await until(`select status from stock_adjustment where org_id = {org} and number = '${number}'`, (status) => status === "posted");
  await card(supervisor).waitFor({ state: "detached" });
  await card(author).getByText("by Sana Iyer").waitFor();
  assert.equal(await stands(supervisor, shelf), shelf.units + more);

  // A small one needs nobody.
  await go(supervisor, "/adjustments");
  const own = supervisor.locator("form", { has: supervisor.locator('input[name="sku_code"]') });
  await own.getByLabel("Bin", { exact: true }).fill(shelf.bin);
  await own.getByLabel("SKU or barcode").fill(shelf.sku);
  await own.getByLabel("Units more").fill("-1");
  await own.getByLabel("Why", { exact: true }).locator('option[value="damaged"]').waitFor({ state: "attached" });
  await own.getByLabel("Why", { exact: true }).selectOption("damaged");
  await own.getByRole("button", { name: "Correct it" }).click();
  await supervisor.getByText("stock, cost and books are corrected").waitFor();
  assert.equal(await stands(supervisor, shelf), shelf.units + more - 1);
  assert.deepEqual([...author.problems, ...supervisor.problems], []);
  for (const page of [author, supervisor]) await page.context().close();
});
