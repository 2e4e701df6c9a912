// A patient finishes on their own phone, with JavaScript switched off.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  PASSWORD,
  heading,
  kiosk,
  messages,
  newestCode,
  newestEmail,
  newestLink,
  newestText,
  openBrowser,
  openPhone,
  person,
  startPortal,
  untilLink,
} from "./support.mjs";

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

const stateOf = async (id) => (await kiosk(portal).view(id)).state;

const patients = async (name) => {
  const answer = await fetch(`${portal.phone}/patients.json?name=${encodeURIComponent(name)}`);
  return (await answer.json()).patients;
};

test("whoever left the desk before the code finishes on the phone, from the text message to registered", async () => {
  const who = person();
  const { id } = await kiosk(portal).confirm(who);
  const text = await newestText(portal, who);
  const address = /https?:\/\/\S+\/c\b/.exec(text.text)[0];

  const page = await openPhone(browser);
  await page.goto(address);
  assert.equal(await heading(page), "Enter the code from our text");
  await page.getByLabel("Your mobile number").fill(who.mobile);
  await page.getByLabel("Your code").fill(await newestCode(portal, who));
  await press(page, "Continue");

  assert.equal(await heading(page), "Create a password");
  await page.getByLabel("Password").fill(PASSWORD);
  await press(page, "Keep this password");
  assert.equal(await heading(page), "Open the email we sent");
  assert.deepEqual(await patients(who.family), [], "nothing is on record before the terms are accepted");

  await page.goto(await newestLink(portal, who.email));
  assert.equal(await heading(page), "Enter your password");
  await page.getByLabel("Password").fill(PASSWORD);
  await press(page, "Continue");
  assert.equal(await heading(page), "Read and accept the terms");
  await press(page, "I accept");
  assert.equal(await heading(page), "You’re registered");
  assert.equal(await stateOf(id), "registered");

  await portal.settle();
  const [record] = await patients(who.family);
  assert.equal(record.name, `${who.given} ${who.family}`);
  await page.context().close();
});

test("a code on its own page: a new one can be asked for, and the old one is then dead", async () => {
  const who = person();
  await kiosk(portal).confirm(who);
  const old = await newestCode(portal, who);
  await portal.advance(61);

  const page = await openPhone(browser);
  await page.goto(`${portal.portal}/c`);
  await page.getByLabel("Your mobile number").fill(who.mobile);
  await press(page, "Send me a new code");
  assert.equal(await heading(page), "Enter your code");
  const fresh = await newestCode(portal, who);
  assert.notEqual(fresh, old);

  await page.getByLabel("Your code").fill(old);
  await press(page, "Continue");
  assert.match(await page.title(), /^Error: /);
  assert.equal(await page.getByLabel("Your code").inputValue(), "", "codes are never played back");
  await page.getByLabel("Your code").fill(`${fresh.slice(0, 3)} ${fresh.slice(3)}`);
  await press(page, "Continue");
  assert.equal(await heading(page), "Create a password");
  await page.context().close();
});

test("an unknown mobile is answered like a known one, and nothing is sent", async () => {
  const known = person();
  await untilLink(portal, known, { password: PASSWORD });
  const before = (await messages(portal)).length;
  const unknown = person();

  const answers = [];
  for (const who of [known, unknown]) {
    const page = await openPhone(browser);
    await page.goto(`${portal.portal}/f`);
    await page.getByLabel("Your mobile number").fill(who.mobile);
    await press(page, "Send me a code");
    answers.push((await page.locator("main").innerText()).replace(who.mobile, "NUMBER"));
    await page.getByLabel("Your code").fill("000000");
    await press(page, "Continue");
    answers.push((await page.locator("main").innerText()).replace(who.mobile, "NUMBER"));
    await page.context().close();
  }
  assert.equal(answers[0], answers[2]);
  assert.equal(answers[1], answers[3]);
  const sent = (await messages(portal)).slice(before);
  assert.deepEqual(sent.map((message) => message.channel), ["sms"], "one text, to the known number");
});

