/**
 * Hono's router, which matches orders without a search and by their own handler alone: an order may wait for minutes, and holds
 * neither a list of matches nor the steps of a middleware meanwhile.
 */
import type { Result } from "hono/router"
import { TrieRouter } from "hono/router/trie-router"
import { ORDER } from "./orderRoute.ts"

/** The middleware of all routes is not run for `POST` of an order: its handler does what that would do. */
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
