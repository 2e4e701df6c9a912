// What the sandbox shows beside "the patient's phone": messages, the practice's records, reviews.

import { until } from './machine.mjs';

export class Sandbox {
  constructor(address) {
    this.address = address;
  }

  async #json(path) {
    const response = await fetch(new URL(path, this.address));
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  /** All messages so far, the newest last. */
  async messages() {
    return (await this.#json('/messages.json')).messages;
  }

  /** What came for a patient, by text or email. */
  async received(patient, channel) {
    const mine = (message) =>
      message.channel === channel &&
      (channel === 'sms' ? sameNumber(message.recipient, patient.mobile) : message.recipient === patient.email);
    return (await this.messages()).filter(mine);
  }

  /** The code in the newest text, once there are `texts` of them. */
  async code(patient, texts = 1) {
    const all = await until('the text message arrives', async () => {
      const received = await this.received(patient, 'sms');
      return received.length >= texts ? received : null;
    }, 30_000);
    return /\b\d{6}\b/.exec(all.at(-1).text)[0];
  }

  /** The address in the newest email, once there are `emails` of them. */
  async link(patient, emails = 1) {
    const all = await until('the email arrives', async () => {
      const received = await this.received(patient, 'email');
      return received.length >= emails ? received : null;
    }, 30_000);
    return /https?:\/\/\S+/.exec(all.at(-1).text)[0];
  }

  /** Records of people of that name. */
  async patients(name) {
    return (await this.#json(`/patients.json?name=${encodeURIComponent(name)}`)).patients;
  }

  /** Their records, once there are any. */
  async recordsWithin(name, withinMs) {
    const found = await until(`a record of ${name}`, async () => {
      const patients = await this.patients(name);
      return patients.length > 0 ? patients : null;
    }, withinMs);
    return Promise.all(found.map(({ id }) => this.record(id)));
  }

  async record(id) {
    return this.#json(`/patients/${id}.json`);
  }

  async reviews() {
    return (await this.#json('/reviews.json')).reviews;
  }
}

function sameNumber(a, b) {
  const last = (number) => number.replace(/\D/g, '').slice(-10);
  return last(a) === last(b);
}
