/** A QR code that opens only this terminal on a phone, for the customer to hold. */

import * as Host from "@hipay-pos/core/Host"
import { useState } from "hono/jsx/dom"
import { QrCode } from "lucide"
import { encode } from "uqr"
import { useAppContext } from "../shell/context.ts"
import { Dropdown } from "../shell/Dropdown.tsx"
import { Icon } from "../shell/Icon.tsx"
import { terminalPath } from "./useTerminal.ts"

export const PhoneCode = ({ name }: { readonly name: string }) => {
  const { words, server } = useAppContext()
  const text = words.phone
  const [address, setAddress] = useState("")
  const make = async () => {
    if (address !== "") return
    const reply = await server.send<{ readonly path: string }>({ method: "POST", path: `${terminalPath(name)}/pass` })
    if (reply.ok) setAddress(location.origin + reply.value.path)
  }
  const isLoopback = Host.isLoopback(location.hostname)
  return (
    <Dropdown
      stays
      onOpen={make}
      label={
        <>
          <Icon of={QrCode} />
          {text.action}
        </>
      }
    >
      <p class="hint">{text.hint}</p>
      {address === "" ? null : <Code text={address} title={text.action} />}
      {address === "" ? null : (
        <a class="long" href={address} target="_blank" rel="noopener noreferrer">
          {text.open}
        </a>
      )}
      {isLoopback ? <p class="note problem">{text.loopback}</p> : null}
    </Dropdown>
  )
}

const Code = ({ text, title }: { readonly text: string; readonly title: string }) => {
  const { data, size } = encode(text, { border: 2 })
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join("")
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={title}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
