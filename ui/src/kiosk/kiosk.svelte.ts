import type { Confirmation, DoneCard, Field, Problem, RegistrationView } from '../bindings';
import { ENGLISH, texts } from '../texts/texts.svelte';
import { Answers } from './answers.svelte';
import { ease } from './ease.svelte';
import { Errands } from './errands.svelte';
import { Reception } from './reception.svelte';
import {
  isQuestion,
  never,
  type Question,
  questionAfter,
  questionBefore,
  type Screen,
  SCREEN_OF,
  screenFor,
} from './screens';
import { StaffTurn } from './staffTurn.svelte';

/**
 * Everything the window knows of the person in front of it, and what they can do.
 *
 * It holds no rules: what may happen next, and when, comes from Rust with each answer.
 */
export class Kiosk extends Errands {
  screen = $state<Screen>('welcome');
  going = $state<'forward' | 'back'>('forward');
  /** Where the portal is, as somebody of the practice types it, and the code that they were given there. */
  portalAddress = $state('');
  enrolmentCode = $state('');
  view = $state.raw<RegistrationView | null>(null);
  card = $state.raw<DoneCard | null>(null);
  /** The details are kept until the portal is back; what the patient shows at the desk meanwhile. */
  keptReference = $state('');
  finishOnPhone = $state(false);
  asksToLeave = $state(false);
  readonly answers = new Answers(this.backend);
  readonly reception = new Reception(this.backend, () => {
    const { person } = this;
    return () => person === this.person;
  });
  readonly staff = new StaffTurn(this.backend);

  protected override refused(problem: Problem): void {
    const fields = problem.fields ?? [];
    if (fields.some(({ code }) => code === 'under16')) {
      this.#toDesk('under16');
      return;
    }
    if (problem.code === 'out_of_service' || problem.code === 'kiosk_not_accepted')
      void this.refresh();
    this.problem = problem;
    const [first] = fields;
    if (first && SCREEN_OF[first.field] !== this.screen) {
      this.answers.startChange();
      this.#go(SCREEN_OF[first.field], 'back');
    }
  }

  /** What is wrong with a field, in words. */
  wrong(...fields: Field[]): string | null {
    const found = this.problem?.fields?.find(({ field }) => fields.includes(field));
    return found ? this.answers.words(found) : null;
  }

