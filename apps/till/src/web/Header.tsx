/** The shop's name, navigation, whether money is real, language and appearance. */
import type { IconNode } from "lucide"
import { ChartColumn, History, MonitorSmartphone, ShoppingBasket } from "lucide"
import type { View } from "./address.ts"
import { Icon } from "./Icon.tsx"
import { inputValue } from "./input.ts"
import type { Language, Theme } from "./preferences.ts"
import { useScreen } from "./Screen.ts"

interface HeaderProps {
  readonly view: View
  readonly setLanguage: (language: Language) => void
  readonly theme: Theme
  readonly setTheme: (theme: Theme) => void
}

export const Header = ({ view, setLanguage, theme, setTheme }: HeaderProps) => {
  const { words, language, state } = useScreen()
  const here = view === "pay" ? "sale" : view
  const link = (to: View, text: string, icon: IconNode) => (
    <a href={`#/${to}`} aria-current={here === to ? "page" : undefined}>
      <Icon of={icon} />
      {text}
    </a>
  )
  return (
    <header class="bar">
      <p class="shop" dir="auto">
        <img src="/icon.svg" alt="" width={28} height={28} />
        {state.shop}
      </p>
      <nav aria-label={words.till}>
        {link("sale", words.sale, ShoppingBasket)}
        {link("history", words.history, History)}
        {link("day", words.day, ChartColumn)}
      </nav>
      <div class="chips">
        <p class="chip" title={words.demoLong}>
          {words.demo}
          <span class="sr">: {words.demoLong}</span>
        </p>
        <ServerChip />
      </div>
      <div class="settings">
        <a
          class="button quiet icon-button"
          href="#/customer"
          target="_blank"
          rel="noopener"
          title={words.customerDisplay}
          aria-label={words.customerDisplay}
        >
          <Icon of={MonitorSmartphone} />
        </a>
        <button
          type="button"
          class="quiet"
          lang={language === "fr" ? "en" : "fr"}
          onClick={() => setLanguage(language === "fr" ? "en" : "fr")}
        >
          {language === "fr" ? "English" : "Français"}
        </button>
        <label class="sr" for="theme">
          {words.theme}
        </label>
        <select id="theme" onChange={(event: Event) => setTheme(inputValue(event) as Theme)}>
          {(["auto", "light", "dark"] as const).map((each) => (
            <option key={each} value={each} selected={each === theme}>
              {words.themes[each]}
            </option>
          ))}
        </select>
      </div>
    </header>
  )
}

const ServerChip = () => {
  const { words, state } = useScreen()
  const { healthy, mode } = state.server
  if (!healthy) return <p class="chip danger">{words.unreachable}</p>
  return mode === "simulated" ? (
    <p class="chip" title={words.simulatedHint}>
      {words.simulated}
    </p>
  ) : (
    <p class="chip ok">{words.live}</p>
  )
}
