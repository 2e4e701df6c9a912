/** Shows "123456" as "123 456" while it is typed at the end; never moves a caret that stands elsewhere. */
export function inThrees(field: HTMLInputElement): string {
  const { value } = field;
  const digits = value.replaceAll(' ', '');
  const atEnd = field.selectionStart === null || field.selectionStart === value.length;
  if (!atEnd || digits.length > 6) return value;
  const grouped = digits.length > 3 ? `${digits.slice(0, 3)} ${digits.slice(3)}` : digits;
  if (grouped !== value) {
    field.value = grouped;
    field.setSelectionRange(grouped.length, grouped.length);
  }
  return grouped;
}
