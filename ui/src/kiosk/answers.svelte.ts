import type { Backend } from '../backend';
import type { FieldProblem, TypedDetails } from '../bindings';
import { fieldWords } from './problems';
import type { Question } from './screens';

/** What the patient has typed so far, exactly as typed. */
interface Typed {
  oneName: boolean;
  givenName: string;
  familyName: string;
  dateOfBirth: { day: string; month: string; year: string };
  noEmail: boolean;
  email: string;
  mobile: string;
  code: string;
  password: string;
}

const nothing = (): Typed => ({
  oneName: false,
  givenName: '',
  familyName: '',
  dateOfBirth: { day: '', month: '', year: '' },
  noEmail: false,
  email: '',
  mobile: '',
  code: '',
  password: '',
});

/** The patient's answers: kept while they are asked for, and gone with one stroke. */
export class Answers {
  typed = $state(nothing());
  /** The address the patient probably meant. */
  suggestion = $state<string | null>(null);
  suggestedWords = $state(false);

  readonly #rust: Backend;
  /** Set while one answer is changed from check-your-answers: what all of them were before. */
  #before: Typed | null = null;

  constructor(rust: Backend) {
    this.#rust = rust;
  }

  get changing(): boolean {
    return this.#before !== null;
  }

  startChange(): void {
    this.#before = $state.snapshot(this.typed);
  }

  takeBack(): void {
    if (this.#before) this.typed = this.#before;
    this.#before = null;
  }

  /** The patient stands by what they typed. */
  keep(): void {
    this.suggestion = null;
    this.#before = null;
  }

  forget(): void {
    this.typed = nothing();
    this.#before = null;
    this.suggestion = null;
    this.suggestedWords = false;
  }

  /** There is nothing that somebody would have to type again. */
  get isEmpty(): boolean {
    const { givenName, familyName, dateOfBirth, email, noEmail, mobile } = this.typed;
    const answers = [givenName, familyName, ...Object.values(dateOfBirth), email, mobile];
    return answers.every((answer) => answer === '') && !noEmail;
  }

  /** Asks Rust about one answer; comes to the address that was probably meant instead, if there is one. */
  async check(question: Question): Promise<string | null> {
    const { oneName, givenName, familyName, dateOfBirth, email, mobile } = this.typed;
    switch (question) {
      case 'name':
        await this.#rust.checkName(oneName ? null : givenName, familyName);
        return null;
      case 'date-of-birth':
        await this.#rust.checkDateOfBirth({ ...dateOfBirth });
        return null;
      case 'email':
        this.typed.noEmail = false;
        return (await this.#rust.checkEmail(email)).suggestion;
      case 'mobile':
        await this.#rust.checkMobile(mobile);
        return null;
    }
  }

  /** What becomes a registration. */
  details(): TypedDetails {
    const { oneName, givenName, familyName, dateOfBirth, noEmail, email, mobile } = this.typed;
    return {
      given_name: oneName ? null : givenName,
      family_name: familyName,
      date_of_birth: { ...dateOfBirth },
      email: noEmail ? null : email,
      mobile,
    };
  }

  words(refused: FieldProblem): string {
    return fieldWords(refused, this.typed.oneName);
  }
}
