import type {
  Attention,
  Field,
  HelpCall,
  RegistrationRow,
  RegistrationShown,
  ReviewRow,
  ReviewView,
  ReviewWord,
  ReviewWordKind,
  SettledReviewRow,
  StaffAnswer,
  StaffAsk,
  StaffHelp,
  StaffHelpKind,
  StaffMember,
  StaffPermission,
  StaffProblem,
  StaffRole,
  StaffSignedIn,
} from '../bindings';
import { chime } from '../kiosk/chime';
import { never } from '../kiosk/screens';
import type { StaffBackend } from './backend';
import { Office } from './office.svelte';
import { askOf, firstPlaceOf, type Place } from './places';
import { fieldWords, staffProblemFrom } from './problems';
import { Vouching } from './vouching.svelte';

interface Rows {
  rows: RegistrationRow[];
  more: boolean;
}

interface Reviews {
  waiting: ReviewRow[];
  in_all: number;
  settled: SettledReviewRow[];
}

/** What was just settled, so that it can be said and undone. */
export interface JustSettled {
  review: ReviewRow;
  word: ReviewWordKind;
}

/** An act that was refused with one of these was about something that is shown as it no longer is. */
const STALE: readonly StaffProblem['code'][] = [
  'changed_meanwhile',
  'already_settled',
  'not_possible_now',
];

/**
 * Everything that one signed-in staff member sees, and what they can do.
 *
 * It holds no rules: who may do what, and what can be done now, comes from the portal with each answer.
 */
export class Desk {
  place = $state.raw<Place>({ at: 'nothing' });
  attention = $state.raw<Attention | null>(null);
  search = $state('');
  today = $state.raw<Rows | null>(null);
  registration = $state.raw<RegistrationShown | null>(null);
  /** What was just done for the registration on screen, or began it. */
  helped = $state<StaffHelpKind | 'register_patient' | null>(null);
  reviews = $state.raw<Reviews | null>(null);
  review = $state.raw<ReviewView | null>(null);
  justSettled = $state.raw<JustSettled | null>(null);
  openedAgain = $state(false);
  members = $state.raw<StaffMember[] | null>(null);
  /** The one time that an invitation's address is shown. */
  invitation = $state<string | null>(null);
  /** What is looked at behind the desk: records, kiosks, figures, the log. */
  readonly office = new Office();
  /** Colleagues at kiosks, who ask to be let in. */
  readonly vouching = new Vouching((ask) => this.#quietly(ask));
  problem = $state.raw<StaffProblem | null>(null);
  /** An act is under way; nothing else is begun meanwhile. */
  doing = $state(false);
  /** What is looked at was asked for and is not there yet. */
  loading = $state(false);
  /** The portal could not be reached when what is shown was last asked for. */
  away = $state(false);

  readonly you: StaffSignedIn;
  /** Whether this is a kiosk: touched, with keys on the screen, and in public. */
  readonly atKiosk: boolean;
  readonly #backend: StaffBackend;
  /** Nobody is let in any more; what was shown is forgotten by then. */
  readonly #onended: () => void;
  /** Counts the places; an answer that arrives for one that was left is dropped. */
  #step = 0;
  #ended = false;
  /** Whose call has rung here: an older list that arrives late rings for nobody twice. */
  #rung: readonly string[] = [];
  #finding = false;
  #findAgain = false;
  #attending = false;
  #watching = false;
  /** Counts the acts: what was asked before one would show a kiosk as it was. */
  #acts = 0;

  constructor(
    backend: StaffBackend,
    you: StaffSignedIn,
    onended: () => void,
    { atKiosk = false }: { atKiosk?: boolean } = {},
  ) {
    this.#backend = backend;
    this.you = you;
    this.#onended = onended;
    this.atKiosk = atKiosk;
    this.go(firstPlaceOf(you));
  }

  may(permission: StaffPermission): boolean {
    return this.you.may.includes(permission);
  }

  // ---------------------------------------------------------------- from place to place

  go(place: Place): void {
    if (this.doing || this.#ended) return;
    this.#arrive(place);
    void this.#load();
  }

  #arrive(place: Place): void {
    this.#step += 1;
    this.place = place;
    this.problem = null;
    this.loading = false;
    this.registration = null;
    this.review = null;
    this.invitation = null;
    this.helped = null;
    this.justSettled = null;
    this.openedAgain = false;
    this.office.forget();
  }

  /** The same place again, as it is now; what was said about it stays. */
  look(): void {
    this.problem = null;
    void this.#load();
  }

  async #load(): Promise<void> {
    const asked = askOf(this.place, this.search.trim());
    if (!asked) return;
    const step = this.#step;
    this.loading = true;
    try {
      const answer = await this.#backend.ask(asked);
      if (this.#outlived(step)) return;
      this.away = false;
      this.#take(answer);
    } catch (thrown) {
      if (!this.#outlived(step)) this.#refused(staffProblemFrom(thrown));
    } finally {
      if (!this.#outlived(step)) this.loading = false;
    }
  }

  #outlived(step: number): boolean {
    return this.#ended || step !== this.#step;
  }

  #take(answer: StaffAnswer): void {
    switch (answer.answer) {
      case 'you':
        break;
      case 'attention':
        this.#attend(answer.attention);
        break;
      case 'today':
        this.today = { rows: answer.rows, more: answer.more };
        break;
      case 'registration':
        this.registration = answer.registration;
        // A corrected mobile or a new start makes another registration of it.
        this.place = { at: 'registration', id: answer.registration.row.id };
        break;
      case 'reviews':
        this.reviews = answer;
        break;
      case 'review':
        this.review = answer.review;
        break;
      case 'staff':
        this.members = answer.members;
        break;
      case 'invited':
        this.members = answer.members;
        this.invitation = answer.link;
        break;
      case 'records':
      case 'record':
      case 'kiosks':
      case 'sync':
      case 'by_hand':
      case 'figures':
      case 'access_log':
      case 'access_log_verified':
      case 'file':
        this.office.take(answer);
        break;
      default:
        never(answer);
    }
  }

  #refused(problem: StaffProblem): void {
    if (problem.code === 'not_signed_in') {
      this.end();
      this.#onended();
      return;
    }
    this.problem = problem;
  }

