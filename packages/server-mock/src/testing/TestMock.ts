/** A mock on its own port for tests; payments in progress do not delay its end. */
import * as Timeouts from "@hipay-pos/concert-codec/Timeouts"
import type * as MockControl from "../control/MockControl.ts"
import { type StartServerOptions, startServer } from "../node/startServer.ts"

/** A mock as a test sees it. */
export interface TestMock {
  /** Where it listens. */
  readonly url: string
  /** A login that may do everything. */
  readonly login: { readonly username: string; readonly password: string }
  /** The mock's own interface, and the bearer token that opens it: for programs in other processes. */
  readonly control: { readonly url: string; readonly token: string }
  /** The same interface, typed: what terminals do next, the clock, the ledger. */
  readonly mock: MockControl.MockControl
}

/** The options of a mock for tests. By default it takes any free port. */
export type TestMockOptions = Omit<StartServerOptions, "logins">

/** A mock for tests that listens. */
export interface StartedTestMock extends TestMock {
  /** Restores the initial state. */
  readonly reset: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Starts a mock for tests. */
export const startTestMock = async (options: TestMockOptions = {}): Promise<StartedTestMock> => {
  const longest = Math.max(LONGEST_AT_TERMINAL, Timeouts.longest([options]))
  /** Advances the clock by the longest time that a payment may take: one that a test left waiting would hold up the next test. */
  const endPayments = async (space: MockControl.MockControl, underWay: number): Promise<void> => {
    if (underWay === 0) return
    await space.clock.freeze()
    await space.clock.advance(longest)
  }
  const login = options.credentials ?? { username: "merchant", password: "secret" }
  const { url, control, mock, close } = await startServer({ port: 0, ...options, credentials: login })
  return {
    url,
    login,
    control,
    mock,
    reset: () =>
      inAllSpaces(mock, async (space, underWay) => {
        await endPayments(space, underWay)
        await space.reset()
      }),
    close: async () => {
      await inAllSpaces(mock, endPayments)
      await close()
    }
  }
}

const inAllSpaces = async (
  mock: MockControl.MockControl,
  change: (space: MockControl.MockControl, underWay: number) => Promise<void>
): Promise<void> => {
  const spaces = await mock.spaces()
  await Promise.all(spaces.map(({ name, underWay }) => change(mock.space(name), underWay)))
}

/** The longest that a simulated terminal takes on its own, in milliseconds: a fault may delay it for an hour. */
const LONGEST_AT_TERMINAL = 3_600_000
