// The few commands of W3C WebDriver that a kiosk needs, over fetch.

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

export class WebDriver {
  #session;

  constructor(session) {
    this.#session = session;
  }

  /** Opens `application` through the tauri-driver at `server`. Any other capability makes it fail. */
  static async open(server, application, args) {
    const options = { application, args };
    const { sessionId } = await ask('POST', `${server}/session`, {
      capabilities: { alwaysMatch: { 'tauri:options': options } },
    });
    return new WebDriver(`${server}/session/${sessionId}`);
  }

  async close() {
    await ask('DELETE', this.#session);
  }

  /** The first element that matches, or `null`. */
  async find(selector) {
    const found = await ask('POST', `${this.#session}/elements`, { using: 'css selector', value: selector });
    return found.length === 0 ? null : found[0][ELEMENT];
  }

  async click(element) {
    await ask('POST', `${this.#session}/element/${element}/click`, {});
  }

  /** Presses and releases each key of `text` on the keyboard of the machine. */
  async keys(text) {
    const actions = Array.from(text).flatMap((value) => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ]);
    await ask('POST', `${this.#session}/actions`, { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  /** Runs the body of a function in the page. */
  async run(script, ...args) {
    return ask('POST', `${this.#session}/execute/sync`, { script, args });
  }

  /** Runs the body of a function whose last argument is to be called with the answer. */
  async runAsync(script, ...args) {
    return ask('POST', `${this.#session}/execute/async`, { script, args });
  }
}

async function ask(method, url, body) {
  const response = await fetch(url, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname}: ${value.error}: ${value.message}`);
  return value;
}
