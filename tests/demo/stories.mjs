// What happens in each story, told on the terminal and in pictures.

import { equal, match, ok } from 'node:assert/strict';

import { PASSWORD, goTo } from '../driver/journey.mjs';
import { until } from '../driver/machine.mjs';
import { filesNaming, markersOf } from '../driver/traces.mjs';
import { AMARA, MARGARET, TOMASZ } from './patients.mjs';

const QUESTIONS = ['name', 'date-of-birth', 'email', 'mobile'];

/** A picture of an empty glass is smaller than this, and one with words on it larger. */
const EMPTY_GLASS_BYTES = 20_000;

/** Stillness until the warning, and until the wipe: `src-tauri/idle.rs`. */
const WARNED_WITHIN_MS = 75_000;
const WIPED_WITHIN_MS = 45_000;

/** The record has the mobile in the field for home; afterwards it stands in its own, verified. */
export async function correctedNumber(scene) {
  const story = await begin(scene, MARGARET, 'number');
  const before = await story.tellRecord('Before');
  equal(fieldOf(before, 'mobile').value, null);
  await story.atKiosk('done');
  await story.openLink();
  await story.enterPassword();
  await story.acceptTerms();
  await story.recordChanges(before);
  const after = await story.tellRecord('After');
  ok(fieldOf(after, 'mobile').value, 'the number stands in the field for mobiles');
  match(fieldOf(after, 'mobile').verified, /verified/);
}

/** The patient leaves after the code; nothing of theirs stays; they finish on the phone. */
export async function walkAway(scene) {
  const story = await begin(scene, TOMASZ, 'walk-away');
  console.log(`  Before: the practice has ${(await scene.kiosk.sandbox.patients(TOMASZ.family)).length} people called ${TOMASZ.family}`);
  await story.atKiosk('password');
  story.say('Tomasz walks away. The kiosk waits, and asks whether he is still there.');
  await until('the kiosk asks', () => scene.kiosk.has('more-time'), WARNED_WITHIN_MS);
  await scene.kiosk.still();
  await story.picture('still-there', 'He walks away. The kiosk asks whether he is still there', { kiosk: await scene.kiosk.screenshot() });
  const pid = await scene.kiosk.pid();
  const painted = await scene.kiosk.machine.painted();
  await until('the email with the link arrives', async () => (await scene.kiosk.sandbox.received(TOMASZ, 'email')).length > 0, WIPED_WITHIN_MS);
  await until('the window is a fresh one', async () => (await scene.kiosk.machine.painted()) > painted, 15_000);
  const fresh = await until('the fresh window is on the glass', async () => {
    const glass = await scene.kiosk.screenshot();
    return glass.length > EMPTY_GLASS_BYTES ? glass : null;
  });
  await story.picture('wiped', 'The screen wipes itself; the link went to his email', { kiosk: fresh });
  const traces = await filesNaming(scene.kiosk.machine.folder, pid, markersOf(TOMASZ));
  equal(traces.length, 0, `left behind in ${traces.join(', ')}`);
  story.say('A search of everything the kiosk can write to finds nothing of him.');
  await story.openLink();
  await story.provePhoneAgain();
  await story.createPassword();
  await story.acceptTerms();
  await story.recordAppears();
  await story.tellRecord('After');
}

/** Same surname, same birthday, same contacts: staff decide, and the patient sees the same words as everybody. */
export async function twins(scene) {
  const story = await begin(scene, AMARA, 'twins');
  const before = await story.tellRecord('Before');
  await story.atKiosk('done');
  await story.openLink();
  await story.enterPassword();
  await story.acceptTerms();
  const review = await until('a review is there', async () => (await scene.kiosk.sandbox.reviews())[0], 30_000);
  story.say(`For staff: ${review.words}. Candidates: ${review.candidates.map((it) => it.name).join(', ')}`);
  ok(review.candidates.length > 1);
  await story.recordChanges(before);
  const after = await story.tellRecord('After');
  equal(JSON.stringify(after.fields), JSON.stringify(before.fields), 'the record is as it was');
}

async function begin({ kiosk, browser, film }, patient, name) {
  const desk = await browser.desk();
  await desk.goto(kiosk.sandbox.address);
  await desk.fill('#search', `${patient.given} ${patient.family}`);
  return new Story(kiosk, browser, film, patient, name, desk);
}

function fieldOf(record, name) {
  return record.fields.find((it) => it.field === name);
}

class Story {
  #step = 0;
  #phone = null;

  constructor(kiosk, browser, film, patient, name, desk) {
    Object.assign(this, { kiosk, browser, film, patient, name, desk });
  }

  say(words) {
    this.#step += 1;
    console.log(`  ${String(this.#step).padStart(2)}. ${words}`);
  }

  async picture(step, caption, pictures, inFilm = true) {
    const record = await this.desk.locator('section.right').screenshot();
    await this.film.add(`${this.name}-${step}`, caption, { ...pictures, record }, inFilm);
  }

