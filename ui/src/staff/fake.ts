import type {
  FieldProblem,
  HelpCall,
  RegistrationShown,
  ReviewView,
  SettledReviewRow,
  StaffAnswer,
  StaffAsk,
  StaffHelp,
  StaffProblem,
  StaffSignedIn,
  UnlockCall,
} from '../bindings';
import { never } from '../kiosk/screens';
import type { ConsoleBackend } from './backend';
import { FakeFigures } from './fakeFigures';
import { begunFrom, helped } from './fakeHelp';
import { FakeKiosks } from './fakeKiosks';
import { FakeLog } from './fakeLog';
import { FakeSync } from './fakeSync';
import { FakeRecords } from './fakeRecords';
import { refuse, refuseFields } from './fakeRefusals';
import { idOf, MAYA, members, registrations, review, reviews } from './fakePeople';

export const RIGHT_PASSWORD = 'teapot-meadow';
const LINK = 'https://portal.willowlane.example/staff/#invitation=3q2-7wAAAAB4nGP4z8DwHwAFAAH_';

type Name = StaffAsk['ask'] | 'sign_in' | 'sign_out' | 'invitation';

/** A stand-in for the portal that keeps just enough manners to walk through the staff screens. */
export class FakeStaff implements ConsoleBackend {
  readonly asked: { name: Name; with: unknown }[] = [];
  you: StaffSignedIn = MAYA;
  signedIn = true;
  registrations: RegistrationShown[] = registrations();
  reviews: ReviewView[] = reviews();
  settled: SettledReviewRow[] = [];
  members = members();
  calls: HelpCall[] = [];
  locked: string[] = [];
  unlocks: UnlockCall[] = [];
  readonly kiosks = new FakeKiosks();
  readonly sync = new FakeSync();
  readonly figures = new FakeFigures();
  readonly log = new FakeLog();
  readonly records = new FakeRecords();

  readonly #failures = new Map<Name, StaffProblem[]>();
  readonly #hung = new Set<Name>();

  /** The next `problems.length` asks of `name` are refused, in this order. */
  fail(name: Name, ...problems: StaffProblem[]): void {
    this.#failures.set(name, [...(this.#failures.get(name) ?? []), ...problems]);
  }

  /** `name` is never answered. */
  hang(name: Name): void {
    this.#hung.add(name);
  }

  called(name: Name): unknown[] {
    return this.asked.filter((each) => each.name === name).map((each) => each.with);
  }

  /** A patient at a kiosk asks for help. */
  ring(waiting_s = 4): void {
    const { row } = this.registrations[0] ?? {};
    this.calls.push({
      id: idOf(),
      kiosk: 'Front door',
      reference: row?.reference ?? 'KT4-9QF',
      registration: row?.id ?? null,
      state: row?.state ?? null,
      waiting_s,
    });
  }

  /** A colleague at a kiosk asks to be let in. */
  knock(name = 'Amara Osei', initials = 'AO', kiosk = 'Front door'): void {
    this.unlocks.push({ id: idOf(), kiosk, initials, name, waiting_s: 4 });
  }

  async #begin(name: Name, given: unknown): Promise<void> {
    this.asked.push({ name, with: given });
    if (this.#hung.has(name)) await new Promise(() => undefined);
    await Promise.resolve();
    const problem = this.#failures.get(name)?.shift();
    if (problem) refuse(problem);
  }

  async signIn(initials: string, password: string): Promise<StaffSignedIn> {
    await this.#begin('sign_in', [initials, password]);
    if (initials.trim() === '') refuseFields({ field: 'initials', code: 'missing' });
    if (password !== RIGHT_PASSWORD) refuse({ code: 'not_let_in' });
    this.signedIn = true;
    return this.you;
  }

  async signOut(): Promise<null> {
    await this.#begin('sign_out', null);
    this.signedIn = false;
    return null;
  }

  async takeUpInvitation(token: string, password: string): Promise<StaffSignedIn> {
    await this.#begin('invitation', [token, password]);
    if (password.length < 8) refuseFields({ field: 'password', code: 'password_too_short' });
    this.signedIn = true;
    return this.you;
  }

  async ask(ask: StaffAsk): Promise<StaffAnswer> {
    await this.#begin(ask.ask, ask);
    if (!this.signedIn) refuse({ code: 'not_signed_in' });
    return this.#answer(ask);
  }

