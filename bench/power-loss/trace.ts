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
  const steps: Array<Step> = []
  const there = new Set<string>()
  const begun = new Map<string, string>()
  /** The index in `steps` at which the connection of a descriptor was begun. */
  const connections = new Map<string, number>()
  const dials: Array<{ readonly index: number; readonly orderId: string }> = []
  const ends = new Map<string, number>()

  const create = (path: string, isFolder = false) => {
    if (!path.startsWith(`${folder}/`) || there.has(path)) return
    there.add(path)
    ends.set(path, 0)
    steps.push({ _tag: "Create", path, isFolder })
  }
  const write = (path: string, at: number, bytes: Buffer) => {
    if (!there.has(path)) return
    ends.set(path, Math.max(ends.get(path) ?? 0, at + bytes.length))
    steps.push({ _tag: "Write", path, at, bytes })
  }

  const take = (call: string) => {
    const [, name = "", args = "", result = ""] = /^(\w+)\((.*)\)\s+= (-?\d+|0x[0-9a-f]+)/s.exec(call) ?? []
    if (name === "connect") {
      const [, descriptor = ""] = /^(\d+)</.exec(args) ?? []
      const [, port = "0"] = /sin6?_port=htons\((\d+)\)/.exec(args) ?? []
      if (ports.has(Number(port))) connections.set(`${descriptor}`, steps.length)
      return
    }
    if (name === "" || result.startsWith("-")) return
    const [, descriptor = "", target = ""] = /^(\d+)<((?:\\x[0-9a-f]{2}|[^>\\])*)>/.exec(args) ?? []
    const path = textOf(target)
    const texts = [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = ""]) => hex)
    const numbers = args.slice(args.lastIndexOf('"') + 1).match(/-?\d+/g) ?? []
    switch (name) {
      case "openat":
        if (args.includes("O_CREAT")) create(textOf(texts[0] ?? ""))
        if (args.includes("O_TRUNC") && there.has(textOf(texts[0] ?? ""))) {
          steps.push({ _tag: "Truncate", path: textOf(texts[0] ?? ""), size: 0 })
        }
        return
      case "mkdir":
      case "mkdirat":
        return create(textOf(texts[0] ?? ""), true)
      case "pwrite64":
        return write(path, Number(numbers.at(-1)), bytesOf(texts[0] ?? "").subarray(0, Number(result)))
      case "write":
      case "writev": {
        const bytes = Buffer.concat(texts.map(bytesOf)).subarray(0, Number(result))
        const since = connections.get(descriptor)
        const [orderId] = since === undefined ? [] : (orderPattern.exec(bytes.toString("latin1")) ?? [])
        if (since !== undefined && orderId !== undefined) {
          dials.push({ index: since, orderId })
          connections.delete(descriptor)
        }
        // This product writes without an offset only to append.
        return write(path, ends.get(path) ?? 0, bytes)
      }
      case "ftruncate":
        if (there.has(path)) {
          ends.set(path, Number(/, (\d+)$/.exec(args)?.[1]))
          steps.push({ _tag: "Truncate", path, size: Number(/, (\d+)$/.exec(args)?.[1]) })
        }
        return
      case "fsync":
      case "fdatasync":
        if (there.has(path) || path === folder || path === dirname(folder)) steps.push({ _tag: "Flush", path })
        return
      case "unlink":
      case "unlinkat":
        if (there.delete(textOf(texts[0] ?? ""))) steps.push({ _tag: "Remove", path: textOf(texts[0] ?? "") })
        return
      case "rename":
      case "renameat":
      case "renameat2": {
        const [from, to] = texts.map(textOf) as [string, string]
        if (!there.delete(from)) return
        there.add(to)
        ends.set(to, ends.get(from) ?? 0)
        steps.push({ _tag: "Rename", from, to })
        return
      }
      case "pwritev":
      case "pwritev2":
      case "fallocate":
      case "link":
      case "linkat":
        if (call.includes(folder) || there.has(path)) throw new Error(`not understood: ${call.slice(0, 200)}`)
    }
  }

  for (const line of trace.split("\n")) {
    const [, pid = "", call = ""] = /^(\d+)\s+(.*)$/s.exec(line) ?? []
    if (call.endsWith("<unfinished ...>")) begun.set(pid, call.slice(0, -"<unfinished ...>".length).trimEnd())
    else if (call.startsWith("<...")) {
      take(`${begun.get(pid) ?? ""}${call.replace(/^<\.\.\. \w+ resumed>/, "")}`)
      begun.delete(pid)
    } else take(call)
  }
  // A connection counts from its beginning, although its order is known only later.
  for (const { index, orderId } of dials.toSorted((a, b) => b.index - a.index)) {
    steps.splice(index, 0, { _tag: "Dialled", orderId })
  }
  return steps
}

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll("\\x", ""), "hex")

/** Paths are written in hexadecimal, or plainly behind a descriptor. */
const textOf = (text: string): string => (text.startsWith("\\x") ? bytesOf(text).toString("utf8") : text)
