/** The till's side: the order, what is wrong with it, and the button that sends it. */
import { CopyButton } from "@hipay-pos/console/shell/CopyButton.tsx"
import { useFormat } from "@hipay-pos/console/shell/context.ts"
import { Icon } from "@hipay-pos/console/shell/Icon.tsx"
import { snippet } from "@hipay-pos/console/start/snippets.ts"
import { CreditCard } from "lucide"
import type { CheckedOrder } from "./checkOrder.ts"
import { Editor, goToLine } from "./Editor.tsx"
import { type Example, examples } from "./orders.ts"
import type { Texts } from "./text/en.ts"

interface Props {
  readonly texts: Texts
  readonly text: string
  readonly checked: CheckedOrder
  readonly paying: boolean
  /** Whether the order keeps its id because its outcome is unknown. */
  readonly unknown: boolean
  readonly onText: (text: string) => void
  readonly onExample: (example: Example) => void
  readonly onPay: () => void
}

export const OrderPanel = ({ texts, text, checked, paying, unknown, onText, onExample, onPay }: Props) => {
  const { amount } = useFormat()
  const t = texts.order
  const { findings, notJson } = checked
  const marks = new Map<number, "refused" | "warning">()
  for (const { line, severity } of findings) if (marks.get(line) !== "refused") marks.set(line, severity)
  if (notJson !== undefined) marks.set(notJson.line, "refused")
  const pay =
    checked.accepted && checked.amount ? t.pay(amount(checked.amount.minorUnits, checked.amount.currency)) : t.send
  return (
    <section class="pane order-pane" aria-labelledby="order-title">
      <header class="pane-head">
        <h2 id="order-title">
          <span class="step">1</span> {t.title}
        </h2>
        <p class="mono call">POST /v1/connector/order</p>
      </header>
      <fieldset class="examples" aria-label={t.examples}>
        {examples.map((each) => (
          <button key={each} type="button" class="example" onClick={() => onExample(each)}>
            {t.example[each]}
          </button>
        ))}
      </fieldset>
      <Editor
        label={t.editor}
        text={text}
        marks={marks}
        onChange={onText}
        onSubmit={onPay}
        describedBy="order-findings"
      />
      <Findings texts={texts} checked={checked} />
      {unknown ? <p class="keeps-id">{t.sameId}</p> : null}
      <div class="pay-row">
        <button type="button" class="button primary pay" aria-disabled={paying ? "true" : "false"} onClick={onPay}>
          <Icon of={CreditCard} />
          {paying ? t.paying : pay}
        </button>
      </div>
      <div class="pane-tools">
        <kbd>{t.payKeys}</kbd>
        {checked.json === undefined ? null : (
          <CopyButton
            label={t.copyCurl}
            text={() =>
              snippet("curl", {
                origin: "http://127.0.0.1:8080",
                username: "merchant",
                password: "secret",
                body: checked.json
              })
            }
          />
        )}
        <CopyButton label={t.share} text={() => location.href} />
      </div>
    </section>
  )
}

const Findings = ({ texts, checked }: Pick<Props, "texts" | "checked">) => {
  const t = texts.order
  const { findings, notJson, accepted } = checked
  const refused = findings.filter(({ severity }) => severity === "refused").length
  const headline =
    notJson !== undefined
      ? t.notJson(notJson.problem)
      : !accepted
        ? t.refused(Math.max(1, refused))
        : findings.length > 0
          ? t.warned(findings.length)
          : t.accepted
  return (
    <div
      class={`order-findings ${accepted ? (findings.length > 0 ? "is-warned" : "is-good") : "is-bad"}`}
      id="order-findings"
    >
      <p role="status">{headline}</p>
      {findings.length === 0 ? null : (
        <ul>
          {findings.slice(0, 12).map(({ path, severity, expected, actual, line }, index) => (
            <li key={`${path} ${index}`} class={severity}>
              <button type="button" onClick={() => goToLine(line)}>
                {t.line(line)}
              </button>
              <span>
                <code>{path === "" ? t.body : path}</code> {t.expected} <span lang="en">{expected}</span>, {t.got}{" "}
                <span lang="en">{actual}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