  /** Prints the practice's record, if there is one. */
  async tellRecord(when) {
    const { given, family } = this.patient;
    const listed = await this.kiosk.sandbox.patients(`${given} ${family}`);
    const found = listed.filter((it) => it.name === `${given} ${family}`);
    if (found.length === 0) {
      console.log(`  ${when}: the practice has nobody called ${given} ${family}`);
      return null;
    }
    const record = await this.kiosk.sandbox.record(found[0].id);
    console.log(`  ${when}: ${record.name}, born ${record.born}`);
    for (const field of record.fields) {
      console.log(`        ${field.label.padEnd(8)} ${field.value ?? '–'}${field.verified ? `  (${field.verified})` : ''}`);
    }
    for (const old of record.history) console.log(`        before   ${old.label}: ${old.value}, until ${old.until}`);
    return record;
  }

  /** The way through the kiosk, typed on the glass. */
  async atKiosk(last) {
    const captions = {
      welcome: `${this.patient.given} touches Start`,
      name: 'What is your name?',
      'date-of-birth': 'When were you born?',
      email: 'What is your email address?',
      mobile: 'What is your mobile number?',
      check: 'Check your answers',
      code: 'The code arrives on the phone',
      password: 'Create a password, here or on the phone',
      done: 'Done at the kiosk: the rest happens on the phone',
    };
    await goTo(this.kiosk, this.patient, last, {
      seen: async (screen, when) => {
        if (when === 'asked') this.say(captions[screen]);
        // A question is shown once it is answered; the code as it is asked for too, because the phone has it then.
        const waits = when === 'asked' && ![last, 'welcome', 'check', 'code'].includes(screen);
        if (waits) return;
        const caption = screen === 'code' && when === 'answered' ? `${this.patient.given} types it at the kiosk` : captions[screen];
        const pictures = { kiosk: await this.kiosk.screenshot() };
        if (screen === 'code') {
          await this.kiosk.sandbox.code(this.patient);
          pictures.phone = await this.#messages();
        }
        // One story shows each question; the others go on from there.
        const inFilm = this.name === 'number' || !QUESTIONS.includes(screen);
        await this.picture(`${screen}-${when}`, caption, pictures, inFilm);
      },
    });
  }

  /** The phone as it lies in the patient's hand: its newest messages. */
  async #messages() {
    await this.desk.locator('#notices li').first().waitFor();
    return this.desk.locator('.phone').screenshot();
  }

  async openLink() {
    const link = await this.kiosk.sandbox.link(this.patient);
    await this.#showEmail();
    await this.picture('email', 'The email with the link arrives', { phone: await this.desk.locator('.phone').screenshot() });
    this.#phone = await this.browser.phone();
    await this.#phone.goto(link);
    this.say('Opens the link in the email, on the phone');
    await this.#phonePicture('link', 'The link opens a page of the practice');
  }

  async #showEmail() {
    await this.desk.locator('.notice.email').first().click();
    await this.desk.locator('#mail').waitFor();
  }

  async enterPassword() {
    await this.#phone.fill('#password', PASSWORD);
    await this.#submit();
    this.say('Enters the password');
    await this.#phonePicture('terms', 'The terms, to read in peace');
  }

  async acceptTerms() {
    await this.#submit('button[value="accept"]');
    this.say('Accepts the terms');
    await this.#phonePicture('registered', 'Registered');
  }

  /** A link without a password asks for a fresh code to the proven mobile. */
  async provePhoneAgain() {
    const texts = (await this.kiosk.sandbox.received(this.patient, 'sms')).length;
    await this.#submit();
    this.say('The link has no password yet, so the phone gets a fresh code');
    await this.#phone.fill('#code', await this.kiosk.sandbox.code(this.patient, texts + 1));
    await this.#phonePicture('fresh-code', 'A fresh code proves that it is his phone');
    await this.#submit();
  }

  async createPassword() {
    await this.#phone.fill('#password', PASSWORD);
    await this.#phonePicture('create-password', 'He creates his password on the phone');
    await this.#submit();
    this.say('Creates a password on the phone');
    await this.#phonePicture('terms', 'The terms, to read in peace');
  }

  async #submit(button = 'main form button[type="submit"]') {
    await Promise.all([this.#phone.waitForNavigation(), this.#phone.locator(button).first().click()]);
  }

  async #phonePicture(step, caption) {
    await this.picture(step, caption, { phone: await this.#phone.screenshot() });
  }

  async recordAppears() {
    await until('the record is there', async () => {
      const { given, family } = this.patient;
      return (await this.kiosk.sandbox.patients(`${given} ${family}`)).length > 0;
    }, 30_000);
    await this.recordChanges(null);
  }

  /** Waits until the page shows what became of it. */
  async recordChanges(before) {
    if (before) {
      await until('the practice knows', async () => {
        const now = await this.kiosk.sandbox.record(before.id);
        return JSON.stringify(now.fields) !== JSON.stringify(before.fields) || (await this.kiosk.sandbox.reviews()).length > 0;
      }, 30_000);
    }
    await this.desk.reload();
    await this.desk.fill('#search', `${this.patient.given} ${this.patient.family}`);
    await this.desk.locator('#fields div').first().waitFor();
    await this.picture('record', 'What the practice knows now', {});
  }
}
