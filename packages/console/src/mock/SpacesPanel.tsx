/** The spaces of the mock, and a form to open another. */
import { dropFigures } from "../day/typedFigures.ts"
import type { Space } from "../server/model.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { formData } from "../shell/input.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { Table } from "../shell/Table.tsx"
import { useLoad } from "../shell/useLoad.ts"
import { useMockCall } from "./useMockCall.tsx"

export const SpacesPanel = () => {
  const { words, server, session, chooseSpace } = useAppContext()
  const { count } = useFormat()
  const text = words.simulation
  const { value, problem, reload } = useLoad<{ readonly spaces: ReadonlyArray<Space> }>("/_mock/spaces", 5000)
  const { run, status } = useMockCall()
  const clear = async (name: string) => {
    const reply = await run({ method: "DELETE", path: `/_mock/spaces/${encodeURIComponent(name)}` })
    if (reply.ok) dropFigures(name)
    reload()
  }
  return (
    <section class="panel span">
      <h2>{text.spaces}</h2>
      <p class="hint">{text.spacesHint}</p>
      {server.space === session.space ? null : <p class="note problem">{text.bound(session.space)}</p>}
      {problem ? <ProblemNote problem={problem} /> : null}
      <Table
        caption={text.spaces}
        rows={value?.spaces ?? []}
        rowKey={({ name }) => name}
        columns={[
          { title: text.space, cell: ({ name }) => name || words.settings.defaultSpace },
          { title: text.underWay, numeric: true, cell: ({ underWay }) => count(underWay) },
          {
            title: text.open,
            cell: ({ name }) =>
              name === session.space ? (
                <span class="hint">{text.here}</span>
              ) : (
                <span class="actions">
                  <button type="button" class="button" onClick={() => chooseSpace(name)}>
                    {text.open}
                    <span class="visually-hidden"> {name || words.settings.defaultSpace}</span>
                  </button>
                  {name === "" ? null : (
                    <button type="button" class="button" onClick={() => clear(name)}>
                      {text.clear}
                      <span class="visually-hidden"> {name}</span>
                    </button>
                  )}
                </span>
              )
          }
        ]}
      />
      <form
        class="inline-form"
        onSubmit={(event: Event) => {
          event.preventDefault()
          chooseSpace(String(formData(event).get("space") ?? "").trim())
        }}
      >
        <label>
          <span class="visually-hidden">{text.newSpace}</span>
          <input name="space" placeholder={text.newSpace} required autocomplete="off" autocapitalize="off" />
        </label>
        <button type="submit" class="button">
          {text.enter}
        </button>
      </form>
      {status}
    </section>
  )
}
