import type { StaffAnswer, StaffProblem, StaffSignedIn } from '../bindings';
import type { ConsoleBackend } from './backend';
import { isStaffProblem } from './problems';

const PATH = '/staff/api';

/** Longer than the portal takes for anything; then a colleague is told instead of kept waiting. */
const ANSWER_WITHIN_MS = 20_000;

/** What a proxy answers while the portal behind it is away. */
const AWAY = [502, 503, 504];

async function post(path: string, body: unknown): Promise<unknown> {
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`${PATH}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    answer = await read(response);
  } catch {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- as the kiosk rejects: with a plain object
    throw problem('portal_unreachable');
  }
  if (response.ok) return answer;
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- as the kiosk rejects: with a plain object
  throw isStaffProblem(answer) ? answer : problemOf(response.status);
}

/** The connection can break here too, and that is no answer of the portal's. */
async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === '' ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

function problem(code: StaffProblem['code']): StaffProblem {
  return { code };
}

function problemOf(status: number): StaffProblem {
  if (status === 401) return problem('not_signed_in');
  return problem(AWAY.includes(status) ? 'portal_unreachable' : 'unforeseen');
}

/** The only file that talks to the network: a browser has no Rust side. */
export const backend: ConsoleBackend = {
  ask: async (ask) => (await post('ask', ask)) as StaffAnswer,
  signIn: async (initials, password) =>
    (await post('sign-in', { initials, password })) as StaffSignedIn,
  signOut: async () => {
    await post('sign-out', {});
    return null;
  },
  takeUpInvitation: async (token, password) =>
    (await post('invitation', { token, password })) as StaffSignedIn,
};
