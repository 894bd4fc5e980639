/** Whether a notification is genuine, by its signature, and what it says. */
import {
  type Algorithm,
  type Notification,
  NotificationError,
  readNotification,
  verifyNotification
} from "@hipay-pos/client/notification"
import * as Effect from "effect/Effect"

/** The result. An error with an algorithm means: genuine, but unreadable. */
export interface Judged {
  readonly algorithm?: Algorithm
  readonly notification?: Notification
  readonly error?: NotTaken
}

/** Why it is not genuine or cannot be read, and what to do, in one sentence each. */
export interface NotTaken extends Pick<NotificationError, "detail" | "advice"> {
  readonly kind: NotificationError["kind"] | "RequestRefused"
}

export const judgeNotification = (
  body: Uint8Array,
  headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>,
  passphrase: string
): Effect.Effect<Judged> =>
  Effect.promise(async () => {
    let algorithm: Algorithm | undefined
    try {
      const verified = await verifyNotification(body, headers, passphrase)
      algorithm = verified.algorithm
      return { algorithm, notification: await readNotification(verified.body) }
    } catch (error) {
      if (!(error instanceof NotificationError)) throw error
      return algorithm === undefined ? { error } : { algorithm, error }
    }
  })

/** The result as JSON. */
export const judgedJson = ({ algorithm, notification, error }: Judged) => ({
  genuine: algorithm !== undefined,
  algorithm,
  notification,
  error: error && { kind: error.kind, problem: error.detail, next: error.advice }
})
