/** The sign-in form. The server sets a cookie that scripts cannot read. */
import { useState } from "hono/jsx/dom"
import { makeServer } from "../server/Server.ts"
import type { Words } from "../text/en.ts"
import { formData } from "./input.ts"
import { problemText } from "./ProblemNote.tsx"

interface Props {
  readonly words: Words
  readonly space: string
  /** Whether the server said that it is a mock. */
  readonly simulated: boolean
  /** Whether a session has just expired. */
  readonly ended: boolean
  readonly onSignedIn: (space: string) => void
}

export const Login = ({ words, space, simulated, ended, onSignedIn }: Props) => {
  const text = words.login
  const [failure, setFailure] = useState("")
  const [busy, setBusy] = useState(false)

  const signIn = async (event: Event) => {
    event.preventDefault()
    if (busy) return
    const form = formData(event)
    const field = (name: string) => String(form.get(name) ?? "")
    setBusy(true)
    setFailure("")
    const reply = await makeServer({ space: "", onSignedOut: () => {} }).send({
      method: "POST",
      path: "/session",
      body: { username: field("username"), password: field("password") }
    })
    setBusy(false)
    if (reply.ok) onSignedIn(field("space").trim())
    else setFailure(reply.problem.status === 401 ? text.wrong : problemText(words, reply.problem))
  }

  return (
    <main class="login" id="content">
      <form class="panel" onSubmit={signIn}>
        <img src="./favicon.svg" alt="" width="40" height="40" />
        <h1>{text.title}</h1>
        <p class="hint">{ended ? text.ended : text.intro}</p>
        <label class="field">
          <span>{text.username}</span>
          <input name="username" required autocomplete="username" autocapitalize="off" spellcheck={false} />
        </label>
        <label class="field">
          <span>{text.password}</span>
          <input name="password" type="password" required autocomplete="current-password" />
        </label>
        {simulated ? (
          <label class="field">
            <span>{text.space}</span>
            <input name="space" value={space} autocomplete="off" autocapitalize="off" spellcheck={false} />
          </label>
        ) : null}
        <div role="alert">{failure === "" ? null : <p class="note problem">{failure}</p>}</div>
        <button type="submit" class="button primary wide" disabled={busy}>
          {text.submit}
        </button>
        {simulated ? (
          <p class="hint">
            {text.mockHint} <code>merchant</code> / <code>secret</code>
          </p>
        ) : null}
      </form>
    </main>
  )
}
