// The pages in a real browser: from a search to an entity, an event and the sentence behind it; queries; a keyboard alone. No page may
// write an error to the console or ask another host, and none may be wider than the screen.
//
//     node browser_test.mjs http://127.0.0.1:7878 [folder for pictures]
//
// The store behind the address is one built from data/articles. The browser is Debian's, or what CHROMIUM names.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [site = "http://127.0.0.1:7878", pictures] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "entente-browser-"));
const options = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  viewport: { width: 1200, height: 850 },
};
const browser = await chromium.launchPersistentContext(profile, options);
const errors = [];

function watch(page) {
  page.on("console", (message) => message.type() === "error" && errors.push(`${page.url()}: ${message.text()}`));
  page.on("pageerror", (error) => errors.push(`${page.url()}: ${error}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.origin !== new URL(site).origin) errors.push(`${page.url()} asked ${url}`);
  });
}

// Looks at a page in all the ways that people do.
async function look(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading`);
  for (const [kind, width] of [["desktop", 1200], ["phone", 390]]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height: 850 });
      await page.emulateMedia({ colorScheme });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(over <= 0, `${name}: ${over} pixels wider than the ${kind}`);
      if (pictures) await page.screenshot({ path: join(pictures, `${name}-${kind}-${colorScheme}.png`), fullPage: kind === "desktop" });
    }
  }
  await page.setViewportSize(options.viewport);
  await page.emulateMedia({ colorScheme: "light" });
}

async function open(page, path) {
  const response = await page.goto(site + path);
  assert.ok(response.ok(), `${path}: ${response.status()}`);
}

async function steps() {
  if (pictures) mkdirSync(pictures, { recursive: true });
  const page = await browser.newPage();
  watch(page);

  await open(page, "/");
  await look(page, "home");
  await page.keyboard.press("/");
  await page.keyboard.type("vladimir");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/search?q=vladimir");
  await look(page, "search");

  await page.getByRole("link", { name: /Vladimir Putin/ }).first().click();
  await page.waitForURL("**/page?iri=*");
  assert.match(await page.locator("h1").innerText(), /Vladimir Putin/);
  assert.ok((await page.locator("svg.bars rect").count()) > 0, "a chart of the events");
  assert.ok((await page.locator("svg.map circle").count()) > 0, "a map with places");
  await look(page, "entity");

  const entity = page.url();
  await page.locator(".events .what > a:first-child").first().click();
  await page.waitForURL((url) => url.href !== entity);
  assert.ok((await page.locator(".source blockquote mark").count()) > 0, "the words are marked");
  await look(page, "event");
  const sentence = (await page.locator(".source blockquote").first().innerText()).trim();

  await page.locator(".source h3 a").first().click();
  await page.waitForURL("**/page?iri=*article*");
  const text = (await page.locator(".passage > p").allInnerTexts()).join("\n");
  const squeezed = (words) => words.replace(/\s+/g, " ");
  assert.ok(squeezed(text).includes(squeezed(sentence)), "the article holds the sentence");
  await page.locator(".trigger").first().hover();
  assert.ok((await page.locator(".statement.lit").count()) > 0, "words light up what they say");
  await look(page, "article");

  await page.goto(entity);
  await page.getByRole("link", { name: "Graph around it" }).click();
  assert.ok((await page.locator("svg.network a").count()) > 2, "neighbours");
  await look(page, "graph");

  await open(page, "/relations");
  await look(page, "countries");
  await page.locator("main ul a").first().click();
  await page.waitForURL("**/relations?a=*&b=*");
  assert.ok((await page.locator("svg.bars").count()) === 1 && (await page.locator(".events li").count()) > 0);
  await look(page, "relations");

  await open(page, "/query?name=who-met-whom");
  assert.ok((await page.locator("table.answer tbody tr").count()) > 0, "an answer");
  await look(page, "query");
  // The editor, or the plain field of a program that was built without it.
  const editor = page.locator(".cm-content, textarea:visible").first();
  await editor.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("SELECT ?a { ?a a en:Person } LIMIT 3");
  if (await page.locator(".cm-content").count()) await page.keyboard.press("Control+Enter");
  else await page.getByRole("button", { name: "Run" }).click();
  await page.waitForURL("**/query?query=*");
  assert.equal(await page.locator("table.answer tbody tr").count(), 3);

  // With the keyboard alone: past the head of the page to its content.
  await open(page, "/");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(new URL(page.url()).hash, "#main");

  // Into the editor, and out of it again.
  await open(page, "/query");
  const focused = () => page.evaluate(() => {
    const at = document.activeElement;
    return at.closest(".cm-editor, textarea") ? "editor" : at.textContent;
  });
  for (let i = 0; i < 20 && (await focused()) !== "editor"; i++) await page.keyboard.press("Tab");
  assert.equal(await focused(), "editor");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Run");
  await page.keyboard.press("Shift+Tab");
  assert.equal(await focused(), "editor");
  if (await page.locator(".cm-content").count()) {
    await page.keyboard.type(" en:Mee");
    await page.locator(".cm-tooltip-autocomplete").waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "Run");
  }

  // A form of another page may post a query to the endpoint.
  await page.evaluate(() => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: "/sparql", innerHTML: "<input name=query value='SELECT ?a { ?a a en:Person } LIMIT 2'>" });
    document.body.append(form);
    form.submit();
  });
  await page.waitForURL("**/sparql");
  assert.equal(await page.locator("table.answer tbody tr").count(), 2);

  // Without scripts everything is there too.
  const plain = await chromium.launch({ executablePath: options.executablePath, args: options.args });
  const quiet = await (await plain.newContext({ javaScriptEnabled: false })).newPage();
  await quiet.goto(`${site}/query?name=who-met-whom`);
  assert.ok(await quiet.locator("textarea").isVisible());
  assert.ok((await quiet.locator("table.answer tbody tr").count()) > 0);
  await plain.close();
}

try {
  await steps();
  assert.deepEqual(errors, []);
  console.log("the pages work in a browser");
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
