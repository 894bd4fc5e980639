/** A text as a QR code, black on white in every theme, so that cameras can read it. Blank until its code is loaded. */
import { useState } from "hono/jsx/dom"
import { useWhileShown } from "./effects.ts"

let encode: typeof import("uqr").encode | undefined

export const QrCode = ({ text, title }: { readonly text: string; readonly title: string }) => {
  const [, setLoaded] = useState(encode !== undefined)
  useWhileShown(() => {
    if (encode !== undefined) return
    import("uqr").then(
      (uqr) => {
        encode = uqr.encode
        setLoaded(true)
      },
      // The link beside the code leads to the same receipt.
      () => {}
    )
  }, [])
  const { data, size } = encode?.(text, { border: 2 }) ?? { data: [], size: 1 }
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join("")
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={title}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
