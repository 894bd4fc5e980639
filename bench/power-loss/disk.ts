/**
 * A disk after a power cut: flushed data is there; of the rest, all, nothing, the first part, a random part, or
 * the first part with its last write torn between two sectors.
 *
 * A file's name is on the disk once its folder was flushed, its bytes once the file was. Nothing else is guaranteed.
 */
import * as fs from "node:fs"
import { dirname } from "node:path"
import type { Step } from "./trace.ts"

/** How much of the unflushed data is kept. */
export const MODES = ["only flushed", "all", "prefix", "random", "torn"] as const
export type Mode = (typeof MODES)[number]

const SECTOR = 512

/** A file by its identity (inode), not by its name. */
type Node = { readonly isFolder: boolean }

type Change =
  | { readonly _tag: "Name"; readonly path: string; readonly node: Node }
  | { readonly _tag: "NoName"; readonly path: string }
  | { readonly _tag: "Bytes"; readonly node: Node; readonly at: number; readonly bytes: Buffer }
  | { readonly _tag: "Size"; readonly node: Node; readonly size: number }

/** A cut of the power. */
export interface Cut {
  /** What the program had done by then. */
  readonly steps: ReadonlyArray<Step>
  readonly mode: Mode
  readonly random: () => number
}

/** Writes the image of a cut into the folder `into`, which stands for `origin`. */
export const writeImage = (cut: Cut, { origin, into }: { readonly origin: string; readonly into: string }): void => {
  const names = new Map<string, Node>()
  const contents = new Map<Node, Content>()
  for (const change of changesKept(cut)) apply(change, names, contents)
  const isThere = (path: string): boolean =>
    dirname(path) === origin || (names.has(dirname(path)) && isThere(dirname(path)))
  for (const [path, node] of [...names].sort(([a], [b]) => a.length - b.length)) {
    if (!isThere(path)) continue
    const place = into + path.slice(origin.length)
    if (node.isFolder) fs.mkdirSync(place, { recursive: true })
    else {
      const { buffer = Buffer.alloc(0), size = 0 } = contents.get(node) ?? {}
      fs.writeFileSync(place, buffer.subarray(0, size), { mode: 0o600 })
    }
  }
}

/** The changes that a disk kept, in the order in which they were made, not flushed. */
const changesKept = ({ steps, mode, random }: Cut): ReadonlyArray<Change> => {
  const { order, flushed, open } = changesOf(steps)
  const some = Math.floor(random() * (open.length + 1))
  const kept = new Set<Change>(flushed)
  const torn: Array<Change> = []
  for (const [i, change] of open.entries()) {
    const isKept = mode === "all" || (mode === "random" ? random() < 0.5 : mode !== "only flushed" && i < some)
    if (isKept) kept.add(change)
    if (mode === "torn" && i === some && change._tag === "Bytes") {
      const sectors = Math.floor(random() * (change.bytes.length / SECTOR))
      torn.push({ ...change, bytes: change.bytes.subarray(0, sectors * SECTOR) })
    }
  }
  return [...order.filter((each) => kept.has(each)), ...torn]
}

const apply = (change: Change, names: Map<string, Node>, contents: Map<Node, Content>): void => {
  switch (change._tag) {
    case "Name":
      names.set(change.path, change.node)
      return
    case "NoName":
      names.delete(change.path)
      return
    case "Bytes": {
      const { at, bytes } = change
      const content = contentOf(change.node, contents, at + bytes.length)
      bytes.copy(content.buffer, at)
      content.size = Math.max(content.size, at + bytes.length)
      return
    }
    case "Size": {
      const content = contentOf(change.node, contents, change.size)
      if (change.size < content.size) content.buffer.fill(0, change.size, content.size)
      content.size = change.size
    }
  }
}

interface Content {
  buffer: Buffer
  size: number
}

const contentOf = (node: Node, contents: Map<Node, Content>, size: number): Content => {
  const content = contents.get(node) ?? { buffer: Buffer.alloc(0), size: 0 }
  contents.set(node, content)
  if (content.buffer.length < size) {
    const buffer = Buffer.alloc(size * 2)
    content.buffer.copy(buffer)
    content.buffer = buffer
  }
  return content
}

/** Changes that were flushed, and those that were not, each in their order. */
const changesOf = (steps: ReadonlyArray<Step>) => {
  const order: Array<Change> = []
  const flushed = new Set<Change>()
  const names = new Map<string, Node>()
  let open: Array<Change> = []
  /** How many of `order` are flushed or in `open`. */
  let looked = 0
  const isOf = (change: Change, path: string): boolean =>
    change._tag === "Name" || change._tag === "NoName" ? dirname(change.path) === path : change.node === names.get(path)
  for (const step of steps) {
    switch (step._tag) {
      case "Create": {
        const node = { isFolder: step.isFolder }
        names.set(step.path, node)
        order.push({ _tag: "Name", path: step.path, node })
        break
      }
      case "Write":
      case "Truncate": {
        const node = names.get(step.path)
        if (node === undefined) break
        order.push(
          step._tag === "Write"
            ? { _tag: "Bytes", node, at: step.at, bytes: step.bytes }
            : { _tag: "Size", node, size: step.size }
        )
        break
      }
      case "Rename": {
        const node = names.get(step.from)
        if (node === undefined) break
        names.delete(step.from)
        names.set(step.to, node)
        order.push({ _tag: "Name", path: step.to, node }, { _tag: "NoName", path: step.from })
        break
      }
      case "Remove":
        names.delete(step.path)
        order.push({ _tag: "NoName", path: step.path })
        break
      case "Flush":
        open = [...open, ...order.slice(looked)].filter((change) => {
          if (!isOf(change, step.path)) return true
          flushed.add(change)
          return false
        })
        looked = order.length
    }
  }
  return { order, flushed, open: [...open, ...order.slice(looked)] }
}
