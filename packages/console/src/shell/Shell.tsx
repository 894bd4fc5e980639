/** The frame of every view: mode, navigation, user menu. */
import { useRef, useState } from "hono/jsx/dom"
import { AttemptsView } from "../attempts/AttemptsView.tsx"
import type { Language } from "../text/format.ts"
import { useAppContext, useCanControl } from "./context.ts"
import { useEffect } from "./hooks.ts"
import { lazy } from "./lazy.tsx"
import { Menu } from "./Menu.tsx"
import { fromHash, needsControl, needsRelay, type Place, places, type Route, toHash } from "./route.ts"

/** Set by the build: whether the pages include the simulation. False for a gateway. */
declare const SIMULATION: boolean

const Nothing = (_: { readonly name?: string | undefined }) => <></>

const TerminalsView = SIMULATION
  ? lazy(async () => (await import("../terminal/TerminalsView.tsx")).TerminalsView)
  : Nothing
const DayView = lazy(async () => (await import("../day/DayView.tsx")).DayView)
const DriftView = lazy(async () => (await import("../relay/DriftView.tsx")).DriftView)
const MockView = SIMULATION ? lazy(async () => (await import("../mock/MockView.tsx")).MockView) : Nothing

interface Props {
  readonly onLanguage: (language: Language) => void
  readonly onSignOut: () => void
}

export const Shell = ({ onLanguage, onSignOut }: Props) => {
  const { words, session } = useAppContext()
  const visiblePlaces = usePlaces()
  const asked = useRoute()
  const { place, name }: Route = visiblePlaces.includes(asked.place) ? asked : { place: "attempts" }
  const main = useRef<HTMLElement>(null)

  useEffect(() => {
    document.title = `${place === "terminals" && name !== undefined ? name : words.places[place]} · ${words.title}`
  }, [words, place, name])

  // Moves the focus to the new view when the focused element was removed with the old one.
  useEffect(() => {
    const { activeElement } = document
    if (activeElement === null || activeElement === document.body) main.current?.focus()
    else if (activeElement instanceof HTMLElement && activeElement.offsetParent === null) main.current?.focus()
  }, [place, name])

  // A single terminal fills the page, for a tablet that stands in for it.
  if (place === "terminals" && name !== undefined) {
    return (
      <main id="content" class="kiosk">
        <TerminalsView name={name} />
      </main>
    )
  }
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {words.skip}
      </button>
      <header class="bar">
        <a class="brand" href={toHash({ place: "attempts" })} aria-label="hipay-pos">
          <img src="./favicon.svg" alt="" width="24" height="24" />
          <span>hipay-pos</span>
        </a>
        <span class={`mode ${session.mode}`} title={words.modeHint[session.mode]}>
          {words.mode[session.mode]}
        </span>
        {session.space === "" ? null : (
          <span class="mode space" dir="auto">
            {words.settings.space} {session.space}
          </span>
        )}
        <nav aria-label={words.menu}>
          <ul>
            {visiblePlaces.map((each) => (
              <li key={each}>
                <a href={toHash({ place: each })} aria-current={each === place ? "page" : undefined}>
                  {words.places[each]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <Menu onLanguage={onLanguage} onSignOut={onSignOut} />
      </header>
      <main id="content" tabIndex={-1} ref={main}>
        {place === "attempts" ? (
          <AttemptsView picked={name} />
        ) : place === "terminals" ? (
          <TerminalsView name={name} />
        ) : place === "day" ? (
          <DayView />
        ) : place === "drift" ? (
          <DriftView />
        ) : (
          <MockView key={place} place={place} name={name} />
        )}
      </main>
    </div>
  )
}

/** The places of this session: those of the simulation need a mock and the role `control`. */
const usePlaces = (): ReadonlyArray<Place> => {
  const canControl = useCanControl()
  const { session } = useAppContext()
  const canSeeRelay = session.relays === true && session.roles.includes("read")
  return places.filter((place) => (needsRelay(place) ? canSeeRelay : canControl || !needsControl(place)))
}

/** The route of the current address. */
const useRoute = (): Route => {
  const [route, setRoute] = useState(() => fromHash(location.hash))
  useEffect(() => {
    const follow = () => setRoute(fromHash(location.hash))
    addEventListener("hashchange", follow)
    return () => removeEventListener("hashchange", follow)
  }, [])
  return route
}
