// Every page and state, looked at by axe in light, dark, more contrast and right-to-left, and photographed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  PASSWORD,
  kiosk,
  newestCode,
  newestLink,
  openBrowser,
  openPhone,
  person,
  picture,
  startPortal,
  untilLink,
  violations,
} from "./support.mjs";

/** axe is a script that waits; our pages have none, so switching scripts on changes nothing of them. */
const AXE = { javaScriptEnabled: true };

/** Looks differ in colours only, so the other rules are asked once. */
const COLOURS = ["color-contrast"];
const OTHER_LOOKS = {
  dark: { colorScheme: "dark" },
  contrast: { colorScheme: "light", contrast: "more" },
  "contrast-dark": { colorScheme: "dark", contrast: "more" },
};

let portal;
let browser;

before(async () => {
  [portal, browser] = await Promise.all([startPortal(), openBrowser()]);
});

after(async () => {
  await browser?.close();
  await portal?.stop();
});

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

/** The page as it stands, in every look. Right-to-left is the pseudo language's direction, set on the same page. */
async function look(page, name) {
  assert.deepEqual(await violations(page), [], name);
  await picture(page, name);
  for (const [mood, media] of Object.entries(OTHER_LOOKS)) {
    await page.emulateMedia(media);
    assert.deepEqual(await violations(page, COLOURS), [], `${name}, ${mood}`);
    await picture(page, `${name}-${mood}`);
  }
  await page.emulateMedia({ colorScheme: "light", contrast: null });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${name} is ${overflow}px too wide`);
}

async function mirrored(page, name) {
  assert.equal(await page.evaluate(() => document.documentElement.dir), "rtl");
  assert.deepEqual(await violations(page), [], `${name}, right to left`);
  await picture(page, `${name}-rtl`);
}

test("finish signing up, its errors, and the code page", async () => {
  const who = person();
  await untilLink(portal, who, { password: PASSWORD });
  const page = await openPhone(browser, AXE);
  await page.goto(`${portal.portal}/`);
  await look(page, "finish");
  await page.getByLabel("Your mobile number").fill("020 7946 0123");
  await press(page, "Send me a code");
  await look(page, "finish-error");
  await page.getByLabel("Your mobile number").fill(who.mobile);
  await press(page, "Send me a code");
  await look(page, "enter-code");
  await page.getByLabel("Your code").fill("12");
  await press(page, "Continue");
  await look(page, "enter-code-error");
  await page.getByLabel("Your code").fill(await newestCode(portal, who));
  await press(page, "Continue");
  await look(page, "link-sent");
  await page.getByLabel("Your email address").fill("name@");
  await press(page, "Send it to this address");
  await look(page, "link-sent-error");
  await page.context().close();
});

test("the code from the text, and the password", async () => {
  const who = person();
  await kiosk(portal).confirm(who);
  const page = await openPhone(browser, AXE);
  await page.goto(`${portal.portal}/c`);
  await look(page, "code-from-text");
  await press(page, "Continue");
  await look(page, "code-from-text-error");
  await page.getByLabel("Your mobile number").fill(who.mobile);
  await page.getByLabel("Your code").fill(await newestCode(portal, who));
  await press(page, "Continue");
  await look(page, "create-password");
  await page.getByLabel("Password").fill("password1234");
  await press(page, "Keep this password");
  await look(page, "create-password-error");
  await page.getByLabel("Password").fill(PASSWORD);
  await press(page, "Keep this password");
  await look(page, "open-the-email");

  await page.goto(await newestLink(portal, who.email));
  await look(page, "link-password");
  await page.getByLabel("Password").fill("not the right words");
  await press(page, "Continue");
  await look(page, "link-password-error");
  await page.getByLabel("Password").fill(PASSWORD);
  await press(page, "Continue");
  await look(page, "terms");
  await press(page, "I accept");
  await look(page, "done");
  await page.context().close();
});

test("a link without a password", async () => {
  const who = person();
  const { link } = await untilLink(portal, who);
  const page = await openPhone(browser, AXE);
  await page.goto(link);
  await look(page, "fresh-code");
  await press(page, "Send me a code");
  await look(page, "fresh-code-enter");
  await press(page, "Send me a new code");
  await look(page, "fresh-code-too-soon");
  await page.context().close();
});

test("several on one mobile, declined, and the documents", async () => {
  const mobile = person().mobile;
  const [first, second] = [person({ mobile }), person({ mobile })];
  await untilLink(portal, first);
  const { link } = await untilLink(portal, second, { password: PASSWORD });
  const page = await openPhone(browser, AXE);
  await page.goto(`${portal.portal}/f`);
  await page.getByLabel("Your mobile number").fill(mobile);
  await press(page, "Send me a code");
  await page.getByLabel("Your code").fill(await newestCode(portal, second));
  await press(page, "Continue");
  await look(page, "choose");
  await page.goto(link);
  await page.getByLabel("Password").fill(PASSWORD);
  await press(page, "Continue");
  await press(page, "I don’t accept");
  await look(page, "declined");
  await page.goto(`${portal.portal}/privacy`);
  await look(page, "privacy");
  await page.goto(`${portal.portal}/terms`);
  await look(page, "terms-to-read");
  await page.context().close();
});

test("a test link", async () => {
  const page = await openPhone(browser, AXE);
  const link = await portal.testLink();
  await page.goto(link);
  await look(page, "test-link");
  await press(page, "Yes, I see this");
  await look(page, "test-link-opened");
  await portal.testLink();
  await page.goto(link);
  await look(page, "test-link-dead");
  await page.context().close();
});

test("dead ends", async () => {
  const page = await openPhone(browser, AXE);
  for (const [name, path] of [["not-found", "/nowhere"], ["link-unknown", `/l/${"A".repeat(43)}`], ["method", "/p"]]) {
    await page.goto(`${portal.portal}${path}`);
    await look(page, name);
  }
  const who = person();
  const { link } = await untilLink(portal, who, { password: PASSWORD });
  await page.goto(link);
  for (let turn = 0; turn < 5; turn += 1) {
    await page.getByLabel("Password").fill("not the right words");
    await press(page, "Continue");
  }
  await look(page, "link-closed");
  await page.context().close();
});

test("whoever chose a right-to-left language at the kiosk gets mirrored pages", async () => {
  const who = person();
  const { link } = await untilLink(portal, who, { password: PASSWORD, language: "ar-XB" });
  const page = await openPhone(browser, AXE);
  await page.goto(link);
  await mirrored(page, "link-password");
  await page.getByLabel("Password").fill("not the right words");
  await press(page, "Continue");
  await mirrored(page, "link-password-error");
  await page.getByLabel("Password").fill(PASSWORD);
  await press(page, "Continue");
  await mirrored(page, "terms");
  await press(page, "I accept");
  await mirrored(page, "done");
  await page.context().close();

  const abroad = await openPhone(browser, { ...AXE, locale: "ar-XB" });
  await abroad.goto(`${portal.portal}/c`);
  await mirrored(abroad, "code-from-text");
  await press(abroad, "Continue");
  await mirrored(abroad, "code-from-text-error");
  await abroad.context().close();
});
