// "The patient's phone": messages arrive by themselves, links open the real pages, the record changes before one's eyes.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { PASSWORD, heading, kiosk, messages, newestCode, openBrowser, person, picture, startPortal, violations } from "./support.mjs";

let portal;
let browser;
let page;

before(async () => {
  [portal, browser] = await Promise.all([startPortal(), openBrowser()]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 960 }, locale: "en-GB", reducedMotion: "reduce" });
  page = await context.newPage();
});

after(async () => {
  await browser?.close();
  await portal?.stop();
});

/** Margaret O'Neill, whose mobile stands in the field for home. */
const margaret = () =>
  person({
    given: "Margaret",
    family: "O'Neill",
    born: { day: "14", month: "March", year: "1958" },
    mobile: "07700 900901",
    email: "margaret.oneill@example.org",
  });

test("the corrected number, seen from the phone", async () => {
  const problems = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.goto(portal.phone);
  await page.getByRole("button", { name: "Margaret O'Neill" }).click();
  await page.getByRole("heading", { name: "Margaret O'Neill" }).waitFor();
  assert.equal(await page.locator("[data-field=home] dd").first().innerText(), "07700 900901");
  assert.equal(await page.locator("[data-field=mobile] dd").first().innerText(), "nothing");
  assert.deepEqual(await violations(page), []);
  await picture(page, "sandbox-before");

  const who = margaret();
  const desk = kiosk(portal);
  const { id } = await desk.confirm(who);
  const code = await newestCode(portal, who);
  await page.locator(".notice.sms").click();
  await page.locator(".bubble", { hasText: `${code} is your code` }).waitFor();
  assert.equal(await page.locator(".bubble a").getAttribute("href"), `${portal.portal}/c`);
  await picture(page, "sandbox-text");
  await desk.check(id, code);
  await desk.password(id, PASSWORD);
  await portal.settle();
  await page.locator("#thread [data-back]").click();
  await page.locator(".notice.email").click();
  await page.frameLocator("#mail-body").locator("a.action").waitFor();
  assert.deepEqual(await violations(page), []);
  await picture(page, "sandbox-mail");

  const popup = page.waitForEvent("popup");
  await page.frameLocator("#mail-body").locator("a.action").click();
  const patient = await popup;
  await patient.waitForLoadState();
  assert.equal(await heading(patient), "Enter your password");
  await patient.getByLabel("Password").fill(PASSWORD);
  await patient.getByRole("button", { name: "Continue" }).click();
  await patient.getByRole("button", { name: "I accept" }).click();
  assert.equal(await heading(patient), "You’re registered");
  await portal.settle();

  const mobile = page.locator("[data-field=mobile]");
  await mobile.locator(".verified").waitFor();
  assert.match(await mobile.innerText(), /07700 900901[^]*verified 12:00/);
  assert.equal(await page.locator("[data-field=home].changed").count(), 0);
  assert.match(await page.locator("#history").innerText(), /m\.oneill@example\.com/);
  await picture(page, "sandbox-after");
  assert.deepEqual(problems, [], "the page's own policy refused nothing");
});

test("messages after a position are given once, in order of arrival", async () => {
  const all = await messages(portal);
  assert.ok(all.length >= 2);
  assert.deepEqual(all.map((message) => message.cursor), all.map((_, index) => index + 1));
  const rest = await (await fetch(`${portal.phone}/messages.json?after=1`)).json();
  assert.deepEqual(rest.messages, all.slice(1));
});

test("another host, another site's form and an unknown record get nothing", async () => {
  const name = new URL(portal.phone);
  assert.equal((await fetch(`http://localhost:${name.port}/messages.json`)).status, 421);
  assert.equal((await fetch(`${portal.phone}/patients/00000000-0000-0000-0000-000000000000.json`)).status, 404);
  assert.equal((await fetch(`${portal.phone}/messages/none.html`)).status, 404);
  assert.equal((await fetch(portal.phone, { method: "POST" })).status, 405);
});
