import type {
  Confirmation,
  DeskReason,
  DeskReference,
  DoneCard,
  EmailCheck,
  FieldProblem,
  HelpStands,
  Idle,
  KioskStatus,
  NextAction,
  Problem,
  Pulse,
  RegistrationState,
  RegistrationView,
  StaffAnswer,
  StaffAsk,
  StaffProblem,
  StaffSignedIn,
  TypedDate,
  TypedDetails,
  UnlockDigits,
  UnlockStands,
} from '../bindings';
import type { Backend } from '.';
import { FakeStaff } from '../staff/fake';
import { FRONT_DOOR } from '../staff/fakeKiosks';

export type Command = keyof Backend;

const REFERENCE = 'KT4-9QF';
const RIGHT_CODE = '123456';
const CLEARS_AFTER_S = 180;
const UNLOCK_ASK_LIVES_S = 60;

/** A stand-in for Rust that keeps just enough manners to walk through every screen, and fails when told to. */
export class FakeBackend implements Backend {
  /** Every command so far, in order, with its arguments. */
  readonly calls: { command: Command; with: unknown[] }[] = [];
  /** What is said of a call for help. */
  helpStandsAt: HelpStands = 'take_reference';
  /** What the desk says to whoever asks to be let in. */
  unlockStandsAt: UnlockStands = { stands: 'waiting' };
  currentStatus: KioskStatus = {
    phase: { phase: 'ready' },
    mode: 'live',
    practice: {
      name: 'Willow Lane Practice',
      phone: '0113 496 0110',
      mode: 'live',
      finish_url: 'https://signup.willowlane.example/finish',
      privacy_notice: [
        'We use what you type here to check that the online account is really yours.',
        'Your name, date of birth, email and mobile number are kept with your practice record.',
        'We never sell your details, and we never use them for adverts.',
        'If you stop half way, we delete what you typed after 7 days.',
        'Ask at the desk if you want to see what we hold about you, or to have a mistake put right.',
      ].join('\n'),
      privacy_notice_is_draft: false,
    },
    css_px_per_mm: 4,
    password_min_characters: 12,
    version: '0.0.0',
    standing: { standing: 'open' },
  };
  idle: Idle = { kind: 'active' };
  next: NextAction | null = null;
  /** Seconds that are said until admin mode locks itself, while it is unlocked. */
  locksIn = 60;
  /** Admin mode is unlocked. */
  unlocked = false;
  /** Staff screens at this kiosk; what it stands at is what they decided about the front door. */
  readonly staff = new FakeStaff();

  readonly #failures = new Map<Command, (Problem | StaffProblem)[]>();
  readonly #delays = new Map<Command, number>();
  readonly #hung = new Set<Command>();

  constructor() {
    this.staff.kiosks.here = FRONT_DOOR;
  }

  /** The next `problems.length` calls of `command` are refused, in this order. */
  fail(command: Command, ...problems: (Problem | StaffProblem)[]): void {
    this.#failures.set(command, [...(this.#failures.get(command) ?? []), ...problems]);
  }

  delay(command: Command, milliseconds: number): void {
    this.#delays.set(command, milliseconds);
  }

  /** `command` never answers. */
  hang(command: Command): void {
    this.#hung.add(command);
  }

  called(command: Command): unknown[][] {
    return this.calls.filter((call) => call.command === command).map((call) => call.with);
  }

