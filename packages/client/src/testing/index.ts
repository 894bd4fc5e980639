/** For tests of tills and of journals of your own. Unofficial, not affiliated with HiPay. */
export { type Asked, type FakeClient, makeFakeClient, type Scripted } from "./fakeClient.ts"
export { journalLaws, type Law } from "./journalLaws.ts"
