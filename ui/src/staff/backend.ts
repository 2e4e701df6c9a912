import type { StaffAnswer, StaffAsk, StaffSignedIn } from '../bindings';

/**
 * The portal as staff reach it: from a browser at the desk, or through the Rust side of an unlocked kiosk.
 *
 * Every promise rejects with a `StaffProblem`. Nothing here decides anything.
 */
export interface StaffBackend {
  ask(ask: StaffAsk): Promise<StaffAnswer>;
}

/** What a browser can do besides: a kiosk is unlocked and locked instead. */
export interface ConsoleBackend extends StaffBackend {
  signIn(initials: string, password: string): Promise<StaffSignedIn>;
  signOut(): Promise<null>;
  takeUpInvitation(token: string, password: string): Promise<StaffSignedIn>;
}