  async #answer<T>(command: Command, given: unknown[], answer: () => T): Promise<T> {
    this.calls.push({ command, with: given });
    if (this.#hung.has(command)) await new Promise(() => undefined);
    const delay = this.#delays.get(command);
    if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay));
    const problem = this.#failures.get(command)?.shift();
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- as Tauri rejects: with a plain object
    if (problem) throw problem;
    return answer();
  }

  #refuse(...fields: FieldProblem[]): void {
    const problem: Problem = { code: 'fields_refused', fields };
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- as Tauri rejects: with a plain object
    if (fields.length > 0) throw problem;
  }

  #view(state: RegistrationState): RegistrationView {
    const next = { may_resend_in_s: 60, may_check_in_s: 0, tries_left: 5 };
    this.next = state === 'awaiting_code' ? next : null;
    return { id: '018f2f6e-0000-7000-8000-000000000001', reference: REFERENCE, state, next };
  }

  #withoutEmail = false;

  status = (): Promise<KioskStatus> =>
    this.#answer('status', [], () => ({
      ...this.currentStatus,
      standing: this.staff.kiosks.standingOf(FRONT_DOOR),
    }));

  connect = (address: string, code: string): Promise<null> =>
    this.#answer('connect', [address, code], () => {
      const fields: FieldProblem[] = [];
      if (address === '') fields.push({ field: 'portal_address', code: 'missing' });
      if (address.startsWith('http:'))
        fields.push({ field: 'portal_address', code: 'address_not_https' });
      if (code === '') fields.push({ field: 'enrolment_code', code: 'missing' });
      this.#refuse(...fields);
      this.currentStatus = { ...this.currentStatus, phase: { phase: 'ready' } };
      return null;
    });

  start = (language: string): Promise<null> => this.#answer('start', [language], () => null);

  pulse = (touched: boolean): Promise<Pulse> =>
    this.#answer('pulse', [touched], () => {
      if (touched && this.idle.kind === 'warning') this.idle = { kind: 'active' };
      if (touched && this.idle.kind === 'clearing')
        this.idle = { kind: 'clearing', seconds_left: CLEARS_AFTER_S };
      const wait = this.next?.may_resend_in_s;
      if (this.next && wait) this.next = { ...this.next, may_resend_in_s: wait - 1 };
      return {
        idle: this.idle,
        next: this.next,
        locks_in_s: this.unlocked ? this.locksIn : null,
      };
    });

  checkName = (givenName: string | null, familyName: string): Promise<null> =>
    this.#answer('checkName', [givenName, familyName], () => {
      const fields: FieldProblem[] = [];
      if (givenName?.trim() === '') fields.push({ field: 'given_name', code: 'missing' });
      if (familyName.trim() === '') fields.push({ field: 'family_name', code: 'missing' });
      this.#refuse(...fields);
      return null;
    });

  checkDateOfBirth = (date: TypedDate): Promise<null> =>
    this.#answer('checkDateOfBirth', [date], () => {
      const { day, month, year } = date;
      if (!day && !month && !year) this.#refuse({ field: 'date_of_birth', code: 'missing' });
      if (!day) this.#refuse({ field: 'date_of_birth_day', code: 'missing' });
      if (!month) this.#refuse({ field: 'date_of_birth_month', code: 'missing' });
      if (!year) this.#refuse({ field: 'date_of_birth_year', code: 'missing' });
      if (Number(day) > 31) this.#refuse({ field: 'date_of_birth', code: 'date_not_real' });
      if (Number(year) > 2011) this.#refuse({ field: 'date_of_birth', code: 'under16' });
      return null;
    });

  checkEmail = (typed: string): Promise<EmailCheck> =>
    this.#answer('checkEmail', [typed], () => {
      if (typed === '') this.#refuse({ field: 'email', code: 'missing' });
      if (!typed.includes('@')) this.#refuse({ field: 'email', code: 'email_not_an_address' });
      const suggestion = typed.endsWith('@gmial.com')
        ? typed.replace('@gmial.com', '@gmail.com')
        : null;
      return { suggestion };
    });

  checkMobile = (typed: string): Promise<null> =>
    this.#answer('checkMobile', [typed], () => {
      if (typed === '') this.#refuse({ field: 'mobile', code: 'missing' });
      if (typed.startsWith('01')) this.#refuse({ field: 'mobile', code: 'mobile_is_landline' });
      if (typed.length < 10) this.#refuse({ field: 'mobile', code: 'mobile_not_a_number' });
      return null;
    });

  /** The portal is away, and what is confirmed is kept. */
  portalIsAway = false;

  confirm = (details: TypedDetails): Promise<Confirmation> =>
    this.#answer('confirm', [details], (): Confirmation => {
      if (this.portalIsAway) return { outcome: 'kept', reference: REFERENCE };
      this.#withoutEmail = details.email === null;
      return { outcome: 'begun', view: this.#view('awaiting_code') };
    });

  checkCode = (code: string): Promise<RegistrationView> =>
    this.#answer('checkCode', [code], () => {
      const digits = code.replaceAll(' ', '');
      if (digits.length !== 6) this.#refuse({ field: 'code', code: 'code_not_six_digits' });
      const problem: Problem = { code: 'code_wrong', tries_left: 4 };
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- as Tauri rejects: with a plain object
      if (digits !== RIGHT_CODE) throw problem;
      return this.#view(this.#withoutEmail ? 'handed_to_desk' : 'awaiting_password');
    });

  resendCode = (): Promise<RegistrationView> =>
    this.#answer('resendCode', [], () => this.#view('awaiting_code'));

  changeNumber = (): Promise<null> =>
    this.#answer('changeNumber', [], () => {
      this.next = null;
      return null;
    });

  setPassword = (password: string): Promise<RegistrationView> =>
    this.#answer('setPassword', [password], () => {
      if (password.length < this.currentStatus.password_min_characters)
        this.#refuse({ field: 'password', code: 'password_too_short' });
      return this.#view('awaiting_link');
    });

  continueOnPhone = (): Promise<RegistrationView> =>
    this.#answer('continueOnPhone', [], () => this.#view('awaiting_link'));

  suggestWords = (): Promise<string> =>
    this.#answer('suggestWords', [], () => 'teapot-meadow-lantern');

  askForHelp = (reason: DeskReason): Promise<DeskReference> =>
    this.#answer('askForHelp', [reason], () => ({ reference: REFERENCE }));

  helpStands = (reference: string): Promise<HelpStands> =>
    this.#answer('helpStands', [reference], () => this.helpStandsAt);

  backFromDesk = (): Promise<null> => this.#answer('backFromDesk', [], () => null);

  doneCard = (): Promise<DoneCard> =>
    this.#answer('doneCard', [], () => ({
      reference: REFERENCE,
      finish_url: 'https://signup.willowlane.example/finish',
      ...squares(33),
    }));

  leave = (): Promise<null> =>
    this.#answer('leave', [], () => {
      this.idle = { kind: 'active' };
      this.next = null;
      return null;
    });

  unlock = async (initials: string, password: string): Promise<StaffSignedIn> => {
    await this.#answer('unlock', [initials, password], () => null);
    const signedIn = await this.staff.signIn(initials, password);
    this.unlocked = true;
    return signedIn;
  };

  askToUnlock = (initials: string): Promise<UnlockDigits> =>
    this.#answer('askToUnlock', [initials], () => ({ digits: '47', lives_s: UNLOCK_ASK_LIVES_S }));

  unlockStands = (): Promise<UnlockStands> =>
    this.#answer('unlockStands', [], () => {
      if (this.unlockStandsAt.stands === 'let_in') this.unlocked = true;
      return this.unlockStandsAt;
    });

  askStaff = async (ask: StaffAsk): Promise<StaffAnswer> => {
    await this.#answer('askStaff', [ask], () => null);
    return this.staff.ask(ask);
  };

  lock = (resume: boolean): Promise<null> =>
    this.#answer('lock', [resume], () => {
      this.unlocked = false;
      return null;
    });

  painted = (): Promise<null> => this.#answer('painted', [], () => null);
}

/** Something that looks like a QR code in a picture; it leads nowhere. */
function squares(modules: number): { qr_path: string; qr_modules: number } {
  const quiet = 4;
  const last = modules - quiet - 7;
  const finder = (x: number, y: number): string =>
    `M${x},${y}h7v7h-7zM${x + 1},${y + 1}v5h5v-5zM${x + 2},${y + 2}h3v3h-3z`;
  let path = finder(quiet, quiet) + finder(last, quiet) + finder(quiet, last);
  for (let y = quiet; y < modules - quiet; y++) {
    for (let x = quiet; x < modules - quiet; x++) {
      const nearFinder =
        (x < quiet + 8 && (y < quiet + 8 || y >= last - 1)) || (x >= last - 1 && y < quiet + 8);
      if (!nearFinder && (x * 7 + y * 13 + x * y) % 5 < 2) path += `M${x},${y}h1v1h-1z`;
    }
  }
  return { qr_path: path, qr_modules: modules };
}
