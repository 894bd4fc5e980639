/** Controls of the simulation: clock, API faults, collection, seed, spaces, reset. */
import { dropFigures } from "../day/typedFigures.ts"
import { useAppContext } from "../shell/context.ts"
import { formData } from "../shell/input.ts"
import { ClockPanel } from "./ClockPanel.tsx"
import { Collection } from "./Collection.tsx"
import { HttpFaultPanel } from "./HttpFaultPanel.tsx"
import { SpacesPanel } from "./SpacesPanel.tsx"
import { useMockCall } from "./useMockCall.tsx"

export const SimulationView = () => {
  const { words } = useAppContext()
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

const SeedPanel = () => {
  const { words } = useAppContext()
  const text = words.simulation
  const { run, status } = useMockCall()
  const submit = (event: Event) => {
    event.preventDefault()
    const seed = Number(formData(event).get("seed"))
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
      {status}
    </section>
  )
}

const StartOverPanel = () => {
  const { words, session } = useAppContext()
  const text = words.simulation
  const { run, status } = useMockCall()
  const startOver = async (form: HTMLFormElement) => {
    const reply = await run({ method: "DELETE", path: "/_mock" })
    if (reply.ok) dropFigures(session.space)
    form.reset()
  }
  return (
    <section class="panel span">
      <h2>{text.startOver}</h2>
      <p class="hint">{text.startOverHint}</p>
      <form
        class="inline-form"
        onSubmit={(event: Event) => {
          event.preventDefault()
          void startOver(event.target as HTMLFormElement)
        }}
      >
        <label class="check">
          <input type="checkbox" required /> {text.confirm}
        </label>
        <button type="submit" class="button danger">
          {text.startOver}
        </button>
      </form>
      {status}
    </section>
  )
}
