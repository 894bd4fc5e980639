/** What a terminal reports about the card, as text. */

/** An authorization number without surrounding blanks; undefined if it is only blanks or zeros. */
export const authorizationNumberOf = (text: string | undefined): string | undefined => {
  const number = text?.trim() ?? ""
  return /^0*$/.test(number) ? undefined : number
}
