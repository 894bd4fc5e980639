/** The simulation itself: its clock, its spaces, the faults of the API, and starting over. */
import { useState } from "hono/jsx/dom"
import type { Clock, HttpFault, Space } from "../server/model.ts"
import type { Sending } from "../server/Server.ts"
import { useDesk, useFormat } from "../shell/context.ts"
import { ProblemNote, problemText } from "../shell/ProblemNote.tsx"
import { useLoad } from "../shell/useLoad.ts"
import { Collection } from "./Collection.tsx"
import { Table } from "./Table.tsx"

export const SimulationView = () => {
  const { words } = useDesk()
  return (
    <div class="view">
      <h1>{words.places.simulation}</h1>
      <div class="panels">
        <ClockPanel />
        <HttpFaultPanel />
        <div class="panel-stack">
          <section class="panel">
            <h2>{words.simulation.collection}</h2>
            <p class="hint">{words.mock.collectHint}</p>
            <Collection />
          </section>
          <SeedPanel />
        </div>
        <SpacesPanel />
        <StartOverPanel />
      </div>
    </div>
  )
}

/** Does something and says how it went. */
const useDo = () => {
  const { server, words } = useDesk()
  const [said, setSaid] = useState("")
  const run = async <A,>(sending: Sending): Promise<A | undefined> => {
    const reply = await server.send<A>(sending)
    setSaid(reply.ok ? words.simulation.done : problemText(words, reply.problem))
    return reply.ok ? reply.value : undefined
  }
  return { run, said: <p role="status">{said}</p> }
}

