/** Two examinations: of a till, and of a terminal. Private: bundled into the command line. */

export { commandDriver, type Driver, DriverFailed, httpDriver } from "./till/drive.ts"
export * as ExamServer from "./till/ExamServer.ts"
export { judge } from "./till/judge.ts"
export { toJson } from "./till/report/json.ts"
export { toJUnit } from "./till/report/junit.ts"
export { type ExamResult, runExam } from "./till/runExam.ts"
export { scenarios } from "./till/scenarios/index.ts"
