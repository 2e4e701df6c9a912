import type {
  ByHandRow,
  Figures,
  KioskRow,
  LogChoice,
  LogRow,
  LogVerified,
  RecordRow,
  RecordToRegister,
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

interface Records {
  rows: RecordRow[];
  more: boolean;
}

interface File {
  name: string;
  csv: string;
}

type OfficeAnswer = Extract<
  StaffAnswer,
  {
    answer:
      | 'records'
      | 'record'
      | 'kiosks'
      | 'sync'
      | 'by_hand'
      | 'figures'
      | 'access_log'
      | 'access_log_verified'
      | 'file';
  }
>;

/** What was last answered about records, kiosks, figures and the log. */
export class Office {
  /** Whom a search for records found. */
  records = $state.raw<Records | null>(null);
  /** Whose patient is to be registered. */
  record = $state.raw<RecordToRegister | null>(null);
  kiosks = $state.raw<Kiosks | null>(null);
  sync = $state.raw<Sync | null>(null);
  byHand = $state.raw<ByHand | null>(null);
  figures = $state.raw<Figures | null>(null);
  log = $state.raw<Log | null>(null);
  verified = $state.raw<LogVerified | null>(null);
  file = $state.raw<File | null>(null);

  take(answer: OfficeAnswer): void {
    switch (answer.answer) {
      case 'records':
        this.records = answer;
        break;
      case 'record':
        this.record = answer.record;
        break;
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
    this.records = null;
    this.record = null;
    this.kiosks = null;
    this.sync = null;
    this.byHand = null;
    this.figures = null;
    this.log = null;
    this.verified = null;
    this.file = null;
  }
}
