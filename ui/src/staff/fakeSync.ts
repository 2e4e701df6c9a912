import type {
  ByHandRow,
  JournalRow,
  StaffAnswer,
  StaffAsk,
  SyncAct,
  SyncRow,
  SyncTrouble,
} from '../bindings';
import { never } from '../kiosk/screens';
import { idOf, minutesAgo } from './fakePeople';

type Asked = Extract<
  StaffAsk,
  { ask: 'sync' | 'see_to_change' | 'by_hand' | 'entered_by_hand' | 'know_of_lost' }
>;

const HOUR = 60;
const DAY = 24 * HOUR;

interface Change {
  name: string;
  reference: string;
  trouble: SyncTrouble | null;
  ago: number;
  review?: string;
  may?: SyncAct[];
}

const change = ({ ago, may = [], review, ...rest }: Change): SyncRow => ({
  registration: idOf(),
  since: minutesAgo(ago),
  review: review ?? null,
  may,
  ...rest,
});

/** Changes of the stand-in. */
export class FakeSync {
  onTheirWay = 2;
  trouble: SyncRow[] = [];
  differing: SyncRow[] = [];
  byHand: ByHandRow[] = [];
  journals: JournalRow[] = [];

  /** As many as a bad week brings. `review`: one that waits. */
  worry(review: string): void {
    this.trouble = [
      change({
        name: 'Rosalind Achterberg',
        reference: 'KT4-9QF',
        trouble: 'not_written',
        ago: 2 * DAY,
        review,
        may: ['retry'],
      }),
      change({
        name: 'Emeka Nwosu',
        reference: 'HX7-2LM',
        trouble: 'refused',
        ago: 9 * HOUR,
        may: ['retry', 'review'],
      }),
      change({
        name: 'Zoë 👩🏽‍🚀 Ōkāreka',
        reference: 'PW3-6RD',
        trouble: 'record_changed',
        ago: 3 * HOUR,
        review,
      }),
      change({ name: 'Tadeusz Król', reference: 'QN8-4TC', trouble: 'waits_long', ago: 26 * HOUR }),
    ];
    this.differing = [
      change({
        name: 'Jo O’Brien-Smith',
        reference: 'BD5-7VK',
        trouble: null,
        ago: 4 * DAY,
        may: ['review'],
      }),
    ];
    this.journals = [
      {
        id: idOf(),
        kiosk: 'Front door',
        waiting: 0,
        lost: 3,
        lost_and_unseen: 1,
        reported_at: minutesAgo(4),
      },
      {
        id: idOf(),
        kiosk: 'Children’s desk',
        waiting: 2,
        lost: 0,
        lost_and_unseen: 0,
        reported_at: minutesAgo(70),
      },
    ];
  }

  /** As where the practice's software is out of reach. */
  leaveToHands(): void {
    this.byHand = [
      {
        registration: idOf(),
        purpose: 'update',
        name: 'Jo O’Brien-Smith',
        date_of_birth: '1985-03-07',
        since: minutesAgo(2 * DAY),
        fields: [
          { field: 'mobile', before: '07700 900555', now: '+447700900123' },
          { field: 'email', before: null, now: 'Jo.OBrien@Example.com' },
        ],
      },
      {
        registration: idOf(),
        purpose: 'create',
        name: 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Maximiliana',
        date_of_birth: '2001-11-30',
        since: minutesAgo(5 * HOUR),
        fields: [
          { field: 'mobile', before: null, now: '+447700900456' },
          { field: 'email', before: null, now: 'maximiliana.wolfeschlegelstein@example.org' },
        ],
      },
      {
        registration: idOf(),
        purpose: 'put_back',
        name: 'Emeka Nwosu',
        date_of_birth: null,
        since: minutesAgo(HOUR),
        fields: [{ field: 'mobile', before: '+447700900777', now: null }],
      },
    ];
  }

  get waiting(): number {
    const lost = this.journals.filter(({ lost_and_unseen }) => lost_and_unseen > 0).length;
    return this.trouble.length + this.byHand.length + lost;
  }

  answer(ask: Asked): StaffAnswer {
    switch (ask.ask) {
      case 'sync':
        return this.#sync();
      case 'see_to_change':
        this.#seeTo(ask.registration, ask.act);
        return this.#sync();
      case 'by_hand':
        return this.#byHand();
      case 'entered_by_hand':
        this.byHand = this.byHand.filter(({ registration }) => registration !== ask.registration);
        return this.#byHand();
      case 'know_of_lost':
        this.journals = this.journals.map((journal) =>
          journal.id === ask.journal ? { ...journal, lost_and_unseen: 0 } : journal,
        );
        return this.#sync();
      default:
        return never(ask);
    }
  }

  #seeTo(registration: string, act: SyncAct): void {
    const isMeant = (row: SyncRow): boolean => row.registration === registration;
    const seenTo = [...this.trouble, ...this.differing].find(isMeant);
    this.trouble = this.trouble.filter((row) => !isMeant(row));
    this.differing = this.differing.filter((row) => !isMeant(row));
    if (act === 'retry') this.onTheirWay += 1;
    else if (seenTo)
      this.trouble.push({
        ...seenTo,
        trouble: seenTo.trouble ?? 'record_changed',
        review: idOf(),
        may: [],
      });
  }

  #sync(): StaffAnswer {
    const { onTheirWay, trouble, differing, byHand, journals } = this;
    const sync = {
      on_their_way: onTheirWay,
      for_staff: trouble.length,
      trouble,
      differing,
      by_hand: byHand.length,
      journals,
    };
    return { answer: 'sync', sync };
  }

  #byHand(): StaffAnswer {
    return { answer: 'by_hand', rows: [...this.byHand], in_all: this.byHand.length };
  }
}
