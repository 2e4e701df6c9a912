import type { HelpStands } from '../bindings';

/** A call for help as the kiosk hears of it. Rust and the portal say when nobody comes; what cannot be asked is nobody. */
export class HelpCall {
  stands = $state<HelpStands>('ringing');

  constructor(
    readonly ask: (reference: string) => Promise<HelpStands>,
    readonly reference: string,
  ) {}

  async look(): Promise<void> {
    try {
      this.stands = await this.ask(this.reference);
    } catch {
      this.stands = 'take_reference';
    }
  }
}
