// What the page tests share: a sandbox portal of their own, a kiosk's side of the API, and Chromium on a phone's screen.
// Run by `node --test tests/pages/`; packages come from ui/node_modules, the browser from the system.

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const require = createRequire(new URL("../../ui/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axeSource = require("axe-core").source;

const root = fileURLToPath(new URL("../..", import.meta.url));
export const screens = `${root}target/screens/`;
export const PHONE = { width: 390, height: 844 };
export const PASSWORD = "copper lantern river";

const CHROMIUM = {
  executablePath: "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/** A portal process with an empty database but for the thousand patients, and a clock that only moves when told. */
export async function startPortal() {
  const [program, args] = process.env.SANDBOX_PORTAL
    ? [process.env.SANDBOX_PORTAL, []]
    : ["cargo", ["run", "--quiet", "-p", "portal", "--example", "sandbox_portal"]];
  const child = spawn(program, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const line = await lines.next();
    if (line.done) throw new Error("the portal process ended");
    return JSON.parse(line.value);
  };
  const told = await next();
  const tell = async (command) => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    return next();
  };
  return {
    ...told,
    /** Delivers what was promised. */
    settle: () => tell({ command: "settle" }),
    /** Moves the portal's clock, then delivers what has come due. */
    advance: (seconds) => tell({ command: "advance", seconds }),
    /** The address of a new test link. */
    testLink: async () => (await tell({ command: "test_link" })).link,
    stop: () => new Promise((resolve) => child.once("exit", resolve) && child.stdin.end()),
  };
}

export const openBrowser = () => chromium.launch(CHROMIUM);

/** A phone's browser. Pages have to work without JavaScript, so it is off unless a test is about scripts. */
export async function openPhone(browser, options = {}) {
  const context = await browser.newContext({
    viewport: PHONE,
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    javaScriptEnabled: false,
    locale: "en-GB",
    reducedMotion: "reduce",
    ...options,
  });
  return context.newPage();
}

let people = 0;

/** Somebody nobody has registered before; numbers are Ofcom's fictional ones that no sandbox patient has. */
export function person(overrides = {}) {
  people += 1;
  const number = 10 + people;
  return {
    given: "Noor",
    family: `Testperson${String.fromCharCode(96 + people)}`,
    born: { day: "5", month: "11", year: String(1950 + people) },
    mobile: `07700 9009${number}`,
    email: `noor.${people}@example.org`,
    ...overrides,
  };
}

let keys = 0;

/** The kiosk's side. */
export function kiosk(portal) {
  const ask = async (method, path, body) => {
    keys += 1;
    const answer = await fetch(`${portal.portal}/api/kiosk/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${portal.kiosk_credential}`,
        "content-type": "application/json",
        "idempotency-key": `page-tests-${String(keys).padStart(8, "0")}`,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answered = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answered)}`);
    return answered;
  };
  return {
    confirm: (who, language = "en-GB") =>
      ask("POST", "/registrations", {
        details: {
          given_name: who.given,
          family_name: who.family,
          date_of_birth: who.born,
          email: who.email,
          mobile: who.mobile,
        },
        language,
      }),
    check: (id, code) => ask("POST", `/registrations/${id}/code/check`, { code }),
    password: (id, password) => ask("POST", `/registrations/${id}/password`, { password }),
    leave: (id) => ask("POST", `/registrations/${id}/leave`, {}),
    view: (id) => ask("GET", `/registrations/${id}`),
  };
}

/** What "the patient's phone" was sent, newest last. */
export async function messages(portal) {
  await portal.settle();
  const answer = await fetch(`${portal.phone}/messages.json`);
  return (await answer.json()).messages;
}

const digits = (number) => number.replace(/\D/g, "").replace(/^44/, "0");

export async function newestText(portal, who) {
  const texts = (await messages(portal)).filter(
    (message) => message.channel === "sms" && digits(message.recipient) === digits(who.mobile),
  );
  return texts.at(-1);
}

export async function newestCode(portal, who) {
  const text = await newestText(portal, who);
  return /\b\d{6}\b/.exec(text.text)[0];
}

export async function newestEmail(portal, address) {
  return (await messages(portal)).filter((message) => message.recipient === address).at(-1);
}

export async function newestLink(portal, address) {
  const email = await newestEmail(portal, address);
  return /https?:\/\/\S+\/l\/\S+/.exec(email.text)[0];
}

/** Brings somebody as far as their emailed link, with a password set at the kiosk or without one. */
export async function untilLink(portal, who, { password, language } = {}) {
  const desk = kiosk(portal);
  const { id } = await desk.confirm(who, language);
  await desk.check(id, await newestCode(portal, who));
  if (password === undefined) await desk.leave(id);
  else await desk.password(id, password);
  return { id, link: await newestLink(portal, who.email) };
}

export const heading = (page) => page.locator("h1").innerText();

const EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** axe on the page as it stands; scripts of ours need none, so axe runs beside the page's own policy. */
export async function violations(page, runOnly = EVERY_RULE) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const { violations: found } = await page.evaluate(
    (rules) => window.axe.run(document, { resultTypes: ["violations"], runOnly: rules }),
    runOnly,
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}

export async function picture(page, name) {
  mkdirSync(screens, { recursive: true });
  await page.screenshot({ path: `${screens}phone-${name}.png`, fullPage: true });
}
