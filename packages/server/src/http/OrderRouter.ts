/**
 * Hono's router, but it matches orders directly and with their own handler only. An order may wait for minutes and should retain
 * neither a list of matches nor middleware steps.
 */
import type { Result } from "hono/router"
import { TrieRouter } from "hono/router/trie-router"
import { ORDER } from "./orderRoute.ts"

/** Skips the global middleware for `POST` of an order: its handler does that work. */
export class OrderRouter<T> extends TrieRouter<T> {
  private order: Result<T> | undefined

  override add(method: string, path: string, handler: T): void {
    if (isOrder(method, path)) this.order = [[[handler, {}]]]
    super.add(method, path, handler)
  }

  override match(method: string, path: string): Result<T> {
    return (isOrder(method, path) ? this.order : undefined) ?? super.match(method, path)
  }
}

const isOrder = (method: string, path: string): boolean => method === "POST" && (path === ORDER || path === `${ORDER}/`)
