import type {
  ByHandRow,
  Figures,
  KioskRow,
  LogChoice,
  LogRow,
  LogVerified,
  StaffAnswer,
  Sync,
} from '../bindings';
import { never } from '../kiosk/screens';

interface Kiosks {
  rows: KioskRow[];
  here: string | null;
}

interface Log {
  rows: LogRow[];
  more: boolean;
  staff: LogChoice[];
  kiosks: LogChoice[];
}

interface ByHand {
  rows: ByHandRow[];
  in_all: number;
}

interface File {
  name: string;
  csv: string;
}

type OfficeAnswer = Extract<
  StaffAnswer,
  {
    answer:
      'kiosks' | 'sync' | 'by_hand' | 'figures' | 'access_log' | 'access_log_verified' | 'file';
  }
>;

/** What was last answered about kiosks, records, figures and the log. */
export class Office {
  kiosks = $state.raw<Kiosks | null>(null);
  sync = $state.raw<Sync | null>(null);
  byHand = $state.raw<ByHand | null>(null);
  figures = $state.raw<Figures | null>(null);
  log = $state.raw<Log | null>(null);
  verified = $state.raw<LogVerified | null>(null);
  file = $state.raw<File | null>(null);

  take(answer: OfficeAnswer): void {
    switch (answer.answer) {
      case 'kiosks':
        this.kiosks = answer;
        break;
      case 'sync':
        this.sync = answer.sync;
        break;
      case 'by_hand':
        this.byHand = answer;
        break;
      case 'figures':
        this.figures = answer.figures;
        break;
      case 'access_log':
        this.log = answer;
        break;
      case 'access_log_verified':
        this.verified = answer.verified;
        break;
      case 'file':
        this.file = answer;
        break;
      default:
        never(answer);
    }
  }

  forget(): void {
    this.kiosks = null;
    this.sync = null;
    this.byHand = null;
    this.figures = null;
    this.log = null;
    this.verified = null;
    this.file = null;
  }
}
