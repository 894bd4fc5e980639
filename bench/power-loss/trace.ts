/**
 * Reads from the output of `strace -f -y -xx` what a program did to files below a folder, and when it connected to a
 * terminal or a server, and with which order.
 */
import { dirname } from "node:path"

/** One step of a program, in the order in which the system completed them. */
export type Step =
  | { readonly _tag: "Create"; readonly path: string; readonly isFolder: boolean }
  | { readonly _tag: "Write"; readonly path: string; readonly at: number; readonly bytes: Buffer }
  | { readonly _tag: "Truncate"; readonly path: string; readonly size: number }
  | { readonly _tag: "Rename"; readonly from: string; readonly to: string }
  | { readonly _tag: "Remove"; readonly path: string }
  | { readonly _tag: "Flush"; readonly path: string }
  /** From here on the order may be charged. */
  | { readonly _tag: "Dialled"; readonly orderId: string }

/** Arguments of strace that give such a trace. */
export const STRACE = [
  ...["-f", "-y", "-xx", "-qq", "-s", "1000000", "-e", "signal=none", "-e"],
  "trace=openat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,fsync,fdatasync,unlink,unlinkat,rename,renameat,renameat2,link,linkat,mkdir,mkdirat,lseek,connect"
]

/** The steps of a trace. `ports` are those of terminals and servers. */
export const stepsOf = (
  trace: string,
  folder: string,
  ports: ReadonlySet<number>,
  orderPattern: RegExp
): ReadonlyArray<Step> => {
  const { steps, take } = makeFiles(folder)
  /** The index in `steps` at which the connection of a descriptor was begun. */
  const connections = new Map<string, number>()
  const dials: Array<{ readonly index: number; readonly orderId: string }> = []
  for (const call of callsIn(trace)) {
    if (call.name === "connect") {
      if (ports.has(call.port)) connections.set(call.descriptor, steps.length)
      continue
    }
    if (call.hasFailed) continue
    const since = call.name.startsWith("write") ? connections.get(call.descriptor) : undefined
    const [orderId] = since === undefined ? [] : (orderPattern.exec(call.bytes.toString("latin1")) ?? [])
    if (since !== undefined && orderId !== undefined) {
      dials.push({ index: since, orderId })
      connections.delete(call.descriptor)
    }
    take(call)
  }
  // A connection counts from its beginning, although its order is known only later.
  for (const { index, orderId } of dials.toSorted((a, b) => b.index - a.index)) {
    steps.splice(index, 0, { _tag: "Dialled", orderId })
  }
  return steps
}

/** A call of the system. */
interface Call {
  readonly name: string
  readonly hasFailed: boolean
  /** The first argument, if it is a descriptor, and the path behind it. */
  readonly descriptor: string
  readonly target: string
  /** The texts among the arguments, as paths, and as the bytes that were written. */
  readonly paths: ReadonlyArray<string>
  readonly bytes: Buffer
  /** The last number among the arguments: an offset or a size. */
  readonly last: number
  readonly mayCreate: boolean
  readonly truncates: boolean
  /** Of a connection. */
  readonly port: number
  readonly text: string
}

/** The calls of a trace. One that another thread interrupted stands in two lines, and counts from the second. */
function* callsIn(trace: string): Generator<Call> {
  const begun = new Map<string, string>()
  for (const line of trace.split("\n")) {
    const [, pid = "", text = ""] = /^(\d+)\s+(.*)$/s.exec(line) ?? []
    if (text.endsWith("<unfinished ...>")) {
      begun.set(pid, text.slice(0, -"<unfinished ...>".length).trimEnd())
      continue
    }
    const isResumed = text.startsWith("<...")
    const call = callOf(isResumed ? `${begun.get(pid) ?? ""}${text.replace(/^<\.\.\. \w+ resumed>/, "")}` : text)
    if (isResumed) begun.delete(pid)
    if (call !== undefined) yield call
  }
}

const callOf = (text: string): Call | undefined => {
  const [, name, args = "", result = ""] = /^(\w+)\((.*)\)\s+= (-?\d+|0x[0-9a-f]+)/s.exec(text) ?? []
  if (name === undefined) return undefined
  const [, descriptor = "", target = ""] = /^(\d+)<((?:\\x[0-9a-f]{2}|[^>\\])*)>/.exec(args) ?? []
  const texts = [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = ""]) => bytesOf(hex))
  const numbers = args.slice(args.lastIndexOf('"') + 1).match(/-?\d+/g) ?? []
  return {
    name,
    hasFailed: result.startsWith("-"),
    descriptor,
    target: textOf(target),
    paths: texts.map((bytes) => bytes.toString("utf8")),
    bytes: Buffer.concat(texts).subarray(0, Number(result)),
    last: Number(numbers.at(-1)),
    mayCreate: args.includes("O_CREAT"),
    truncates: args.includes("O_TRUNC"),
    port: Number(/sin6?_port=htons\((\d+)\)/.exec(args)?.[1] ?? 0),
    text
  }
}

/** The files below a folder, and the steps that calls take on them. */
const makeFiles = (folder: string) => {
  const steps: Array<Step> = []
  /** Each file and folder, with the end of what was written. */
  const ends = new Map<string, number>()

  const create = (path: string, isFolder: boolean) => {
    if (!path.startsWith(`${folder}/`) || ends.has(path)) return
    ends.set(path, 0)
    steps.push({ _tag: "Create", path, isFolder })
  }
  const write = (path: string, at: number, bytes: Buffer) => {
    ends.set(path, Math.max(ends.get(path) ?? 0, at + bytes.length))
    steps.push({ _tag: "Write", path, at, bytes })
  }
  const truncate = (path: string, size: number) => {
    ends.set(path, size)
    steps.push({ _tag: "Truncate", path, size })
  }
  const rename = (from: string, to: string) => {
    const end = ends.get(from)
    if (end === undefined) return
    ends.delete(from)
    ends.set(to, end)
    steps.push({ _tag: "Rename", from, to })
  }

  const take = ({ name, target, paths, bytes, last, mayCreate, truncates, text }: Call): void => {
    const [path = "", to = ""] = paths
    const isKnown = ends.has(target)
    switch (name) {
      case "openat":
        if (mayCreate) create(path, false)
        if (truncates && ends.has(path)) truncate(path, 0)
        return
      case "mkdir":
      case "mkdirat":
        create(path, true)
        return
      case "pwrite64":
        if (isKnown) write(target, last, bytes)
        return
      case "write":
      case "writev":
        // This product writes without an offset only to append.
        if (isKnown) write(target, ends.get(target) ?? 0, bytes)
        return
      case "ftruncate":
        if (isKnown) truncate(target, last)
        return
      case "fsync":
      case "fdatasync":
        if (isKnown || target === folder || target === dirname(folder)) steps.push({ _tag: "Flush", path: target })
        return
      case "unlink":
      case "unlinkat":
        if (ends.delete(path)) steps.push({ _tag: "Remove", path })
        return
      case "rename":
      case "renameat":
      case "renameat2":
        rename(path, to)
        return
      case "pwritev":
      case "pwritev2":
      case "fallocate":
      case "link":
      case "linkat":
        if (text.includes(folder) || isKnown) throw new Error(`not understood: ${text.slice(0, 200)}`)
    }
  }

  return { steps, take }
}

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll("\\x", ""), "hex")

/** Paths are written in hexadecimal, or plainly behind a descriptor. */
const textOf = (text: string): string => (text.startsWith("\\x") ? bytesOf(text).toString("utf8") : text)
