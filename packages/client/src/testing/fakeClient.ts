/**
 * A client for tests of a till: the real one, in front of a server of your words. Nothing leaves the process.
 *
 * Because it is the real one, everything else holds too: orders are checked, one payment a terminal, never twice.
 */
import { type Client, type ClientOptions, makeClient } from "../promise.ts"
import { type FakeServer, makeFakeServer, type Scripted } from "./fakeServer.ts"

/** A client and what it was asked for. */
export interface FakeClient extends Client, Omit<FakeServer, "fetch"> {}

/** A client whose payments come to what the script says, one after the other; `approved` when it has ended. */
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
