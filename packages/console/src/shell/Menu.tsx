/** The user menu: login, language, appearance, sign-out. */
import { useRef } from "hono/jsx/dom"
import type { Language } from "../text/format.ts"
import { useAppContext } from "./context.ts"
import { useEffect } from "./hooks.ts"
import { Settings } from "./Settings.tsx"

interface Props {
  readonly onLanguage: (language: Language) => void
  readonly onSignOut: () => void
}

export const Menu = ({ onLanguage, onSignOut }: Props) => {
  const { words, language, session } = useAppContext()
  const menu = useRef<HTMLDetailsElement>(null)

  useEffect(() => {
    const close = (event: Event) => {
      const element = menu.current
      if (!element?.open) return
      const left = event instanceof KeyboardEvent ? event.key === "Escape" : !element.contains(event.target as Node)
      if (!left) return
      element.open = false
      if (event instanceof KeyboardEvent) element.querySelector("summary")?.focus()
    }
    addEventListener("click", close)
    addEventListener("keydown", close)
    return () => {
      removeEventListener("click", close)
      removeEventListener("keydown", close)
    }
  }, [])

  return (
    <details class="menu" ref={menu}>
      <summary class="button quiet">
        <span class="visually-hidden">{words.settings.menu}: </span>
        <span class="who" dir="auto">
          {session.login}
        </span>
        <span aria-hidden="true">▾</span>
      </summary>
      <div class="panel menu-panel">
        <p class="hint" dir="auto">
          {words.settings.signedInAs(session.login)}
          <br />
          {words.modeHint[session.mode]}
          <br />
          hipay-pos {session.version}
        </p>
        <Settings words={words} language={language} onLanguage={onLanguage} />
        <button type="button" class="button" onClick={onSignOut}>
          {words.settings.signOut}
        </button>
      </div>
    </details>
  )
}
