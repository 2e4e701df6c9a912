import { FluentBundle, FluentResource } from '@fluent/bundle';
import english from './staff.en-GB.ftl?raw';
import type { MessageId, Messages } from './staffMessages';

/** Apart from the patients' words: a kiosk reads these only once staff unlock it. */
const bundle = new FluentBundle('en-GB');
bundle.addResource(new FluentResource(english));

type ArgumentsOf<Id extends MessageId> = Messages[Id] extends null ? [] : [args: Messages[Id]];

/** The words for `id`, for staff. */
export function t<Id extends MessageId>(id: Id, ...args: ArgumentsOf<Id>): string {
  const pattern = bundle.getMessage(id)?.value;
  return pattern ? bundle.formatPattern(pattern, args[0] ?? null) : id;
}
