import type {
  Confirmation,
  DeskReason,
  DeskReference,
  DoneCard,
  EmailCheck,
  HelpStands,
  KioskStatus,
  Pulse,
  RegistrationView,
  StaffAnswer,
  StaffAsk,
  StaffSignedIn,
  TypedDate,
  TypedDetails,
  UnlockDigits,
  UnlockStands,
} from '../bindings';

/**
 * The kiosk's Rust side, as the window sees it.
 *
 * Every promise rejects with a `Problem` where nothing else is said. Nothing here decides anything: Rust says what may happen next, and when.
 */
export interface Backend {
  status(): Promise<KioskStatus>;
  /** Joins this machine to a portal; the address and the code as typed. */
  connect(address: string, code: string): Promise<null>;
  /** Opens the patient's visit; answers once registrations can begin. */
  start(language: string): Promise<null>;
  /** Once a second; `touched` is whether the patient did anything since the last one. */
  pulse(touched: boolean): Promise<Pulse>;
  checkName(givenName: string | null, familyName: string): Promise<null>;
  checkDateOfBirth(date: TypedDate): Promise<null>;
  checkEmail(typed: string): Promise<EmailCheck>;
  checkMobile(typed: string): Promise<null>;
  /** Answers within half a minute, whether the portal does or not. */
  confirm(details: TypedDetails): Promise<Confirmation>;
  checkCode(code: string): Promise<RegistrationView>;
  resendCode(): Promise<RegistrationView>;
  changeNumber(): Promise<null>;
  setPassword(password: string): Promise<RegistrationView>;
  continueOnPhone(): Promise<RegistrationView>;
  suggestWords(): Promise<string>;
  askForHelp(reason: DeskReason): Promise<DeskReference>;
  /** What becomes of the call for help with this reference. */
  helpStands(reference: string): Promise<HelpStands>;
  /** The patient whom `askForHelp` sent to the desk answers questions again. */
  backFromDesk(): Promise<null>;
  doneCard(): Promise<DoneCard>;
  /** Wipes the visit and replaces this window. */
  leave(): Promise<null>;
  /** Begins admin mode. This and everything below, but for `painted`, rejects with a `StaffProblem`. */
  unlock(initials: string, password: string): Promise<StaffSignedIn>;
  /** Asks the desk to let somebody in; whoever asked before does not any more. */
  askToUnlock(initials: string): Promise<UnlockDigits>;
  /** What became of that; admin mode has begun with the answer that they are let in. */
  unlockStands(): Promise<UnlockStands>;
  askStaff(ask: StaffAsk): Promise<StaffAnswer>;
  /** Ends admin mode; the patient's visit goes on if `resume`, else it is wiped and this window replaced. */
  lock(resume: boolean): Promise<null>;
  /** Once, after the first frame is on the panel. */
  painted(): Promise<null>;
}
