import type { StaffPermission, StaffSignedIn } from '../bindings';
import type { PlainId } from '../texts/staffMessages';

/** What a colleague looks at. */
export type Place =
  | { at: 'today' }
  | { at: 'registration'; id: string }
  | { at: 'reviews' }
  | { at: 'review'; id: string }
  | { at: 'staff' }
  | { at: 'nothing' };

export type Section = 'today' | 'reviews' | 'staff';

interface SectionWords {
  section: Section;
  word: PlainId;
  needs: StaffPermission;
}

const SECTIONS: readonly SectionWords[] = [
  { section: 'today', word: 'nav-today', needs: 'see_patients' },
  { section: 'reviews', word: 'nav-reviews', needs: 'settle_reviews' },
  { section: 'staff', word: 'nav-staff', needs: 'see_staff' },
];

export function sectionsOf(you: StaffSignedIn): readonly SectionWords[] {
  return SECTIONS.filter(({ needs }) => you.may.includes(needs));
}

export function firstPlaceOf(you: StaffSignedIn): Place {
  const [first] = sectionsOf(you);
  return first ? { at: first.section } : { at: 'nothing' };
}

/** The section that a place belongs to. */
export function sectionOf(place: Place): Section | null {
  switch (place.at) {
    case 'today':
    case 'registration':
      return 'today';
    case 'reviews':
    case 'review':
      return 'reviews';
    case 'staff':
      return 'staff';
    case 'nothing':
      return null;
  }
}
