/** Actions on an attempt. Orders are sent from here only in a mock: a shop's orders come from its till. */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import type { TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { useState } from "hono/jsx/dom"
import { Download, Link, Printer, Receipt, RotateCcw, Terminal, Undo2 } from "lucide"
import { useAppContext, useCanControl, useHasRole } from "../shell/context.ts"
import { copyText, saveJson } from "../shell/copy.ts"
import { Dropdown } from "../shell/Dropdown.tsx"
import { Icon } from "../shell/Icon.tsx"
import { toHash } from "../shell/route.ts"
import { showToast } from "../shell/toast.tsx"
import { snippet } from "../start/snippets.ts"
import { cancelOf, refundOf } from "./followUps.ts"
import { nextOrderId, withOrderId } from "./orderId.ts"
import { printReceipt, receiptOf } from "./receipt.ts"
import { SendAgain } from "./SendAgain.tsx"

interface Props {
  readonly attempt: Attempt
  readonly timeline: ReadonlyArray<TimelineEntry>
}

type Sending = "again" | "refund" | "cancel"

export const Actions = ({ attempt, timeline }: Props) => {
  const { words, session } = useAppContext()
  const { attempt: text } = words
  const mayPay = useHasRole("pay")
  const canControl = useCanControl()
  const [sending, setSending] = useState<Sending | undefined>(undefined)
  const simulated = attempt.terminal.kind === "simulated" && session.mode === "simulated"
  const hasOrder = attempt.prunedAt === undefined
  const isSale = hasOrder && attempt.transactionType === "Debit" && attempt.state.startsWith("approved")
  const receipt = receiptOf({ ...attempt, timeline })
  const copy = async (value: string) => {
    showToast({ text: (await copyText(value)) ? text.copied : text.notCopied })
  }
  const open = (kind: Sending) => setSending((before) => (before === kind ? undefined : kind))
  const bodies = {
    again: () => withOrderId(attempt.order, nextOrderId(attempt.orderId)),
    refund: () => refundOf(attempt),
    cancel: () => cancelOf(attempt)
  }
  return (
    <>
      <div class="actions attempt-actions">
        {simulated && mayPay && isSale ? (
          <button type="button" class="button" aria-expanded={sending === "refund"} onClick={() => open("refund")}>
            <Icon of={Undo2} />
            {text.refund}
          </button>
        ) : null}
        {receipt === undefined ? null : (
          <button type="button" class="button" onClick={printReceipt}>
            <Icon of={Receipt} />
            {text.printReceipt}
          </button>
        )}
        <Dropdown label={text.more}>
          {simulated && mayPay && isSale ? (
            <button type="button" onClick={() => open("cancel")}>
              <Icon of={Undo2} />
              {text.cancelSale}
            </button>
          ) : null}
          {hasOrder ? (
            <button
              type="button"
              onClick={() =>
                copy(
                  snippet("curl", {
                    origin: location.origin,
                    username: attempt.login,
                    password: session.mode === "simulated" ? "secret" : undefined,
                    body: attempt.order
                  })
                )
              }
            >
              <Icon of={Terminal} />
              {text.copyCurl}
            </button>
          ) : null}
          <button type="button" onClick={() => copy(location.href)}>
            <Icon of={Link} />
            {text.copyLink}
          </button>
          <button type="button" onClick={() => saveJson(`attempt-${attempt.id}.json`, { ...attempt, timeline })}>
            <Icon of={Download} />
            {text.export}
          </button>
          <button type="button" onClick={() => print()}>
            <Icon of={Printer} />
            {text.print}
          </button>
          {simulated && canControl ? (
            <a href={toHash({ place: "terminals", name: attempt.terminal.name })}>
              <Icon of={Terminal} />
              {text.openTerminal}
            </a>
          ) : null}
        </Dropdown>
        {simulated && mayPay && hasOrder ? (
          <button
            type="button"
            class={`button ${attempt.state === "unknown" ? "" : "primary"}`}
            aria-expanded={sending === "again"}
            onClick={() => open("again")}
          >
            <Icon of={RotateCcw} />
            {text.sendAgain.action}
          </button>
        ) : null}
      </div>
      {sending === undefined ? null : (
        <SendAgain
          key={sending}
          title={sending === "again" ? text.sendAgain.title : sending === "refund" ? text.refund : text.cancelSale}
          body={bodies[sending]()}
          onClose={() => setSending(undefined)}
        />
      )}
    </>
  )
}
