/** The user menu: login, language, appearance, documentation, sign-out. */
import type { Language } from "../text/format.ts"
import { useAppContext } from "./context.ts"
import { Dropdown } from "./Dropdown.tsx"
import { Settings } from "./Settings.tsx"

interface Props {
  readonly onLanguage: (language: Language) => void
  readonly onSignOut: () => void
}

export const Menu = ({ onLanguage, onSignOut }: Props) => {
  const { words, language, session } = useAppContext()
  const label = (
    <>
      <span class="visually-hidden">{words.settings.menu} </span>
      <span class="who" dir="auto">
        {session.login}
      </span>
    </>
  )
  return (
    <Dropdown class="button quiet" stays label={label}>
      <p class="hint" dir="auto">
        {words.settings.signedInAs(session.login)}
        <br />
        {words.modeHint[session.mode]}
        <br />
        hipay-pos {session.version}
      </p>
      <Settings words={words} language={language} onLanguage={onLanguage} />
      <div class="actions">
        <a class="button" href="/docs">
          {words.start.docs}
        </a>
        <button type="button" class="button" onClick={onSignOut}>
          {words.settings.signOut}
        </button>
      </div>
    </Dropdown>
  )
}
