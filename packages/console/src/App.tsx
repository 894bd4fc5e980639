/** The pages: who is there, in which language, and then the shell. */
import { useCallback, useMemo, useState } from "hono/jsx/dom"
import type { Session } from "./server/model.ts"
import { makeServer, type Problem } from "./server/Server.ts"
import { type Desk, DeskProvider } from "./shell/context.ts"
import { useEffect } from "./shell/hooks.ts"
import { Login } from "./shell/Login.tsx"
import { problemText } from "./shell/ProblemNote.tsx"
import { chooseLanguage } from "./shell/preferences.ts"
import { Settings } from "./shell/Settings.tsx"
import { Shell } from "./shell/Shell.tsx"
import type { Words } from "./text/en.ts"
import type { Language } from "./text/format.ts"
import { loadWords } from "./text/words.ts"

/** Who is there: nobody asked yet, somebody, nobody, or no server to ask. */
type Door =
  | { readonly _tag: "Asking" }
  | { readonly _tag: "Open"; readonly session: Session }
  | { readonly _tag: "Closed"; readonly simulated: boolean; readonly ended: boolean }
  | { readonly _tag: "Broken"; readonly problem: Problem }

const spaceOfAddress = () => new URLSearchParams(location.search).get("space") ?? ""

interface Props {
  readonly language: Language
  readonly words: Words
}

export const App = (start: Props) => {
  const [{ language, words }, setText] = useState(start)
  const [space, setSpace] = useState(spaceOfAddress)
  const [door, setDoor] = useState<Door>({ _tag: "Asking" })

  const close = useCallback(
    () =>
      setDoor((before) => ({
        _tag: "Closed",
        simulated: before._tag === "Open" && before.session.mode === "simulated",
        ended: before._tag === "Open"
      })),
    []
  )
  const server = useMemo(() => makeServer({ space, onSignedOut: close }), [space, close])

  const ask = useCallback(async () => {
    const quiet = makeServer({ space, onSignedOut: () => {} })
    const reply = await quiet.get<Session>("/session")
    if (reply.ok) return setDoor({ _tag: "Open", session: reply.value })
    if (reply.problem.status !== 401) return setDoor({ _tag: "Broken", problem: reply.problem })
    const simulated = reply.headers?.get("X-Hipay-Pos-Mode") === "simulated"
    setDoor({ _tag: "Closed", simulated, ended: false })
  }, [space])

  useEffect(() => void ask(), [ask])
  useEffect(() => {
    if (door._tag !== "Broken") return
    const timer = setTimeout(() => void ask(), 2000)
    return () => clearTimeout(timer)
  }, [door, ask])

  const chooseSpace = useCallback((chosen: string) => {
    const address = new URL(location.href)
    if (chosen === "") address.searchParams.delete("space")
    else address.searchParams.set("space", chosen)
    history.replaceState(null, "", address)
    setSpace(chosen)
  }, [])

  const chooseWords = useCallback(async (chosen: Language) => {
    chooseLanguage(chosen)
    setText({ language: chosen, words: await loadWords(chosen) })
  }, [])

  const desk = useMemo<Desk | undefined>(
    () => (door._tag === "Open" ? { words, language, session: door.session, server, chooseSpace } : undefined),
    [door, words, language, server, chooseSpace]
  )

  if (desk !== undefined) {
    return (
      <DeskProvider value={desk}>
        <Shell
          onLanguage={chooseWords}
          onSignOut={async () => {
            await server.send({ method: "DELETE", path: "/session" })
            void ask()
          }}
        />
      </DeskProvider>
    )
  }
  return (
    <div class="outside">
      <header>
        <Settings words={words} language={language} onLanguage={chooseWords} />
      </header>
      {door._tag === "Closed" ? (
        <Login
          words={words}
          space={space}
          simulated={door.simulated}
          ended={door.ended}
          onSignedIn={(chosen) => {
            if (chosen === space) void ask()
            else chooseSpace(chosen)
          }}
        />
      ) : (
        <main class="login" id="content">
          <h1 class="visually-hidden">{words.title}</h1>
          <p role="status">{door._tag === "Broken" ? problemText(words, door.problem) : `${words.loading} …`}</p>
        </main>
      )}
    </div>
  )
}