test("a link with a password set at the kiosk goes on to the terms in another browser too", async () => {
  const who = person();
  const { id, link } = await untilLink(portal, who, { password: PASSWORD });

  const first = await openPhone(browser);
  await first.goto(link);
  assert.equal(await heading(first), "Enter your password");
  await first.context().close();

  const second = await openPhone(browser);
  await second.goto(link);
  await second.getByLabel("Password").fill(PASSWORD);
  await press(second, "Continue");
  await press(second, "I accept");
  assert.equal(await heading(second), "You’re registered");
  assert.equal(await stateOf(id), "registered");

  await second.goto(link);
  assert.equal(await heading(second), "This link has been used");
  await second.context().close();
});

test("whoever does not accept the terms gets a calm page, and no record", async () => {
  const who = person();
  const { id, link } = await untilLink(portal, who, { password: PASSWORD });
  const page = await openPhone(browser);
  await page.goto(link);
  await page.getByLabel("Password").fill(PASSWORD);
  await press(page, "Continue");
  await press(page, "I don’t accept");
  assert.equal(await heading(page), "You did not accept the terms");
  assert.equal(await stateOf(id), "declined");
  await portal.settle();
  assert.deepEqual(await patients(who.family), []);
  await page.goto(link);
  assert.equal(await heading(page), "This link no longer works");
  await page.context().close();
});

test("a link without a password asks for a fresh code to the mobile, then for a password", async () => {
  const who = person();
  const { id, link } = await untilLink(portal, who);
  const page = await openPhone(browser);
  await page.goto(link);
  assert.equal(await heading(page), "Nearly done");
  await press(page, "Send me a code");
  await page.getByLabel("Your code").fill(await newestCode(portal, who));
  await press(page, "Continue");
  await page.getByLabel("Password").fill("too short");
  await press(page, "Keep this password");
  assert.match(await page.locator(".errors").innerText(), /at least 12 characters/);
  assert.equal(await page.getByLabel("Password").inputValue(), "", "passwords are never played back");
  await page.getByLabel("Password").fill(PASSWORD);
  await press(page, "Keep this password");
  await press(page, "I accept");
  assert.equal(await heading(page), "You’re registered");
  assert.equal(await stateOf(id), "registered");
  await page.context().close();
});

test("a stranger who reads a link without a password, but has no phone of the patient's, gets nowhere", async () => {
  const who = person();
  const { id, link } = await untilLink(portal, who);
  const page = await openPhone(browser);
  await page.goto(link);
  const shown = await page.locator("body").innerText();
  for (const secret of [who.family, who.given, who.mobile, who.mobile.slice(-3), who.email]) {
    assert.ok(!shown.includes(secret), `${secret} is on the page`);
  }
  await press(page, "Send me a code");
  for (const guess of ["000000", "111111", "222222", "333333", "444444", "555555"]) {
    await page.getByLabel("Your code").fill(guess);
    await press(page, "Continue");
    assert.equal(await heading(page), "Enter your code");
  }
  const answer = await page.request.post(`${link}/new-password`, {
    form: { pass: "", password: PASSWORD },
    headers: { origin: portal.portal },
  });
  assert.equal(answer.status(), 410);
  assert.equal(await stateOf(id), "awaiting_link");
  await page.context().close();
});

test("five wrong passwords close the link, and say how to go on", async () => {
  const who = person();
  const { id, link } = await untilLink(portal, who, { password: PASSWORD });
  const page = await openPhone(browser);
  await page.goto(link);
  for (const left of ["4 more times", "3 more times", "2 more times", "once more"]) {
    await page.getByLabel("Password").fill("not the right words");
    await press(page, "Continue");
    assert.ok((await page.locator(".errors").innerText()).replace(/[\u2068\u2069]/g, "").includes(left), left);
  }
  await page.getByLabel("Password").fill("not the right words");
  await press(page, "Continue");
  assert.equal(await heading(page), "This link is closed");
  assert.equal(await stateOf(id), "locked");
  await page.goto(link);
  assert.equal(await heading(page), "This link is closed");
  await page.context().close();
});

