// A picture of every screen at 1280, 820 and 390 px in both themes, at rest and in the middle of its work, and one contact sheet of
// them all: target/shots/index.html.
//   WORD      only the screens whose name has it
//   --whole   the whole length of a desk's or a customer's page, not only what a screen shows
//   --brief   each size once: light at a desk and on a phone, dark on a tablet
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { SIZES, device, go, open, person } from "./stage.mjs";
import { ROUTES, address, customersOrder, lookUp, nameOf } from "./routes.mjs";
import { STORIES, who } from "./scenes.mjs";

const out = resolve("../../target/shots");
mkdirSync(out, { recursive: true });
const words = process.argv.slice(2);
const [whole, brief] = ["--whole", "--brief"].map((word) => words.includes(word));
const only = words.find((word) => !word.startsWith("--")) ?? "";
const browser = await open();
const shown = [];

/** The page as it stands, at every size in both themes. */
async function taken(page, name) {
  for (const theme of ["light", "dark"]) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      if (brief && (size === "tablet") !== (theme === "dark")) continue;
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await page.setViewportSize(viewport);
      await page.waitForTimeout(120);
      const file = `${name}-${size}-${theme}.png`;
      await page.screenshot({ path: `${out}/${file}`, fullPage: whole && !page.url().includes("/floor") });
      shown.push({ name, size, theme, file });
    }
  }
  await page.setViewportSize(SIZES.desk);
}

function failed(name, error) {
  console.log(`${name}: ${error.message.split("\n")[0]}`);
  process.exitCode = 1;
}

const wanted = ROUTES.filter((route) => nameOf(route).includes(only));
for (const role of [...new Set(wanted.map((route) => route.role))]) {
  const page = role && role !== "customer" ? await person(browser, role) : await device(browser);
  if (role === "customer") {
    const { number, email } = await customersOrder();
    await lookUp(page, number, email);
  }
  for (const route of wanted.filter((route) => route.role === role)) {
    try {
      await go(page, await address(page, route));
      await page.locator('[data-state="loading"]').first().waitFor({ state: "detached" });
      await taken(page, nameOf(route));
    } catch (error) {
      failed(nameOf(route), error);
    }
  }
  await page.context().close();
}
for (const story of STORIES.filter(({ name }) => name.includes(only) || only.startsWith(name))) {
  const page = await who(browser, story);
  try {
    for await (const moment of story.tell(page, browser)) {
      const name = `${story.name}-${moment}`;
      if (name.includes(only)) await taken(page, name);
    }
  } catch (error) {
    failed(story.name, error);
  }
  await page.context().close();
}
await browser.close();
const names = [...new Set(shown.map((shot) => shot.name))];
const cell = (shot) => `<figure><a href="${shot.file}"><img loading="lazy" src="${shot.file}" alt="${shot.name}, ${shot.size}, ${shot.theme}"></a><figcaption>${shot.size} · ${shot.theme}</figcaption></figure>`;
const style = "body{font:14px system-ui;margin:2rem}section{display:flex;gap:1rem;overflow:auto;align-items:start}figure{margin:0}img{height:420px;border:1px solid #8888}";
const body = names.map((name) => `<h2>${name}</h2><section>${shown.filter((shot) => shot.name === name).map(cell).join("")}</section>`).join("\n");
writeFileSync(`${out}/index.html`, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tideway, every screen</title><style>${style}</style>\n${body}\n</html>\n`);
console.log(`${shown.length} pictures of ${names.length} screens in ${out}`);
