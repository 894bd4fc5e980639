/** The value of the field that an event is about: JSX does not type an event's target. */
export const inputValue = ({ target }: Event): string =>
  (target as HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement).value
