import { FluentBundle, FluentResource } from '@fluent/bundle';
import english from './en-GB.ftl?raw';
import type { MessageId, Messages, PlainId } from './messages';
import { rightToLeft } from './rightToLeft';

export interface Language {
  /** BCP 47. */
  tag: string;
  /** In the language itself. */
  name: string;
  direction: 'ltr' | 'rtl';
}

export const ENGLISH: Language = { tag: 'en-GB', name: 'English', direction: 'ltr' };

/** English in Arabic letters and a third longer: proves direction and room before a real translation does. */
export const PSEUDO: Language = { tag: 'ar-XB', name: 'تجربة ⟵ RTL', direction: 'rtl' };

function bundleOf(language: Language): FluentBundle {
  // Numbers and plurals stay English in the pseudo-language, whose words are.
  const bundle = new FluentBundle(
    ENGLISH.tag,
    language.tag === PSEUDO.tag ? { transform: rightToLeft } : {},
  );
  bundle.addResource(new FluentResource(english));
  return bundle;
}

class Texts {
  language = $state.raw(ENGLISH);
  readonly #bundle = $derived(bundleOf(this.language));

  get<Id extends MessageId>(id: Id, args: Messages[Id]): string {
    const pattern = this.#bundle.getMessage(id)?.value;
    return pattern ? this.#bundle.formatPattern(pattern, args) : id;
  }
}

export const texts = new Texts();

type ArgumentsOf<Id extends MessageId> = Messages[Id] extends null ? [] : [args: Messages[Id]];

/** The words for `id` in the language of the person at the kiosk. */
export function t<Id extends MessageId>(id: Id, ...args: ArgumentsOf<Id>): string {
  return texts.get(id, (args[0] ?? null) as Messages[Id]);
}

/** The words for `id` in English whatever the patient chose: for staff. */
export function inEnglish(id: PlainId): string {
  const bundle = bundleOf(ENGLISH);
  const pattern = bundle.getMessage(id)?.value;
  return pattern ? bundle.formatPattern(pattern) : id;
}
