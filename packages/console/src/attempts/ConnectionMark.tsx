/** The state of the connection to the server, with the seconds until the next try. */
import { useState } from "hono/jsx/dom"
import type { ConnectionState } from "../server/subscribe.ts"
import { useAppContext } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"

export const ConnectionMark = ({ connection }: { readonly connection: ConnectionState }) => {
  const { words } = useAppContext()
  const [now, setNow] = useState(() => Date.now())
  const disconnected = connection._tag === "Disconnected"
  useEffect(() => {
    if (!disconnected) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [disconnected, connection])
  const text =
    connection._tag === "Disconnected"
      ? words.connection.disconnected(Math.max(0, Math.ceil((connection.retryAt - now) / 1000)))
      : connection._tag === "Live"
        ? words.connection.live
        : connection._tag === "Ended"
          ? words.connection.ended
          : words.connection.connecting
  return (
    <>
      <span
        class={`connection ${connection._tag.toLowerCase()}`}
        title={disconnected ? words.connection.disconnectedLong : text}
      >
        <span class="lamp" aria-hidden="true" />
        <span class="said">{text}</span>
      </span>
      <span class="visually-hidden" role="status">
        {disconnected ? words.connection.disconnectedLong : ""}
      </span>
    </>
  )
}
