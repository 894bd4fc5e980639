/** The frame of every view: mode, navigation, what is simulated, user menu. */

import { useRef, useState } from "hono/jsx/dom"
import { CalendarDays, CircleAlert, CreditCard, FlaskConical, Landmark, Network, Smartphone } from "lucide"
import { type AttemptFeed, makeAttemptFeed } from "../attempts/AttemptFeed.ts"
import { AttemptsView, filterOf } from "../attempts/AttemptsView.tsx"
import type { Language } from "../text/format.ts"
import { useAppContext, useCanControl, useFormat } from "./context.ts"
import { useEffect, useStore } from "./hooks.ts"
import { Icon } from "./Icon.tsx"
import { isTyping } from "./keys.ts"
import { lazy } from "./lazy.tsx"
import { Menu } from "./Menu.tsx"
import { backOffice, fromHash, hasPlace, type Place, places, type Route, toHash } from "./route.ts"
import { SimulationChips } from "./Simulation.tsx"
import { Toasts } from "./toast.tsx"

/** Set by the build: whether the pages include the simulation. False for a gateway. */
declare const SIMULATION: boolean

const Nothing = (_: { readonly route: Route }) => <></>

const TerminalsView = SIMULATION
  ? lazy(async () => (await import("../terminal/TerminalsView.tsx")).TerminalsView)
  : Nothing
const DayView = lazy(async () => (await import("../day/DayView.tsx")).DayView)
const ReconcileView = lazy(async () => (await import("../reconcile/ReconcileView.tsx")).ReconcileView)
const GatewayView = lazy(async () => (await import("../gateway/GatewayView.tsx")).GatewayView)
const MockView = SIMULATION ? lazy(async () => (await import("../mock/MockView.tsx")).MockView) : Nothing
const Palette = lazy(async () => (await import("../palette/Palette.tsx")).Palette)

interface Props {
  readonly onLanguage: (language: Language) => void
  readonly onSignOut: () => void
}

export const Shell = (props: Props) => {
  const { server, session } = useAppContext()
  const [feed, setFeed] = useState<AttemptFeed | undefined>(undefined)
  useEffect(() => {
    if (session.terminal !== undefined) return
    const made = makeAttemptFeed(server, filterOf(fromHash(location.hash).query))
    setFeed(made)
    return made.close
  }, [server, session.terminal])
  if (session.terminal !== undefined) {
    return (
      <main id="content" class="kiosk">
        <TerminalsView route={{ place: "terminals", name: session.terminal }} />
      </main>
    )
  }
  return feed === undefined ? null : <Frame {...props} feed={feed} />
}

const Frame = ({ onLanguage, onSignOut, feed }: Props & { readonly feed: AttemptFeed }) => {
  const { words, session } = useAppContext()
  const canControl = useCanControl()
  const { unknownCount } = useStore(feed.watch, feed.state)
  const visible = usePlaces()
  const asked = useRoute()
  const route: Route = visible.includes(asked.place) ? asked : { place: "attempts" }
  const { place, name } = route
  const main = useRef<HTMLElement>(null)

  useEffect(() => {
    const count = unknownCount === 0 ? "" : `(${unknownCount}) `
    const title = place === "terminals" && name !== undefined ? name : words.places[place]
    document.title = `${count}${title} · ${words.title}`
  }, [words, place, name, unknownCount])

  // Moves the focus to the new view when the focused element was removed with the old one.
  useEffect(() => {
    const { activeElement } = document
    if (activeElement === null || activeElement === document.body) main.current?.focus({ preventScroll: true })
    else if (activeElement instanceof HTMLElement && activeElement.offsetParent === null) main.current?.focus()
  }, [place, name])

  // A single terminal fills the page, for a tablet that acts as one.
  if (place === "terminals" && name !== undefined) {
    return (
      <main id="content" class="kiosk">
        <TerminalsView route={route} />
        <Toasts />
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
          <img src="./favicon.svg" alt="" width="26" height="26" />
          <span>hipay-pos</span>
        </a>
        <span class={`mode ${session.mode}`} title={words.modeHint[session.mode]}>
          {words.mode[session.mode]}
        </span>
        <Navigation route={route} unknown={unknownCount} />
        {SIMULATION && canControl ? <SimulationChips /> : null}
        <Menu onLanguage={onLanguage} onSignOut={onSignOut} />
      </header>
      <main id="content" tabIndex={-1} ref={main}>
        {viewOf(route, feed)}
      </main>
      <Toasts />
      <Commands />
    </div>
  )
}

const viewOf = (route: Route, feed: AttemptFeed) => {
  switch (route.place) {
    case "attempts":
    case "new":
      return <AttemptsView feed={feed} route={route} />
    case "terminals":
      return <TerminalsView route={route} />
    case "day":
      return <DayView route={route} />
    case "reconcile":
      return <ReconcileView route={route} />
    case "gateway":
    case "drift":
      return <GatewayView route={route} />
    default:
      return <MockView key={route.place} route={route} />
  }
}

/** Three places for a developer, and two more for a shop; the others are reached from a payment. */
const Navigation = ({ route, unknown }: { readonly route: Route; readonly unknown: number }) => {
  const { words } = useAppContext()
  const { count } = useFormat()
  const canControl = useCanControl()
  const isResolving = route.place === "attempts" && route.query?.state === "unknown"
  const link = (place: Place, icon: Parameters<typeof Icon>[0]["of"], label: string, current: boolean) => (
    <li>
      <a href={toHash({ place })} aria-current={current ? "page" : undefined}>
        <Icon of={icon} />
        <span>{label}</span>
      </a>
    </li>
  )
  return (
    <nav class="places" aria-label={words.menu}>
      <ul>
        {link("attempts", CreditCard, words.places.attempts, ["attempts", "new"].includes(route.place) && !isResolving)}
        <li>
          <a
            href={toHash({ place: "attempts", query: { state: "unknown" } })}
            aria-current={isResolving ? "page" : undefined}
            class={unknown > 0 ? "has-alarm" : ""}
          >
            <Icon of={CircleAlert} />
            <span class="wide-only">{words.places.resolve}</span>
            <span class="narrow-only">{words.places.resolveShort}</span>
            {unknown > 0 ? <b class="count">{count(unknown)}</b> : null}
          </a>
        </li>
        {link("day", CalendarDays, words.places.day, ["day", "reconcile"].includes(route.place))}
        {usePlaces().includes("gateway")
          ? link("gateway", Network, words.places.gateway, ["gateway", "drift"].includes(route.place))
          : null}
        {canControl ? (
          <>
            {link("terminals", Smartphone, words.places.terminals, route.place === "terminals")}
            {link("simulation", FlaskConical, words.places.simulation, route.place === "simulation")}
            {link("transactions", Landmark, words.places.backOffice, backOffice.includes(route.place))}
          </>
        ) : null}
      </ul>
    </nav>
  )
}

/** Opens the palette with ⌘K or Ctrl+K, and the list of keys with a question mark. */
const Commands = () => {
  const [open, setOpen] = useState<"" | "palette" | "keys">("")
  useEffect(() => {
    const typed = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault()
        setOpen("palette")
      } else if (event.key === "?" && !isTyping(event)) setOpen("keys")
    }
    addEventListener("keydown", typed)
    return () => removeEventListener("keydown", typed)
  }, [])
  return open === "" ? null : <Palette shows={open} onClose={() => setOpen("")} />
}

/** The places of this session. */
const usePlaces = (): ReadonlyArray<Place> => {
  const { session } = useAppContext()
  return places.filter((place) => hasPlace(place, session))
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
