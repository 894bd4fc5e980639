/** Whether a key is meant for a field, a dialog or a terminal, and not for the page. */
export const isTyping = ({ target }: KeyboardEvent): boolean => {
  if (!(target instanceof Element)) return false
  if (target instanceof HTMLInputElement) return !["radio", "checkbox"].includes(target.type)
  return ["SELECT", "TEXTAREA"].includes(target.tagName) || target.closest("dialog, .device") !== null
}
