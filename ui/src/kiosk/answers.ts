import type { TypedDetails } from '../bindings';

/** What the patient has typed so far, exactly as typed. */
export interface Answers {
  oneName: boolean;
  givenName: string;
  familyName: string;
  dateOfBirth: { day: string; month: string; year: string };
  noEmail: boolean;
  email: string;
  mobile: string;
}

export function noAnswers(): Answers {
  return {
    oneName: false,
    givenName: '',
    familyName: '',
    dateOfBirth: { day: '', month: '', year: '' },
    noEmail: false,
    email: '',
    mobile: '',
  };
}

export function detailsOf(answers: Answers): TypedDetails {
  return {
    given_name: answers.oneName ? null : answers.givenName,
    family_name: answers.familyName,
    date_of_birth: { ...answers.dateOfBirth },
    email: answers.noEmail ? null : answers.email,
    mobile: answers.mobile,
  };
}

export function isEmpty({
  givenName,
  familyName,
  dateOfBirth,
  email,
  noEmail,
  mobile,
}: Answers): boolean {
  const typed = [givenName, familyName, ...Object.values(dateOfBirth), email, mobile];
  return typed.every((answer) => answer === '') && !noEmail;
}
