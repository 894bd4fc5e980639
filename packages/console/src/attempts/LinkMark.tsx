/** How the line to the server is, in a word; says for how long the next try is away. */
import { useState } from "hono/jsx/dom"
import type { Link } from "../server/subscribe.ts"
import { useDesk } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"

export const LinkMark = ({ link }: { readonly link: Link }) => {
  const { words } = useDesk()
  const [now, setNow] = useState(() => Date.now())
  const gone = link._tag === "Gone"
  useEffect(() => {
    if (!gone) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [gone, link])
  const text =
    link._tag === "Gone"
      ? words.link.gone(Math.max(0, Math.ceil((link.retryAt - now) / 1000)))
      : link._tag === "Live"
        ? words.link.live
        : link._tag === "Ended"
          ? words.link.ended
          : words.link.connecting
  return (
    <>
      <span class={`link ${link._tag.toLowerCase()}`} title={gone ? words.link.goneLong : undefined}>
        <span class="dot" aria-hidden="true" />
        {text}
      </span>
      <span class="visually-hidden" role="status">
        {gone ? words.link.goneLong : ""}
      </span>
    </>
  )
}
