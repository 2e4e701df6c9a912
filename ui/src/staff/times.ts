/** "2026-11-30T09:05:00Z" as "09:05" if that is today at the practice, else as "Tue 24 Nov, 09:05". */
export function instantInWords(instant: string, timeZone: string, now = new Date()): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'short', timeZone });
  if (day.format(at) === day.format(now)) return time.format(at);
  const date = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone,
  });
  return `${date.format(at)}, ${time.format(at)}`;
}

/** "1985-03-27" as "27 March 1985"; what is no date stays as it is. */
export function dateInWords(date: string): string {
  const at = new Date(`${date}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(at.getTime())) return date;
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(at);
}

/** The day of an instant at the practice, as "30 November 2026". */
export function dayInWords(instant: string, timeZone: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone }).format(at);
}
