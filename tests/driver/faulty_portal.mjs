// A way to the embedded portal that can fail: slow, broken, or gone.

import { createServer, request } from 'node:http';

export class FaultyPortal {
  #server;
  #fault = null;
  /** Requests that were made to fail. */
  failed = 0;

  /** Stands before the portal at `port`. */
  static async before(port) {
    const portal = new FaultyPortal();
    portal.#server = createServer((asked, answer) => portal.#pass(asked, answer, port));
    await new Promise((go) => portal.#server.listen(0, '127.0.0.1', go));
    portal.address = `http://127.0.0.1:${portal.#server.address().port}`;
    return portal;
  }

  /** From now on, requests whose path matches get `fault`: `500`, `gone`, or milliseconds until they see their answer. */
  fail(path, fault) {
    this.#fault = { path, fault };
    this.failed = 0;
  }

  mend() {
    this.#fault = null;
  }

  #pass(asked, answer, port) {
    const fault = this.#fault?.path.test(asked.url) ? this.#fault.fault : null;
    if (fault !== null) this.failed += 1;
    if (fault === 'gone') asked.socket.destroy();
    else if (fault === 500) answer.writeHead(500, { 'content-type': 'text/plain' }).end('broken');
    else forward(asked, answer, port, fault ?? 0);
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((go) => this.#server.close(go));
  }
}

/** The portal does what it is asked at once; its answer may be late. */
function forward(asked, answer, port, lateMs) {
  const headers = { ...asked.headers, host: `127.0.0.1:${port}` };
  const passed = request({ host: '127.0.0.1', port, method: asked.method, path: asked.url, headers }, (got) => {
    setTimeout(() => {
      answer.writeHead(got.statusCode, got.headers);
      got.pipe(answer);
    }, lateMs);
  });
  passed.on('error', () => answer.destroy());
  asked.pipe(passed);
}
