// A picture of every screen at 1280, 820 and 390 px in both themes, and one contact sheet of them all: target/shots/index.html.
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { device, go, open, signIn, SIZES } from "./stage.mjs";
import { ROUTES, nameOf } from "./routes.mjs";

const out = resolve("../../target/shots");
mkdirSync(out, { recursive: true });
const only = process.argv[2];
const browser = await open();
const shown = [];
for (const theme of ["light", "dark"]) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const role of [...new Set(ROUTES.map((route) => route.role))]) {
      const page = await device(browser, { size: viewport, theme });
      if (role) await signIn(page, role);
      for (const route of ROUTES.filter((route) => route.role === role)) {
        const name = nameOf(route);
        if (only && !name.includes(only)) continue;
        let path = route.path;
        if (route.from) {
          await go(page, route.from.path);
          path = await page.locator(route.from.link).first().getAttribute("href", { timeout: 5_000 }).catch(() => null);
          if (!path) { console.log(`no link to ${name}`); continue; }
        }
        try {
          await go(page, path);
          await page.waitForTimeout(300);
          const file = `${name}-${size}-${theme}.png`;
          await page.screenshot({ path: `${out}/${file}` });
          shown.push({ name, size, theme, file });
        } catch (error) { console.log(`${name}: ${error.message.split("\n")[0]}`); }
      }
      await page.context().close();
    }
  }
}
await browser.close();
const names = [...new Set(shown.map((shot) => shot.name))];
const cell = (shot) => `<figure><img loading="lazy" src="${shot.file}" alt="${shot.name}, ${shot.size}, ${shot.theme}"><figcaption>${shot.size} · ${shot.theme}</figcaption></figure>`;
writeFileSync(`${out}/index.html`, `<!doctype html><meta charset="utf-8"><title>Tideway, every screen</title><style>body{font:14px system-ui;margin:2rem}section{display:flex;gap:1rem;overflow:auto;align-items:start}img{height:420px;border:1px solid #8888}</style>${names.map((name) => `<h2>${name}</h2><section>${shown.filter((shot) => shot.name === name).map(cell).join("")}</section>`).join("")}`);
console.log(`${shown.length} pictures of ${names.length} screens in ${out}`);
