import type {
  FiguresOver,
  LogBy,
  LogDays,
  StaffAsk,
  StaffPermission,
  StaffSignedIn,
} from '../bindings';
import type { PlainId } from '../texts/staffMessages';

import { never } from '../kiosk/screens';

/** What a colleague looks at. */
export type Place =
  | { at: 'today' }
  | { at: 'registration'; id: string }
  /** Records to register somebody from; nothing is asked until something is searched for. */
  | { at: 'find_record'; search: string }
  /** One of them; `search` leads back to the others. */
  | { at: 'record'; id: string; search: string }
  | { at: 'reviews' }
  | { at: 'review'; id: string }
  | { at: 'staff' }
  | { at: 'sync' }
  | { at: 'by_hand' }
  | { at: 'kiosks' }
  | { at: 'figures'; over: FiguresOver }
  | { at: 'log'; by: LogBy; days: LogDays }
  | { at: 'nothing' };

export type Section = 'today' | 'reviews' | 'sync' | 'kiosks' | 'figures' | 'log' | 'staff';

interface SectionWords {
  section: Section;
  word: PlainId;
  needs: StaffPermission;
}

const SECTIONS: readonly SectionWords[] = [
  { section: 'today', word: 'nav-today', needs: 'see_patients' },
  { section: 'reviews', word: 'nav-reviews', needs: 'settle_reviews' },
  { section: 'sync', word: 'nav-sync', needs: 'settle_sync' },
  { section: 'kiosks', word: 'nav-kiosks', needs: 'see_kiosks' },
  { section: 'figures', word: 'nav-figures', needs: 'see_figures' },
  { section: 'log', word: 'nav-log', needs: 'see_access_log' },
  { section: 'staff', word: 'nav-staff', needs: 'see_staff' },
];

export function sectionsOf(you: StaffSignedIn): readonly SectionWords[] {
  return SECTIONS.filter(({ needs }) => you.may.includes(needs));
}

export function firstPlaceOf(you: StaffSignedIn): Place {
  const [first] = sectionsOf(you);
  return first ? placeOf(first.section, you) : { at: 'nothing' };
}

/** Where a section begins. */
export function placeOf(section: Section, you: StaffSignedIn): Place {
  switch (section) {
    case 'figures':
      return { at: 'figures', over: 'week' };
    case 'log':
      return {
        at: 'log',
        by: { by: 'everything' },
        days: lastDays(new Date(), WEEK, you.time_zone),
      };
    case 'today':
    case 'reviews':
    case 'sync':
    case 'kiosks':
    case 'staff':
      return { at: section };
    default:
      return never(section);
  }
}

const WEEK = 7;

const DAY_MS = 86_400_000;

/** So many days, today among them, by the practice's calendar: this machine may stand in another zone. */
export function lastDays(now: Date, days: number, timeZone: string): LogDays {
  const parts = new Intl.DateTimeFormat('en-GB', { dateStyle: 'short', timeZone }).format(now);
  const [day = 1, month = 1, year = 1] = parts.split('/').map(Number);
  const today = Date.UTC(year, month - 1, day);
  const iso = (ago: number): string => new Date(today - ago * DAY_MS).toISOString().slice(0, 10);
  return { from: iso(days - 1), to: iso(0) };
}

/** The section that a place belongs to. */
export function sectionOf(place: Place): Section | null {
  switch (place.at) {
    case 'today':
    case 'registration':
    case 'find_record':
    case 'record':
      return 'today';
    case 'reviews':
    case 'review':
      return 'reviews';
    case 'sync':
    case 'by_hand':
      return 'sync';
    case 'kiosks':
    case 'figures':
    case 'log':
    case 'staff':
      return place.at;
    case 'nothing':
      return null;
    default:
      return never(place);
  }
}

/** What is asked there. */
export function askOf(place: Place, search: string): StaffAsk | null {
  switch (place.at) {
    case 'today':
      return { ask: 'today', search, by_itself: false };
    case 'registration':
      return { ask: 'registration', id: place.id };
    case 'find_record':
      return place.search === '' ? null : { ask: 'find_records', search: place.search };
    case 'record':
      return { ask: 'record', id: place.id };
    case 'reviews':
      return { ask: 'reviews' };
    case 'review':
      return { ask: 'review', id: place.id };
    case 'staff':
      return { ask: 'staff' };
    case 'sync':
      return { ask: 'sync' };
    case 'by_hand':
      return { ask: 'by_hand' };
    case 'kiosks':
      return { ask: 'kiosks', by_itself: false };
    case 'figures':
      return { ask: 'figures', over: place.over };
    case 'log':
      return { ask: 'access_log', by: place.by, days: place.days, before: null };
    case 'nothing':
      return null;
    default:
      return never(place);
  }
}
