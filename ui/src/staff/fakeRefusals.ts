import type { FieldProblem, StaffProblem } from '../bindings';

/** As the stand-in for the portal refuses. */
export function refuse(problem: StaffProblem): never {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- as the transports reject: with a plain object
  throw problem;
}

export function refuseFields(...fields: FieldProblem[]): void {
  if (fields.length > 0) refuse({ code: 'fields_refused', fields });
}

export function wrongWithMobile(mobile: string): FieldProblem[] {
  if (mobile.trim() === '') return [{ field: 'mobile', code: 'missing' }];
  return mobile.startsWith('01') ? [{ field: 'mobile', code: 'mobile_is_landline' }] : [];
}

export function wrongWithEmail(email: string): FieldProblem[] {
  if (email.trim() === '') return [{ field: 'email', code: 'missing' }];
  return email.includes('@') ? [] : [{ field: 'email', code: 'email_not_an_address' }];
}
