/** An attempt as it is to be written, and the alarm that is raised by it. */
import type { Alarm, Attempt } from "./Attempt.ts"

export interface Revision {
  readonly attempt: Attempt
  readonly alarm?: Alarm | undefined
}

/** The attempt with an alarm, where there is one. */
export const raise = (attempt: Attempt, alarm: Alarm | undefined): Revision =>
  alarm === undefined ? { attempt } : { attempt: withAlarm(attempt, alarm), alarm }

/** With an alarm; of those about writing the result, only the last is kept. */
export const withAlarm = (attempt: Attempt, alarm: Alarm): Attempt => {
  const { alarms = [] } = attempt
  return {
    ...attempt,
    alarms: [...alarms.filter(({ code }) => !(isAboutWriting(code) && isAboutWriting(alarm.code))), alarm]
  }
}

const isAboutWriting = (code: Alarm["code"]): boolean => code.startsWith("attempt.end.")
