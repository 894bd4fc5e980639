/** The customer's link to the receipt, also as a QR code. */
import * as Host from "@hipay-pos/core/Host"
import { QrCode } from "./QrCode.tsx"
import { useScreen } from "./Screen.ts"

export const ReceiptLink = ({ url }: { readonly url: string }) => {
  const { words } = useScreen()
  const isLoopback = Host.isLoopback(URL.parse(url)?.hostname ?? "")
  return (
    <section class="receipt-link screen-only" aria-label={words.receiptLink}>
      <QrCode text={url} title={words.receiptLink} />
      <div>
        <h2>{words.receiptLink}</h2>
        <p class="hint">{isLoopback ? words.receiptLoopback : words.receiptScan}</p>
        <a href={url} target="_blank" rel="noopener noreferrer">
          {words.receiptOpen}
        </a>
      </div>
    </section>
  )
}
