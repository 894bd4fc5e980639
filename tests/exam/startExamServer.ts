/** The examination's server on any free port; it does not wait for orders that a till sends later. */
import { ExamServer } from "@hipay-pos/exam"

export const LOGIN = { username: "merchant", password: "secret" }

export const startExamServer = (silence: number): Promise<ExamServer.ExamServer> =>
  ExamServer.startExamServer({ host: "127.0.0.1", port: 0, ...LOGIN, silence, lateTimeout: 0 })