  #answer(ask: StaffAsk): StaffAnswer {
    switch (ask.ask) {
      case 'who_am_i':
        return { answer: 'you', you: this.you };
      case 'attention':
        return this.#attention();
      case 'answer_help_call':
        this.calls = this.calls.filter(({ id }) => id !== ask.id);
        return this.#attention();
      case 'answer_unlock':
        this.unlocks = this.unlocks.filter(({ id }) => id !== ask.id);
        return this.#attention();
      case 'today':
        return this.#found(ask.search.toLowerCase());
      case 'registration':
        return { answer: 'registration', registration: this.#registration(ask.id) };
      case 'help':
        return { answer: 'registration', registration: this.#help(ask.id, ask.help) };
      case 'find_records':
        return this.records.find(ask.search);
      case 'record':
        return { answer: 'record', record: this.records.of(ask.id) };
      case 'register_patient': {
        const begun = begunFrom(this.records, ask, this.you.initials);
        return { answer: 'registration', registration: this.#add(begun) };
      }
      case 'reviews':
        return this.#reviews();
      case 'review':
        return { answer: 'review', review: this.#review(ask.id) };
      case 'settle_review': {
        const review = this.#review(ask.id);
        if (review.settled) refuse({ code: 'already_settled' });
        const at = new Date().toISOString();
        review.settled = { review: review.row, word: ask.word.word, by: this.you.initials, at };
        this.settled = [review.settled, ...this.settled];
        return this.#reviews();
      }
      case 'open_review_again':
        this.#review(ask.id).settled = null;
        this.settled = this.settled.filter(({ review }) => review.id !== ask.id);
        return this.#reviews();
      case 'staff':
        return { answer: 'staff', members: [...this.members] };
      case 'invite_staff': {
        const { name, initials, role } = ask;
        const taken = this.members.some((member) => member.initials === initials.toUpperCase());
        const wrong: FieldProblem[] = [];
        if (name.trim() === '') wrong.push({ field: 'staff_name', code: 'missing' });
        if (initials.trim() === '') wrong.push({ field: 'initials', code: 'missing' });
        else if (taken) wrong.push({ field: 'initials', code: 'initials_taken' });
        refuseFields(...wrong);
        const id = idOf();
        this.members.push({
          id,
          name,
          initials: initials.toUpperCase(),
          role,
          standing: 'invited',
        });
        return { answer: 'invited', link: LINK, members: [...this.members] };
      }
      case 'invite_staff_again':
        this.members = this.members.map((member) =>
          member.id === ask.id ? { ...member, standing: 'invited' } : member,
        );
        return { answer: 'invited', link: LINK, members: [...this.members] };
      case 'remove_staff':
        if (ask.id === this.you.id) refuse({ code: 'last_manager' });
        this.members = this.members.filter(({ id }) => id !== ask.id);
        return { answer: 'staff', members: [...this.members] };
      case 'kiosks':
      case 'run_kiosk':
        return this.kiosks.answer(ask);
      case 'sync':
      case 'see_to_change':
      case 'by_hand':
      case 'entered_by_hand':
      case 'know_of_lost':
        return this.sync.answer(ask);
      case 'figures':
      case 'figures_file':
        return this.figures.answer(ask);
      case 'access_log':
      case 'access_log_file':
      case 'verify_access_log':
        return this.log.answer(ask);
      default:
        return never(ask);
    }
  }

  #waiting(): ReviewView[] {
    return this.reviews.filter(({ settled }) => settled === null);
  }

  #attention(): StaffAnswer {
    const { calls, locked } = this;
    const attention = {
      help_calls: [...calls],
      unlocks: [...this.unlocks],
      reviews: this.#waiting().length,
      changes: this.sync.waiting,
      locked,
    };
    return { answer: 'attention', attention };
  }

  #found(search: string): StaffAnswer {
    const rows = this.registrations
      .map(({ row }) => row)
      .filter(({ name, reference, date_of_birth }) =>
        [name, reference, date_of_birth].some((each) => each?.toLowerCase().includes(search)),
      );
    return { answer: 'today', rows: search === '' ? this.#rows() : rows, more: false };
  }

  #rows(): RegistrationShown['row'][] {
    return this.registrations.map(({ row }) => row);
  }

  #registration(id: string): RegistrationShown {
    const found = this.registrations.find(({ row }) => row.id === id);
    return found ?? refuse({ code: 'not_found' });
  }

  #help(id: string, help: StaffHelp): RegistrationShown {
    const shown = this.#registration(id);
    const { now, begun } = helped(shown, help, this.you.initials);
    this.registrations = this.registrations.map((each) => (each === shown ? now : each));
    if (help.kind === 'finish') this.reviews.push(review(now.row.name ?? '', '', 'no_email', 0, 0));
    if (begun) return this.#add(begun);
    return help.kind === 'resend_code' ? { ...now, may_resend_in_s: 60 } : now;
  }

  #add(begun: RegistrationShown): RegistrationShown {
    this.registrations = [begun, ...this.registrations];
    return begun;
  }

  #review(id: string): ReviewView {
    return this.reviews.find(({ row }) => row.id === id) ?? refuse({ code: 'not_found' });
  }

  #reviews(): StaffAnswer {
    const waiting = this.#waiting().map(({ row }) => row);
    return { answer: 'reviews', waiting, in_all: waiting.length, settled: [...this.settled] };
  }
}
