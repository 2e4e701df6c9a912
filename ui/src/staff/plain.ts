/** Signs that turn the direction of what stands around them, and line ends: none belongs to a name. */
const TURNS =
  /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** What somebody typed, with such signs made visible: they can neither turn our own words nor hide. */
export function plain(typed: string): string {
  return typed.replaceAll(TURNS, '\ufffd');
}
