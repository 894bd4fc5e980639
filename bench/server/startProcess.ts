/**
 * A process that does not outlive this one: it is killed on disposal, when this process ends or fails, and on a signal.
 *
 * It gets a process group of its own, so that the children of a launcher script end with it.
 */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process"

export interface Started extends Disposable {
  readonly child: ChildProcess
}

const running = new Set<ChildProcess>()

export const startProcess = (
  command: string,
  args: ReadonlyArray<string>,
  options: Pick<SpawnOptions, "stdio" | "env">
): Started => {
  const child = spawn(command, args, { ...options, detached: true })
  running.add(child)
  child.once("exit", () => running.delete(child))
  return { child, [Symbol.dispose]: () => kill(child) }
}

const kill = (child: ChildProcess): void => {
  if (running.delete(child) && child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
}

process.once("exit", () => running.forEach(kill))
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1))
