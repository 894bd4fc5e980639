/**
 * A client for tests of a till: the real one with a scripted server. Nothing leaves the process.
 *
 * Because it is the real one, everything else holds too: orders are checked, one payment per terminal at a time, never
 * twice.
 */
import { type Client, type ClientOptions, makeClient } from "../promise.ts"
import { type FakeServer, makeFakeServer, type Scripted } from "./fakeServer.ts"

/** A client, its script, and the orders it sent. */
export interface FakeClient extends Client, Omit<FakeServer, "fetch"> {}

/** A client whose payments follow a script, one outcome each; `approved` once the script has ended. */
export const makeFakeClient = (
  outcomes: ReadonlyArray<Scripted> = [],
  options: Partial<Omit<ClientOptions, "fetch">> = {}
): FakeClient => {
  const { fetch, asked, script } = makeFakeServer(outcomes)
  const client = makeClient({
    server: "http://fake.invalid",
    username: "merchant",
    password: "secret",
    journal: "memory",
    allowCredentialsInPage: true,
    ...options,
    fetch
  })
  return { ...client, asked, script }
}
