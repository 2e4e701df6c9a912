import type { Keys, LayoutName } from './layouts';

/** Which field the keys on the screen type into, and whether they are on show. */
class KeyboardState {
  /** The fields on the screen, in order of appearance. */
  #fields: HTMLInputElement[] = [];
  target = $state.raw<HTMLInputElement | null>(null);
  layout = $state<LayoutName>('name');
  /** Where the field began, and where "abc" leads back to. */
  #letters: Keys = 'name';
  /** Somebody types on real keys: ours would only be in the way. */
  hardware = $state(false);
  shift = $state<'off' | 'once' | 'locked'>('off');
  accents = $state(false);

  readonly visible = $derived(this.target !== null && !this.hardware);

  /**
   * Makes `field` one that the keyboard serves; returns how to undo it.
   *
   * The keys come with the first field of a screen, or with `onDemand` only while somebody types into it.
   */
  serve(field: HTMLInputElement, keys: Keys, onDemand = false): () => void {
    const take = (): void => {
      if (this.target === field) return;
      this.target = field;
      this.layout = keys;
      this.#letters = keys;
      this.accents = false;
      this.#capitalAtStart();
    };
    this.#fields.push(field);
    field.addEventListener('focus', take);
    if (this.target === null && !onDemand) take();
    // With the click and not the loss of focus: what is pressed must not move away under the finger.
    const clicked = ({ target }: MouseEvent): void => {
      if (this.target !== field || document.activeElement === field) return;
      if (!(target instanceof Element && target.closest('.keyboard, .keys-hidden')))
        this.target = null;
    };
    if (onDemand) document.addEventListener('click', clicked);
    return () => {
      document.removeEventListener('click', clicked);
      field.removeEventListener('focus', take);
      this.#fields = this.#fields.filter((other) => other !== field);
      // The next person must not find it by way of a detached element.
      field.value = '';
      if (this.target === field) this.target = null;
      this.shift = 'off';
    };
  }

  typed(): void {
    if (this.shift === 'once') this.shift = 'off';
    this.accents = false;
    this.#capitalAtStart();
  }

  lead(to: 'symbols' | 'letters'): void {
    this.layout = to === 'letters' ? this.#letters : to;
    this.accents = false;
  }

  pressShift(): void {
    this.shift = this.shift === 'off' ? 'once' : this.shift === 'once' ? 'locked' : 'off';
  }

  #capitalAtStart(): void {
    if (this.layout === 'name' && this.target?.value === '' && this.shift === 'off')
      this.shift = 'once';
    else if (this.layout !== 'name' && this.layout !== 'password' && this.layout !== 'symbols')
      this.shift = 'off';
  }
}

export const keyboard = new KeyboardState();
