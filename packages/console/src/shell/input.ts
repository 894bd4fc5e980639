/** What was entered, from the events of fields and forms: JSX does not type an event's target. */

/** The value of the field that an event is about. */
export const inputValue = ({ target }: Event): string =>
  (target as HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement).value

/** The fields of the form that an event is about. */
export const formData = ({ target }: Event): FormData => new FormData(target as HTMLFormElement)
