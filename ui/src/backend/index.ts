import type {
  Confirmation,
  DeskReason,
  DeskReference,
  DoneCard,
  EmailCheck,
  KioskStatus,
  Pulse,
  RegistrationView,
  TypedDate,
  TypedDetails,
} from '../bindings';

/**
 * The kiosk's Rust side, as the window sees it.
 *
 * Every promise rejects with a `Problem`. Nothing here decides anything: Rust says what may happen next, and when.
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
  /** The patient whom `askForHelp` sent to the desk answers questions again. */
  backFromDesk(): Promise<null>;
  doneCard(): Promise<DoneCard>;
  /** Wipes the visit and replaces this window. */
  leave(): Promise<null>;
  /** Once, after the first frame is on the panel. */
  painted(): Promise<null>;
}
