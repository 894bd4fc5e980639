/** An attempt to be written, and the alarm that this raises. */
import type { Alarm, Attempt } from "./Attempt.ts"

export interface Revision {
  readonly attempt: Attempt
  readonly alarm?: Alarm | undefined
}

/** The attempt with an alarm, if there is one. */
export const raise = (attempt: Attempt, alarm: Alarm | undefined): Revision =>
  alarm === undefined ? { attempt } : { attempt: withAlarm(attempt, alarm), alarm }

/** The attempt with an alarm, if there is one that it does not have yet. */
export const raiseOnce = (attempt: Attempt, alarm: Alarm | undefined): Revision =>
  raise(attempt, alarm !== undefined && isRaised(attempt, alarm) ? undefined : alarm)

/** Whether an attempt already has an alarm that says the same. */
export const isRaised = ({ alarms = [] }: Attempt, { code, details }: Alarm): boolean =>
  alarms.some((each) => each.code === code && JSON.stringify(each.details) === JSON.stringify(details))

/** The attempt with the alarms of another version of it, without those about writing its result. */
export const withAlarmsOf = (attempt: Attempt, { alarms = [] }: Attempt): Attempt =>
  alarms
    .filter(({ code }) => !isAboutWriting(code))
    .reduce<Attempt>((known, alarm) => raiseOnce(known, alarm).attempt, attempt)

/** The attempt with an alarm; of those about writing the result, only the last is kept. */
export const withAlarm = (attempt: Attempt, alarm: Alarm): Attempt => {
  const { alarms = [] } = attempt
  return {
    ...attempt,
    alarms: [...alarms.filter(({ code }) => !(isAboutWriting(code) && isAboutWriting(alarm.code))), alarm]
  }
}

const isAboutWriting = (code: Alarm["code"]): boolean => code.startsWith("attempt.end.")
