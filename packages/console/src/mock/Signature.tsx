/** How a notification is signed, and a check of its signature with the reader's passphrase. */
import { useState } from "hono/jsx/dom"
import type { NotificationDetail } from "../server/model.ts"
import { useAppContext } from "../shell/context.ts"
import { formData } from "../shell/input.ts"
import { digest } from "./digest.ts"

export const Signature = ({ notification: { body, signature } }: { readonly notification: NotificationDetail }) => {
  const { words } = useAppContext()
  const text = words.mock
  return (
    <section class="panel">
      <h2>{text.signature}</h2>
      {signature === undefined ? (
        <p class="hint">{text.signatureNone}</p>
      ) : (
        <>
          <p class="hint">{text.signatureHow(signature.algorithm)}</p>
          <dl class="facts stacked">
            <div>
              <dt>{text.input}</dt>
              <dd>
                <code dir="auto">{body}</code>
                <code class="secret">{signature.passphrase}</code>
              </dd>
            </div>
            <div>
              <dt>{text.value}</dt>
              <dd>
                <code>{signature.value}</code>
              </dd>
            </div>
          </dl>
          <Check body={body} algorithm={signature.algorithm} value={signature.value} />
        </>
      )}
    </section>
  )
}

interface CheckProps {
  readonly body: string
  readonly algorithm: string
  readonly value: string
}

const Check = ({ body, algorithm, value }: CheckProps) => {
  const { words } = useAppContext()
  const text = words.mock
  const [same, setSame] = useState<boolean | undefined>(undefined)
  // Browsers offer crypto.subtle only on loopback and over HTTPS.
  if (!isSecureContext) return null
  const check = async (event: Event) => {
    event.preventDefault()
    const passphrase = String(formData(event).get("passphrase") ?? "")
    setSame((await digest(algorithm, body + passphrase)) === value)
  }
  return (
    <form class="inline-form" onSubmit={check}>
      <label>
        <span class="visually-hidden">{text.passphrase}</span>
        <input name="passphrase" type="password" required autocomplete="off" placeholder={text.passphrase} />
      </label>
      <button type="submit" class="button">
        {text.check}
      </button>
      <p role="status" class="hint">
        {same === undefined ? text.checkHint : same ? text.matches : text.differs}
      </p>
    </form>
  )
}
