/** For testing tills and your own journals. Unofficial, not affiliated with HiPay. */
export { type FakeClient, makeFakeClient } from "./fakeClient.ts"
export { type Asked, type FakeServer, makeFakeServer, type Scripted } from "./fakeServer.ts"
export { journalLaws, type Law } from "./journalLaws.ts"
