/**
 * The mock in the page: the API, its terminals, and the shop's server that gets notifications. Nothing leaves the browser.
 *
 * Terminals that an order names wait for a person, unless their name says otherwise (`declined.terminal.test`).
 */
import type { Fetch } from "@hipay-pos/console/server/Server.ts"
import { type MockControl, makeMock } from "@hipay-pos/server-mock"
import { Cardholder } from "@hipay-pos/terminal-simulator"

/** The shop's notification address; nothing listens there, and the page answers instead. */
export const NOTIFY_URL = "https://shop.example/notify"

/** Fast enough to play with, slow enough to watch; milliseconds. */
const pace = {
  woken: 500,
  cardPresented: 500,
  pin: 900,
  authorising: 1_200,
  printing: 700,
  inputTimeout: 60_000,
  walkAway: 20_000,
  jitter: 0.15
}

export interface PageMock {
  readonly fetch: Fetch
  readonly control: MockControl.MockControl
}

/** Starts it. */
export const makePageMock = (chosen: "instant" | "watched"): PageMock => {
  const mock = makeMock({
    cardholder: Cardholder.manual,
    pace: chosen === "instant" ? "instant" : pace,
    controlToken: "page",
    notifications: { url: NOTIFY_URL, allowed: [`${new URL(NOTIFY_URL).host}:443`], send: async () => 200 }
  })
  const authorization = `Basic ${btoa("merchant:secret")}`
  return {
    control: mock.mock,
    fetch: (path, { headers, ...init }) => {
      const all = new Headers(headers)
      all.set("Authorization", authorization)
      return mock.fetch(new URL(path, mock.url), { ...init, headers: all })
    }
  }
}
