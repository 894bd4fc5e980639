/** Fixtures for `test.extend` of Vitest and Playwright Test, and a mock for runners that have hooks only. */
import { type StartedTestMock, startTestMock, type TestMock, type TestMockOptions } from "./TestMock.ts"

/** What {@link mockPerTest} and {@link mockPerWorker} give to a test. */
export interface MockFixture {
  readonly mock: TestMock
}

/** What {@link mockPerWorker} keeps for all tests of a worker. */
export interface WorkerFixture {
  readonly startedMock: StartedTestMock
}

type Use<A> = (value: A) => Promise<void>

/** A mock for each test, on a port of its own: `test.extend(mockPerTest())`, and `({ mock }) => …` in a test. */
export const mockPerTest = (options: TestMockOptions = {}) => ({
  // Both runners read the fixtures that it depends on from this pattern: none.
  // biome-ignore lint/correctness/noEmptyPattern: see above
  mock: async ({}: object, use: Use<TestMock>): Promise<void> => {
    const started = await startTestMock(options)
    try {
      await use(started)
    } finally {
      await started.close()
    }
  }
})

/**
 * One mock for each worker of the runner, reset before each test: for an app under test that is started once. The tests of a
 * worker must not run concurrently. For their types, `test.extend<MockFixture &
 * WorkerFixture>` in Vitest and `test.extend<MockFixture, WorkerFixture>` in Playwright Test.
 */
export const mockPerWorker = (options: TestMockOptions = {}) => {
  // biome-ignore lint/correctness/noEmptyPattern: as above
  const startedMock = async ({}: object, use: Use<StartedTestMock>): Promise<void> => {
    const started = await startTestMock(options)
    try {
      await use(started)
    } finally {
      await started.close()
    }
  }
  const mock = async ({ startedMock }: WorkerFixture, use: Use<TestMock>): Promise<void> => {
    await startedMock.reset()
    await use(startedMock)
  }
  return { startedMock: [startedMock, { scope: "worker" }] as [typeof startedMock, { scope: "worker" }], mock }
}

type Hook = (act: () => Promise<void>) => unknown

/** Hooks of a test runner under the names of Jest and Vitest, or of `node:test`. */
export interface Hooks {
  readonly beforeAll?: Hook
  readonly before?: Hook
  readonly beforeEach: Hook
  readonly afterAll?: Hook
  readonly after?: Hook
}

/**
 * One mock for the tests of a file, reset before each test. Give it the runner's hooks: the module `node:test`, or
 * `{ beforeAll, beforeEach, afterAll }` of Jest.
 */
export const useMock = (hooks: Hooks, options: TestMockOptions = {}): TestMock => {
  const before = hooks.beforeAll ?? hooks.before
  const after = hooks.afterAll ?? hooks.after
  if (before === undefined || after === undefined) {
    throw new TypeError("useMock: expected hooks named beforeAll and afterAll, or before and after")
  }
  let started: StartedTestMock | undefined
  const running = (): StartedTestMock => {
    if (started === undefined) throw new Error("the mock runs while tests do: use it inside a test or a hook")
    return started
  }
  before(async () => {
    started = await startTestMock(options)
  })
  hooks.beforeEach(() => running().reset())
  after(async () => {
    await started?.close()
    started = undefined
  })
  return {
    get url() {
      return running().url
    },
    get login() {
      return running().login
    },
    get control() {
      return running().control
    },
    get mock() {
      return running().mock
    }
  }
}
