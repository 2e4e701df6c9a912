/** Shows "kt49qfmd" as "KT49-QFMD" while it is typed at the end; never moves a caret that stands elsewhere. */
export function inFours(field: HTMLInputElement): string {
  const { value } = field;
  const atEnd = field.selectionStart === null || field.selectionStart === value.length;
  const signs = value.replaceAll(/[\s-]/g, '').toUpperCase();
  if (!atEnd || signs.length > 12) return value;
  const grouped = signs.match(/.{1,4}/g)?.join('-') ?? '';
  if (grouped !== value) {
    field.value = grouped;
    field.setSelectionRange(grouped.length, grouped.length);
  }
  return grouped;
}
