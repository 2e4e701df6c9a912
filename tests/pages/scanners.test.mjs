// Mail scanners open links, run scripts and press buttons. None of it may use a link up.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { PASSWORD, heading, kiosk, messages, openBrowser, openPhone, person, startPortal, untilLink } from "./support.mjs";

const AGENTS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; ATP Safe Links)",
  "BarracudaCentral/1.0",
  "Mimecast-URL-Protect/2.0",
  "Proofpoint-URL-Defense/1.0",
  "Slackbot-LinkExpanding 1.0",
];

let portal;
let browser;

before(async () => {
  [portal, browser] = await Promise.all([startPortal(), openBrowser()]);
});

after(async () => {
  await browser?.close();
  await portal?.stop();
});

async function press(page, name) {
  await page.getByRole("button", { name, exact: true }).click();
}

/** Loads the page as a scanner does and presses each of its buttons with empty fields. */
async function pressEverything(link) {
  const page = await openPhone(browser, { javaScriptEnabled: true });
  await page.goto(link);
  const buttons = await page.getByRole("button").count();
  for (let index = 0; index < buttons; index += 1) {
    await page.goto(link);
    await page.getByRole("button").nth(index).click();
    await page.waitForLoadState("load");
  }
  await page.context().close();
  return buttons;
}

test("a link with a password outlives HEAD, OPTIONS, twenty GETs, scripts and every button", async () => {
  const who = person();
  const { id, link } = await untilLink(portal, who, { password: PASSWORD });
  const before = (await messages(portal)).length;

  assert.equal((await fetch(link, { method: "HEAD" })).status, 200);
  await fetch(link, { method: "OPTIONS" });
  for (let turn = 0; turn < 20; turn += 1) {
    const answer = await fetch(link, { headers: { "user-agent": AGENTS[turn % AGENTS.length] } });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("set-cookie"), null);
    assert.match(answer.headers.get("cache-control"), /no-store/);
  }
  assert.ok((await pressEverything(link)) > 0);
  assert.equal((await messages(portal)).length, before, "nothing was sent");
  assert.equal((await kiosk(portal).view(id)).state, "awaiting_link");

  // All five tries are left: four wrong ones, then the right one.
  const page = await openPhone(browser);
  await page.goto(link);
  for (let turn = 0; turn < 4; turn += 1) {
    await page.getByLabel("Password").fill("not the right words");
    await press(page, "Continue");
  }
  await page.getByLabel("Password").fill(PASSWORD);
  await press(page, "Continue");
  assert.equal(await heading(page), "Read and accept the terms");
  await page.context().close();
});

test("a link without a password outlives them too: at most the patient is sent a code", async () => {
  const who = person();
  const { id, link } = await untilLink(portal, who);
  const before = (await messages(portal)).length;
  await pressEverything(link);
  await pressEverything(link);
  const sent = (await messages(portal)).slice(before);
  assert.ok(sent.length <= 1, "the gap between codes holds for scanners");
  assert.ok(sent.every((message) => message.channel === "sms"));
  assert.equal((await kiosk(portal).view(id)).state, "awaiting_link");

  const page = await openPhone(browser);
  await page.goto(link);
  await press(page, "Send me a code");
  const [code] = /\b\d{6}\b/.exec(sent[0].text);
  await page.getByLabel("Your code").fill(code);
  await press(page, "Continue");
  assert.equal(await heading(page), "Create a password");
  await page.context().close();
});

test("a page from elsewhere cannot press our buttons", async () => {
  const who = person();
  const { id, link } = await untilLink(portal, who, { password: PASSWORD });
  const page = await openPhone(browser, { javaScriptEnabled: true });
  await page.route("http://evil.test/**", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<form method="post" action="${link}/password"><input name="password" value="${PASSWORD}"></form><script>document.forms[0].submit()</script>`,
    }),
  );
  await page.goto("http://evil.test/");
  await page.waitForURL(`${link}/password`);
  assert.equal((await kiosk(portal).view(id)).state, "awaiting_link");
  await page.context().close();
});
