/** What a terminal tells of the card it took, as text. */

/** An authorization number without the blanks around it; undefined where it is blanks or zeros only. */
export const authorizationNumberOf = (text: string | undefined): string | undefined => {
  const number = text?.trim() ?? ""
  return /^0*$/.test(number) ? undefined : number
}