  #go(screen: Screen, going: 'forward' | 'back' = 'forward'): void {
    this.screen = screen;
    this.going = going;
  }

  // ---------------------------------------------------------------- joining a portal

  override async refresh(): Promise<void> {
    const tookNobody = this.outOfService !== null || this.paused;
    const wasCleaned = this.cleaning.underWay;
    await super.refresh();
    // Rust has seen off whoever was there; nothing of them waits under the cloth.
    if (this.cleaning.underWay && !wasCleaned) this.#forgetVisit();
    const phase = this.status?.phase;
    // Whoever pressed Start meanwhile was told what is over now.
    if (tookNobody && phase?.phase === 'ready' && this.before) this.problem = null;
    if (phase?.phase === 'not_connected') {
      if (this.screen === 'welcome') {
        this.problem = null;
        this.#go('connect');
        if (this.portalAddress === '') this.portalAddress = phase.former_address ?? '';
      }
    } else if (phase && this.screen === 'connect') this.#go('welcome');
  }

  #connect(): void {
    this.run(
      'connect',
      () => this.backend.connect(this.portalAddress, this.enrolmentCode),
      () => {
        this.enrolmentCode = '';
        void this.refresh();
      },
    );
  }

  // ---------------------------------------------------------------- questions

  start(): void {
    this.run(
      'start',
      () => this.backend.start(texts.language.tag),
      () => {
        this.#go('name');
      },
    );
  }

  readPrivacy(): void {
    this.#go('privacy');
  }

  continue(): void {
    const { answers } = this;
    switch (this.screen) {
      case 'connect':
        this.#connect();
        break;
      case 'name':
      case 'date-of-birth':
      case 'email':
      case 'mobile':
        this.#check(this.screen);
        break;
      case 'check':
        this.run('confirm', () => this.backend.confirm(answers.details()), this.#confirmed);
        break;
      case 'code':
        this.run('code', () => this.backend.checkCode(answers.typed.code), this.#show);
        break;
      case 'password':
        this.run('password', () => this.backend.setPassword(answers.typed.password), this.#show);
        break;
      case 'welcome':
      case 'privacy':
      case 'done':
      case 'kept':
      case 'desk':
      case 'paused':
      case 'out-of-service':
        break;
    }
  }

  #check(question: Question): void {
    this.run(
      'check',
      () => this.answers.check(question),
      (suggestion) => {
        if (suggestion === null) this.#answered();
        else this.answers.suggestion = suggestion;
      },
    );
  }

  #answered(): void {
    const { changing } = this.answers;
    this.answers.keep();
    if (isQuestion(this.screen)) this.#go(changing ? 'check' : questionAfter(this.screen));
  }

  useSuggestion(): void {
    const { suggestion, typed } = this.answers;
    if (suggestion === null) return;
    typed.email = suggestion;
    this.answers.suggestion = null;
    this.#check('email');
  }

  keepMine(): void {
    this.#answered();
  }

  /** One name or two; what was wrong with the fields before is of no use to the new ones. */
  chooseNames(): void {
    if (this.doing) return;
    this.problem = null;
    const { typed } = this.answers;
    typed.oneName = !typed.oneName;
  }

  withoutEmail(): void {
    if (this.doing) return;
    this.problem = null;
    this.answers.typed.noEmail = true;
    this.answers.typed.email = '';
    this.#answered();
  }

  withoutMobile(): void {
    if (this.doing) return;
    this.#toDesk('no_mobile');
  }

  change(question: Question): void {
    if (this.doing) return;
    this.problem = null;
    this.answers.startChange();
    this.#go(question, 'back');
  }

  back(): void {
    if (this.doing) return;
    this.problem = null;
    if (this.answers.suggestion !== null) {
      this.answers.suggestion = null;
      return;
    }
    if (this.answers.changing) {
      this.answers.takeBack();
      this.#go('check');
      return;
    }
    if (isQuestion(this.screen)) {
      const before = questionBefore(this.screen);
      if (before) this.#go(before, 'back');
      else this.askToLeave();
    } else if (this.screen === 'check') this.#go('mobile', 'back');
    else if (this.screen === 'privacy') this.#go('welcome', 'back');
    else if (this.screen === 'desk') {
      this.#go(this.reception.atDesk === 'under16' ? 'date-of-birth' : 'mobile', 'back');
      void this.reception.callBack(() => this.screen !== 'desk');
    }
  }

  // ---------------------------------------------------------------- after "Yes, send me a code"

  readonly #confirmed = (confirmed: Confirmation): void => {
    switch (confirmed.outcome) {
      case 'begun':
        this.#show(confirmed.view);
        break;
      case 'kept':
        this.answers.forget();
        this.keptReference = confirmed.reference;
        this.#go('kept');
        break;
      default:
        never(confirmed);
    }
  };

  readonly #show = (view: RegistrationView): void => {
    // What was typed for the step before is of no use for this one.
    this.answers.typed.code = '';
    this.answers.typed.password = '';
    this.view = view;
    this.next = view.next;
    const screen = screenFor(view.state);
    if (screen === 'done' || screen === 'desk') this.answers.forget();
    if (screen === 'desk')
      this.reception.expects(
        view.reference,
        view.state === 'handed_to_desk' ? 'handed_over' : 'ended',
      );
    this.#go(screen);
    if (screen === 'done') void this.#fetchCard();
  };

  async #fetchCard(): Promise<void> {
    const person = this.person;
    try {
      const card = await this.backend.doneCard();
      if (person === this.person) this.card = card;
    } catch {
      // The reference is on the screen already; the email has the link.
    }
  }

  resend(): void {
    this.run('resend', () => this.backend.resendCode(), this.#show);
  }

  changeNumber(): void {
    this.run(
      'change-number',
      () => this.backend.changeNumber(),
      () => {
        this.view = null;
        this.next = null;
        this.answers.typed.code = '';
        this.answers.startChange();
        this.#go('mobile', 'back');
      },
    );
  }

  suggestWords(): void {
    this.run(
      'words',
      () => this.backend.suggestWords(),
      (words) => {
        this.answers.typed.password = words;
        this.answers.suggestedWords = true;
      },
    );
  }

  continueOnPhone(): void {
    this.run(
      'on-phone',
      () => this.backend.continueOnPhone(),
      (view) => {
        this.finishOnPhone = true;
        this.#show(view);
      },
    );
  }

  #toDesk(why: 'no_mobile' | 'under16'): void {
    this.problem = null;
    this.reception.send(why);
    this.#go('desk');
  }

  // ---------------------------------------------------------------- staff

  /** Nothing has been asked of anybody yet, and Rust has no visit to watch over. */
  readonly before = $derived(this.screen === 'welcome' || this.screen === 'privacy');

  /** What stands at the glass. Whoever has begun, or reads what becomes of their details, goes on while it is paused. */
  readonly shown = $derived.by<Screen>(() => {
    if (this.outOfService !== null) return 'out-of-service';
    return this.paused && this.screen === 'welcome' && this.doing === null ? 'paused' : this.screen;
  });

  /** There is a patient's visit, whose answers could be given back to them. */
  readonly inVisit = $derived(!this.before && this.screen !== 'connect');

  openStaff(): void {
    if (this.staff.isOpen) return;
    this.reception.help = null;
    this.asksToLeave = false;
    this.staff.open();
  }

  /** The window forgets first: a lock that Rust hears late shows nothing meanwhile. */
  lock(resume: boolean): void {
    this.staff.backToPatient();
    if (!resume) this.#forgetVisit();
    this.staff.lock(resume);
  }

  // ---------------------------------------------------------------- leaving

  /** Asks first when there is something to lose. */
  askToLeave(): void {
    if (this.view !== null || !this.answers.isEmpty) this.asksToLeave = true;
    else this.leave();
  }

  /** Whoever looked at the first screens has walked away: the next person finds them as they were. */
  rest(): void {
    if (this.doing) return;
    // A code that somebody left there would be the next person's.
    if (this.screen === 'connect') this.enrolmentCode = '';
    if (!this.before) return;
    this.staff.backToPatient();
    this.reception.help = null;
    this.problem = null;
    this.#go('welcome', 'back');
    texts.language = ENGLISH;
    ease.reset();
  }

  leave(): void {
    this.#forgetVisit();
    this.backend.leave().catch(() => {
      // Rust's idle clock wipes in any case, and the window holds nothing any more.
    });
  }

  #forgetVisit(): void {
    this.person += 1;
    this.staff.isOpen = false;
    this.forgetErrand();
    this.answers.forget();
    this.view = null;
    this.next = null;
    this.card = null;
    this.keptReference = '';
    this.reception.forget();
    this.finishOnPhone = false;
    this.asksToLeave = false;
    this.idle = { kind: 'active' };
    this.#go('welcome', 'back');
    texts.language = ENGLISH;
    ease.reset();
  }
}
