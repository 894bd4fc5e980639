/** The root of the pages: session and language, then the shell or the sign-in form. */

import type { Session } from "@hipay-pos/core/wire/Session"
import { useCallback, useMemo, useState } from "hono/jsx/dom"
import { makeServer, type RequestProblem } from "./server/Server.ts"
import { type AppContext, AppContextProvider } from "./shell/context.ts"
import { useEffect } from "./shell/hooks.ts"
import { Login } from "./shell/Login.tsx"
import { problemText } from "./shell/ProblemNote.tsx"
import { chooseLanguage } from "./shell/preferences.ts"
import { Settings } from "./shell/Settings.tsx"
import { Shell } from "./shell/Shell.tsx"
import { setServerClock, watchClock } from "./shell/serverClock.ts"
import type { Words } from "./text/en.ts"
import { type Language, setTimeZone } from "./text/format.ts"
import { loadWords } from "./text/words.ts"

/** Whether a user is signed in; `Failed`: the server could not be asked, and is asked again. */
type AuthState =
  | { readonly _tag: "Checking" }
  | { readonly _tag: "SignedIn"; readonly session: Session }
  | { readonly _tag: "SignedOut"; readonly simulated: boolean; readonly ended: boolean }
  | { readonly _tag: "Failed"; readonly problem: RequestProblem }

const spaceInAddress = () => new URLSearchParams(location.search).get("space") ?? ""

interface Props {
  readonly language: Language
  readonly words: Words
}

export const App = (start: Props) => {
  const [{ language, words }, setText] = useState(start)
  const [space, setSpace] = useState(spaceInAddress)
  const [auth, setAuth] = useState<AuthState>({ _tag: "Checking" })

  const signedOut = useCallback(
    () =>
      setAuth((before) => ({
        _tag: "SignedOut",
        simulated: before._tag === "SignedIn" && before.session.mode === "simulated",
        ended: before._tag === "SignedIn"
      })),
    []
  )
  const server = useMemo(() => makeServer({ space, onSignedOut: signedOut }), [space, signedOut])

  const checkSession = useCallback(async () => {
    const probe = makeServer({ space, onSignedOut: () => {} })
    const reply = await probe.get<Session>("/session")
    if (reply.ok) {
      setTimeZone(reply.value.timeZone, reply.value.dayStarts)
      if (reply.value.now !== undefined) setServerClock(reply.value.now)
    }
    if (reply.ok) return setAuth({ _tag: "SignedIn", session: reply.value })
    if (reply.problem.status !== 401) return setAuth({ _tag: "Failed", problem: reply.problem })
    const simulated = reply.headers?.get("X-Hipay-Pos-Mode") === "simulated"
    setAuth({ _tag: "SignedOut", simulated, ended: false })
  }, [space])

  useEffect(() => void checkSession(), [checkSession])
  const isSignedIn = auth._tag === "SignedIn"
  useEffect(() => {
    if (!isSignedIn) return
    return watchClock(async () => {
      const reply = await server.get<Session>("/session")
      if (reply.ok && reply.value.now !== undefined) setServerClock(reply.value.now)
    })
  }, [isSignedIn, server])
  useEffect(() => {
    if (auth._tag !== "Failed") return
    const timer = setTimeout(() => void checkSession(), 2000)
    return () => clearTimeout(timer)
  }, [auth, checkSession])

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

  const context = useMemo<AppContext | undefined>(
    () => (auth._tag === "SignedIn" ? { words, language, session: auth.session, server, chooseSpace } : undefined),
    [auth, words, language, server, chooseSpace]
  )

  if (context !== undefined) {
    return (
      <AppContextProvider value={context}>
        <Shell
          onLanguage={chooseWords}
          onSignOut={async () => {
            await server.send({ method: "DELETE", path: "/session" })
            void checkSession()
          }}
        />
      </AppContextProvider>
    )
  }
  return (
    <div class="outside">
      <header>
        <Settings words={words} language={language} onLanguage={chooseWords} />
      </header>
      {auth._tag === "SignedOut" ? (
        <Login
          words={words}
          space={space}
          simulated={auth.simulated}
          ended={auth.ended}
          onSignedIn={(chosen) => {
            if (chosen === space) void checkSession()
            else chooseSpace(chosen)
          }}
        />
      ) : (
        <main class="login" id="content">
          <h1 class="visually-hidden">{words.title}</h1>
          <p role="status">{auth._tag === "Failed" ? problemText(words, auth.problem) : `${words.loading} …`}</p>
        </main>
      )}
    </div>
  )
}