const ClockPanel = () => {
  const { words } = useDesk()
  const { clock, day } = useFormat()
  const text = words.simulation
  const { value, problem, put } = useLoad<Clock>("/_mock/clock", 1000)
  const { run, said } = useDo()
  const turn = async (body: unknown) => {
    const now = await run<Clock>({ method: "POST", path: "/_mock/clock", body })
    if (now !== undefined) put(now)
  }
  const advance = (event: Event) => {
    event.preventDefault()
    const form = new FormData(event.target as HTMLFormElement)
    void turn({ action: "advance", milliseconds: Number(form.get("many")) * Number(form.get("unit")) })
  }
  return (
    <section class="panel">
      <h2>{text.clock}</h2>
      <p class="hint">{text.clockHint}</p>
      {problem ? <ProblemNote problem={problem} /> : null}
      {value === undefined ? null : (
        <p class="clock-face">
          <time>{clock(value.now)}</time>
          <span class="hint">{day(value.now)}</span>
          <span class={`mark ${value.frozen ? "state-open" : "state-approved"}`}>
            {value.frozen ? text.frozen : text.running}
          </span>
        </p>
      )}
      <div class="actions">
        <button type="button" class="button" disabled={value?.frozen} onClick={() => turn({ action: "freeze" })}>
          {text.freeze}
        </button>
        <button
          type="button"
          class="button"
          disabled={value?.frozen === false}
          onClick={() => turn({ action: "resume" })}
        >
          {text.resume}
        </button>
      </div>
      <form class="inline-form" onSubmit={advance}>
        <label>
          <span class="visually-hidden">{text.howMany}</span>
          <input name="many" type="number" min={1} max={100_000} value={30} required />
        </label>
        <label>
          <span class="visually-hidden">{text.advanceBy}</span>
          <select name="unit">
            {Object.entries(text.units).map(([milliseconds, unit]) => (
              <option key={milliseconds} value={milliseconds}>
                {unit}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button">
          {text.advance}
        </button>
      </form>
      {said}
    </section>
  )
}

const HttpFaultPanel = () => {
  const { words } = useDesk()
  const text = words.simulation
  const { value, reload } = useLoad<{ readonly fault: HttpFault | null }>("/_mock/http-fault", 3000)
  const set = value?.fault ?? undefined
  const { run, said } = useDo()
  const submit = async (event: Event) => {
    event.preventDefault()
    const form = new FormData(event.target as HTMLFormElement)
    const fault = String(form.get("fault"))
    await run({
      method: "PUT",
      path: "/_mock/http-fault",
      body: {
        fault,
        times: Number(form.get("times") || 1),
        ...(fault.startsWith("error") ? { status: Number(form.get("status") || 500) } : {})
      }
    })
    reload()
  }
  const takeAway = async () => {
    await run({ method: "DELETE", path: "/_mock/http-fault" })
    reload()
  }
  return (
    <section class="panel">
      <h2>{text.httpFault}</h2>
      <p class="hint">{text.httpFaultHint}</p>
      <p>{set === undefined ? text.none : text.set(text.httpFaults[set.fault] ?? set.fault)}</p>
      <form class="stack" onSubmit={submit}>
        <label class="field">
          <span>{words.behaviour.fault}</span>
          <select name="fault">
            {Object.entries(text.httpFaults).map(([fault, shows]) => (
              <option key={fault} value={fault}>
                {shows}
              </option>
            ))}
          </select>
        </label>
        <div class="fault-fields">
          <label class="field">
            <span>{text.times}</span>
            <input name="times" type="number" min={1} max={1000} value={1} />
          </label>
          <label class="field">
            <span>{text.status}</span>
            <input name="status" type="number" min={400} max={599} value={500} />
          </label>
        </div>
        <div class="actions">
          <button type="submit" class="button">
            {text.setIt}
          </button>
          <button type="button" class="button" disabled={set === undefined} onClick={takeAway}>
            {text.takeAway}
          </button>
        </div>
      </form>
      {said}
    </section>
  )
}

const SeedPanel = () => {
  const { words } = useDesk()
  const text = words.simulation
  const { run, said } = useDo()
  const submit = (event: Event) => {
    event.preventDefault()
    const seed = Number(new FormData(event.target as HTMLFormElement).get("seed"))
    void run({ method: "PUT", path: "/_mock/seed", body: { seed } })
  }
  return (
    <section class="panel">
      <h2>{text.seed}</h2>
      <p class="hint">{text.seedHint}</p>
      <form class="inline-form" onSubmit={submit}>
        <label>
          <span class="visually-hidden">{text.seed}</span>
          <input name="seed" type="number" min={0} max={4_294_967_295} value={1} required />
        </label>
        <button type="submit" class="button">
          {text.setSeed}
        </button>
      </form>
      {said}
    </section>
  )
}

const SpacesPanel = () => {
  const { words, server, session, chooseSpace } = useDesk()
  const { count } = useFormat()
  const text = words.simulation
  const { value, problem, reload } = useLoad<{ readonly spaces: ReadonlyArray<Space> }>("/_mock/spaces", 5000)
  const { run, said } = useDo()
  const clear = async (name: string) => {
    await run({ method: "DELETE", path: `/_mock/spaces/${encodeURIComponent(name)}` })
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
            title: text.look,
            cell: ({ name }) =>
              name === session.space ? (
                <span class="hint">{text.here}</span>
              ) : (
                <span class="actions">
                  <button type="button" class="button" onClick={() => chooseSpace(name)}>
                    {text.look}
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
          chooseSpace(String(new FormData(event.target as HTMLFormElement).get("space") ?? "").trim())
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
      {said}
    </section>
  )
}

const StartOverPanel = () => {
  const { words } = useDesk()
  const text = words.simulation
  const { run, said } = useDo()
  return (
    <section class="panel span">
      <h2>{text.startOver}</h2>
      <p class="hint">{text.startOverHint}</p>
      <form
        class="inline-form"
        onSubmit={(event: Event) => {
          event.preventDefault()
          const form = event.target as HTMLFormElement
          void run({ method: "DELETE", path: "/_mock" }).then(() => form.reset())
        }}
      >
        <label class="check">
          <input type="checkbox" required /> {text.confirm}
        </label>
        <button type="submit" class="button">
          {text.startOver}
        </button>
      </form>
      {said}
    </section>
  )
}