  /** What is wrong with a field, in words. */
  wrong(field: Field): string | null {
    const found = this.problem?.fields?.find((refused) => refused.field === field);
    return found ? fieldWords(found) : null;
  }

  /** Whether the problem on screen is told by the fields alone. */
  readonly fieldsTellIt = $derived(
    this.problem?.code === 'fields_refused' && (this.problem.fields?.length ?? 0) > 0,
  );

  /** Forgets everything that was shown; no answer arrives any more. */
  end(): void {
    this.#arrive({ at: 'nothing' });
    this.#ended = true;
    this.doing = false;
    this.attention = null;
    this.search = '';
    this.today = null;
    this.reviews = null;
    this.members = null;
    this.away = false;
    this.vouching.end();
  }

  // ---------------------------------------------------------------- what is asked again and again

  async attend(): Promise<void> {
    if (this.#attending || this.#ended) return;
    this.#attending = true;
    await this.#quietly({ ask: 'attention' });
    this.#attending = false;
  }

  #attend(attention: Attention): void {
    const calls = [...attention.help_calls, ...attention.unlocks].map(({ id }) => id);
    const rings = calls.filter((id) => !this.#rung.includes(id));
    if (rings.length > 0) void chime();
    this.#rung = [...this.#rung, ...rings];
    this.attention = attention;
  }

  /** What is new, while nobody searches: a search is asked by a person, and kept in the log. */
  async refreshToday(): Promise<void> {
    if (this.#finding || this.search.trim() !== '') return;
    this.#finding = true;
    await this.#quietly({ ask: 'today', search: '', by_itself: true });
    this.#finding = false;
  }

  /** As fast as the portal answers, and never two at once. */
  async find(): Promise<void> {
    if (this.#finding) {
      this.#findAgain = true;
      return;
    }
    this.#finding = true;
    await this.#quietly({ ask: 'today', search: this.search.trim(), by_itself: false });
    this.#finding = false;
    if (!this.#findAgain) return;
    this.#findAgain = false;
    await this.find();
  }

  /** Kiosks, as they are by now. */
  async refreshKiosks(): Promise<void> {
    if (this.doing || this.#watching) return;
    this.#watching = true;
    const acts = this.#acts;
    await this.#quietly({ ask: 'kiosks', by_itself: true }, () => acts === this.#acts);
    this.#watching = false;
  }

  /** Beside whatever is on screen: what goes wrong with it stops nobody there. */
  async #quietly(ask: StaffAsk, wanted: () => boolean = () => true): Promise<StaffProblem | null> {
    try {
      const answer = await this.#backend.ask(ask);
      if (this.#ended || !wanted()) return null;
      this.away = false;
      this.#take(answer);
      return null;
    } catch (thrown) {
      const problem = staffProblemFrom(thrown);
      if (this.#ended) return problem;
      if (problem.code === 'not_signed_in') this.#refused(problem);
      else if (problem.code === 'portal_unreachable') this.away = true;
      return problem;
    }
  }

  // ---------------------------------------------------------------- acts

  /** Whether it was done; if not, `problem` says why. */
  async act(ask: StaffAsk, then: () => void = () => undefined): Promise<boolean> {
    // A second press while the first is under way is the same press.
    if (this.doing || this.#ended) return false;
    this.doing = true;
    this.#acts += 1;
    this.problem = null;
    this.openedAgain = false;
    this.justSettled = null;
    try {
      const answer = await this.#backend.ask(ask);
      // Whoever was locked out or signed out meanwhile sees nothing of it.
      if (this.#over()) return false;
      this.doing = false;
      then();
      this.#take(answer);
      return true;
    } catch (thrown) {
      if (this.#over()) return false;
      this.doing = false;
      const problem = staffProblemFrom(thrown);
      this.#refused(problem);
      if (STALE.includes(problem.code)) void this.#load();
      return false;
    }
  }

  #over(): boolean {
    return this.#ended;
  }

  answerHelpCall({ id }: HelpCall): void {
    void this.act({ ask: 'answer_help_call', id });
  }

  async help(help: StaffHelp): Promise<boolean> {
    const { registration } = this;
    if (!registration) return false;
    this.helped = null;
    const { version, row } = registration;
    return this.act({ ask: 'help', id: row.id, version, help }, () => {
      this.helped = help.kind;
    });
  }

  async settle(word: ReviewWord): Promise<void> {
    const { review } = this;
    if (!review) return;
    const { row } = review;
    await this.act({ ask: 'settle_review', id: row.id, word }, () => {
      this.#arrive({ at: 'reviews' });
      this.justSettled = { review: row, word: word.word };
    });
  }

  async openAgain(review: ReviewRow): Promise<boolean> {
    return this.act({ ask: 'open_review_again', id: review.id }, () => {
      this.openedAgain = true;
    });
  }

  async invite(name: string, initials: string, role: StaffRole): Promise<boolean> {
    return this.act({ ask: 'invite_staff', name, initials, role });
  }

  async inviteAgain({ id }: StaffMember): Promise<boolean> {
    return this.act({ ask: 'invite_staff_again', id });
  }

  async remove({ id }: StaffMember): Promise<boolean> {
    this.invitation = null;
    return this.act({ ask: 'remove_staff', id });
  }
}
