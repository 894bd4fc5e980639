/** Whether a key is meant for a form, a field, a menu, a dialog or a terminal, and not for the page. */
export const isTyping = ({ target }: KeyboardEvent): boolean => {
  if (!(target instanceof Element)) return false
  if (target instanceof HTMLInputElement && !["radio", "checkbox"].includes(target.type)) return true
  return target.closest("select, textarea, form, details.menu[open], dialog, .device") !== null
}