test("a wrong email address is corrected on the phone; the link that went to the stranger is dead", async () => {
  const who = person();
  const right = `right.${who.email}`;
  const { link: strangers } = await untilLink(portal, who);
  const page = await openPhone(browser);
  await page.goto(`${portal.portal}/f`);
  await page.getByLabel("Your mobile number").fill(who.mobile);
  await press(page, "Send me a code");
  await page.getByLabel("Your code").fill(await newestCode(portal, who));
  await press(page, "Continue");
  assert.equal(await heading(page), "We sent you a link");
  assert.ok(!(await page.locator("main").innerText()).includes(who.email), "the address is masked");

  await page.getByLabel("Your email address").fill("not an address");
  await press(page, "Send it to this address");
  assert.match(await page.title(), /^Error: /);
  assert.equal(await page.getByLabel("Your email address").inputValue(), "not an address");
  await page.getByLabel("Your email address").fill(right);
  await press(page, "Send it to this address");
  assert.equal(await heading(page), "Open the email we sent");

  await page.goto(strangers);
  assert.equal(await heading(page), "There is a newer link");
  await page.goto(await newestLink(portal, right));
  assert.equal(await heading(page), "Nearly done");
  await page.context().close();
});

test("two children on one mobile: the reference says which is meant", async () => {
  const mobile = person().mobile;
  const [first, second] = [person({ mobile }), person({ mobile })];
  await untilLink(portal, first);
  const { id } = await untilLink(portal, second);
  const { reference } = await kiosk(portal).view(id);
  const page = await openPhone(browser);
  await page.goto(`${portal.portal}/f`);
  await page.getByLabel("Your mobile number").fill(mobile);
  await press(page, "Send me a code");
  await page.getByLabel("Your code").fill(await newestCode(portal, second));
  await press(page, "Continue");
  assert.equal(await heading(page), "Who do you want to finish for?");
  await page.getByRole("button", { name: reference }).click();
  assert.equal(await heading(page), "We sent you a link");
  await page.context().close();
});

test("a link dies of age, and its page leads to a new one", async () => {
  const who = person();
  const { id, link } = await untilLink(portal, who, { password: PASSWORD });
  await portal.advance(73 * 3600);
  const page = await openPhone(browser);
  await page.goto(link);
  assert.equal(await heading(page), "This link is too old");
  assert.equal(await stateOf(id), "expired");
  await page.getByRole("link", { name: "Send me a new link" }).click();
  assert.equal(await heading(page), "Finish signing up");
  await page.context().close();
});

test("the reminder brings the same link once more, and it still works", async () => {
  const who = person();
  const { link } = await untilLink(portal, who, { password: PASSWORD });
  await portal.advance(25 * 3600);
  const email = await newestEmail(portal, who.email);
  assert.match(email.subject, /waiting/);
  assert.ok(email.text.includes(link));
  const page = await openPhone(browser);
  await page.goto(link);
  await page.getByLabel("Password").fill(PASSWORD);
  await press(page, "Continue");
  assert.equal(await heading(page), "Read and accept the terms");
  await page.context().close();
});

test("every dead end shows the telephone of the practice", async () => {
  const page = await openPhone(browser);
  for (const path of ["/nowhere", "/l/not-a-token", `/l/${"A".repeat(43)}`, "/p", "/e", "/t"]) {
    const answer = await page.goto(`${portal.portal}${path}`);
    assert.ok([404, 405].includes(answer.status()), `${path}: ${answer.status()}`);
    assert.equal(await page.locator("a[href^='tel:']").count(), 1, path);
  }
  await page.context().close();
});
