/** The mock for tests: fixtures for Vitest and Playwright Test, hooks for Jest and `node:test`, matchers for all. */
export { type Hooks, type MockFixture, mockPerTest, mockPerWorker, useMock, type WorkerFixture } from "./fixtures.ts"
export {
  type Asked,
  assertChargedOnce,
  assertEndedUnknown,
  type MockMatchers,
  mockMatchers,
  type Verdict
} from "./matchers.ts"
export { type StartedTestMock, startTestMock, type TestMock, type TestMockOptions } from "./TestMock.ts"
