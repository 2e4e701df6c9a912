const NAME = '#invitation=';

/** The secret of an invitation out of the address, once: it stays neither in the address nor in the browser's history. */
export function takeInvitationToken(): string | null {
  const { hash, pathname, search } = globalThis.location;
  if (!hash.startsWith(NAME)) return null;
  globalThis.history.replaceState(null, '', pathname + search);
  return hash.slice(NAME.length) || null;
}
