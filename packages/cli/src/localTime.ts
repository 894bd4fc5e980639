/** Times for people: in the time zone of this machine, which is named. */
import { printable } from "@hipay-pos/cli-kit"

/** This machine's time zone, such as Europe/Paris. */
export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** `2026-11-28 14:42:37`, from an ISO text; any other text is returned as it is. For tables whose header names the zone. */
export const localTime = (iso: string): string => {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return printable(iso)
  const two = (part: number) => String(part).padStart(2, "0")
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-")
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")}`
}

/** `2026-11-28 14:42:37 Europe/Paris`. */
export const zonedTime = (iso: string): string =>
  Number.isNaN(Date.parse(iso)) ? printable(iso) : `${localTime(iso)} ${zone()}`
