/** Language and appearance, kept in the browser. */
import { useState } from "hono/jsx/dom"
import type { Words } from "../text/en.ts"
import type { Language } from "../text/format.ts"
import { inputValue } from "./input.ts"
import { chooseTheme, languages, type Theme, theme, themes } from "./preferences.ts"

interface Props {
  readonly words: Words
  readonly language: Language
  readonly onLanguage: (language: Language) => void
}

const names: Readonly<Record<Language, string>> = { en: "English", fr: "Français" }

export const Settings = ({ words, language, onLanguage }: Props) => {
  const [chosen, setChosen] = useState<Theme>(theme)
  return (
    <div class="settings">
      <label>
        <span class="visually-hidden">{words.settings.language}</span>
        <select
          value={language}
          onChange={(event: Event) => {
            const value = inputValue(event)
            onLanguage(languages.find((each) => each === value) ?? language)
          }}
        >
          {languages.map((each) => (
            <option key={each} value={each} lang={each} selected={each === language}>
              {names[each]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="visually-hidden">{words.settings.theme}</span>
        <select
          value={chosen}
          onChange={(event: Event) => {
            const value = inputValue(event)
            const next = themes.find((each) => each === value) ?? "system"
            chooseTheme(next)
            setChosen(next)
          }}
        >
          {themes.map((each) => (
            <option key={each} value={each} selected={each === chosen}>
              {words.settings.themes[each]}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}
