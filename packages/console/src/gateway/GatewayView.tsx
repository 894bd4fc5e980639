/** A gateway's surroundings: the service that it relays to, its terminals, and the other gateways of its store. */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import type { InstanceList, TerminalList, TerminalStatus } from "@hipay-pos/core/wire/Terminals"
import type { UpstreamLogin } from "@hipay-pos/core/wire/UpstreamLogin"
import type { Child } from "hono/jsx"
import { StateMark } from "../attempts/StateMark.tsx"
import { useAppContext, useFormat } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { type Route, toHash } from "../shell/route.ts"
import { Table } from "../shell/Table.tsx"
import { useLoad } from "../shell/useLoad.ts"
import "../style/gateway.css"
import { DriftView } from "./DriftView.tsx"

/** How often terminals, instances and the service, with its health check, are fetched again, in milliseconds. */
const POLL = 5_000
const POLL_SERVICE = 20_000

/** How many terminals a page shows. */
const PAGE = 200

export const GatewayView = ({ route }: { readonly route: Route }) => {
  const { words, session } = useAppContext()
  return (
    <>
      {session.relays ? (
        <nav class="sub-nav" aria-label={words.places.gateway}>
          {(["gateway", "drift"] as const).map((place) => (
            <a key={place} href={toHash({ place })} aria-current={place === route.place ? "page" : undefined}>
              {place === "gateway" ? words.gateway.overview : words.places.drift}
            </a>
          ))}
        </nav>
      ) : null}
      {route.place === "drift" ? <DriftView /> : <Overview after={route.query?.after} />}
    </>
  )
}

const Overview = ({ after }: { readonly after: string | undefined }) => {
  const { words, session } = useAppContext()
  return (
    <div class="view gateway-view">
      <header class="view-head">
        <div>
          <h1>{words.places.gateway}</h1>
          <p class="hint">{words.gateway.hint}</p>
        </div>
      </header>
      {session.relays ? <Service /> : null}
      <Terminals after={after} />
      {session.shared ? <Instances /> : null}
    </div>
  )
}

/** The service that orders are relayed to, HiPay's or another. */
const Service = () => {
  const { words } = useAppContext()
  const { clock, day } = useFormat()
  const text = words.gateway
  const { value, problem, reload } = useLoad<UpstreamLogin>("/upstream", POLL_SERVICE)
  const { health } = value ?? {}
  return (
    <section class="panel" aria-labelledby="service-title">
      <h2 id="service-title">{text.service}</h2>
      {problem ? <ProblemNote problem={problem} onRetry={reload} /> : null}
      {value === undefined ? (
        problem === undefined ? (
          <p class="hint">{words.loading} …</p>
        ) : null
      ) : (
        <dl class="facts">
          <Fact name={text.upstream}>
            <b dir="auto">{value.upstream}</b>
          </Fact>
          {health === undefined ? null : (
            <Fact name={text.health}>
              <Mark good={health.up}>{health.up ? text.up : text.down}</Mark>
              {health.problem === undefined ? null : (
                <small lang="en" dir="auto">
                  {health.problem}
                </small>
              )}
            </Fact>
          )}
          <Fact name={text.lastGoodAnswer}>
            {health?.lastGoodAnswer === undefined ? (
              text.never
            ) : (
              <time dateTime={health.lastGoodAnswer} title={day(health.lastGoodAnswer)}>
                {clock(health.lastGoodAnswer)}
              </time>
            )}
          </Fact>
          <Fact name={text.login}>
            <span class={["refused", "missing"].includes(value.login) ? "alarm" : ""}>{text.logins[value.login]}</span>
            {value.problem === undefined ? null : (
              <small lang="en" dir="auto">
                {value.problem}
              </small>
            )}
          </Fact>
        </dl>
      )}
    </section>
  )
}

const Terminals = ({ after }: { readonly after: string | undefined }) => {
  const { words, session } = useAppContext()
  const { count } = useFormat()
  const text = words.gateway
  const query = new URLSearchParams({ limit: String(PAGE), ...(after === undefined ? {} : { after }) })
  const { value, problem, reload } = useLoad<TerminalList>(`/terminals?${query}`, POLL)
  const terminals = value?.terminals ?? []
  // A relay need not dial any.
  if (session.relays && value !== undefined && terminals.length === 0) return null
  const unreachable = terminals.filter(({ reachable }) => reachable === false).length
  const blocked = terminals.filter(({ blockedBy }) => blockedBy !== undefined).length
  const next = value?.next === undefined ? undefined : new URLSearchParams(value.next.split("?")[1]).get("after")
  return (
    <section class="listed" aria-labelledby="dialled-title">
      <h2 id="dialled-title">
        {words.places.terminals}{" "}
        {value === undefined ? null : (
          <span class="hint">
            {[
              `${count(terminals.length)}${next === undefined ? "" : "+"}`,
              ...(unreachable > 0 ? [text.unreachableCount(unreachable)] : []),
              ...(blocked > 0 ? [text.blockedCount(blocked)] : [])
            ].join(" · ")}
          </span>
        )}
      </h2>
      {problem ? <ProblemNote problem={problem} onRetry={reload} /> : null}
      {value === undefined && problem === undefined ? <p class="hint">{words.loading} …</p> : null}
      {terminals.length === 0 ? null : (
        <Table
          caption={words.places.terminals}
          rows={terminals}
          rowKey={({ address }) => address}
          columns={[
            { title: text.terminal, cell: (each) => <Name terminal={each} /> },
            { title: text.connection, cell: (each) => <Reach terminal={each} /> },
            { title: text.blockedBy, cell: (each) => <Blocked terminal={each} /> },
            { title: text.lastPayment, cell: (each) => <LastPayment terminal={each} /> }
          ]}
        />
      )}
      {terminals.length > 0 && terminals.every(({ reachable, checkedAt }) => reachable === undefined && !checkedAt) ? (
        <p class="hint">{text.notWatchedHint}</p>
      ) : null}
      {after === undefined && next === undefined ? null : (
        <p class="actions">
          {after === undefined ? null : (
            <a class="button" href={toHash({ place: "gateway" })}>
              {text.first}
            </a>
          )}
          {next == null ? null : (
            <a class="button" href={toHash({ place: "gateway", query: { after: next } })}>
              {text.next}
            </a>
          )}
        </p>
      )}
    </section>
  )
}

const Name = ({ terminal: { name, address } }: { readonly terminal: TerminalStatus }) => (
  <span class="stacked">
    <b dir="auto">{name}</b>
    {name === address ? null : <small>{address}</small>}
  </span>
)

const Reach = ({ terminal: { reachable, since, checkedAt } }: { readonly terminal: TerminalStatus }) => {
  const { words } = useAppContext()
  const { clock, day } = useFormat()
  const text = words.gateway
  if (reachable === undefined) return <span class="hint">{text.notWatched}</span>
  return (
    <span class="stacked">
      <Mark good={reachable}>{reachable ? text.reachable : text.unreachable}</Mark>
      <small title={checkedAt === undefined ? undefined : text.checked(`${day(checkedAt)} ${clock(checkedAt)}`)}>
        {since === undefined ? null : text.since(`${day(since)} ${clock(since)}`)}
      </small>
    </span>
  )
}

const Blocked = ({ terminal: { blockedBy } }: { readonly terminal: TerminalStatus }) =>
  blockedBy === undefined ? <>–</> : <Blocking id={blockedBy} />

/** The attempt that blocks a terminal, shown by its order id. */
const Blocking = ({ id }: { readonly id: string }) => {
  const { words } = useAppContext()
  const { value } = useLoad<Attempt>(`/attempts/${encodeURIComponent(id)}`)
  return (
    <a class="with-mark" href={toHash({ place: "attempts", name: id })}>
      <span dir="auto">{value?.orderId ?? words.gateway.otherOrder}</span>
      {value === undefined ? null : <StateMark state={value.state} />}
    </a>
  )
}

const LastPayment = ({ terminal: { lastPayment } }: { readonly terminal: TerminalStatus }) => {
  const { clock, day } = useFormat()
  if (lastPayment === undefined) return <>–</>
  const { attempt, at, state } = lastPayment
  return (
    <a class="with-mark" href={toHash({ place: "attempts", name: attempt })}>
      <StateMark state={state} /> <time dateTime={at}>{`${day(at)} ${clock(at)}`}</time>
    </a>
  )
}

/** The gateways that share the store. */
const Instances = () => {
  const { words } = useAppContext()
  const { clock, day } = useFormat()
  const text = words.gateway
  const { value, problem, reload } = useLoad<InstanceList>("/instances", POLL)
  // Logins that are limited to some terminals may not see the instances.
  if (problem?.status === 403) return null
  return (
    <section class="listed" aria-labelledby="instances-title">
      <h2 id="instances-title">{text.instances}</h2>
      {problem ? <ProblemNote problem={problem} onRetry={reload} /> : null}
      <Table
        caption={text.instances}
        rows={value?.instances ?? []}
        rowKey={({ name }) => name}
        columns={[
          {
            title: text.instance,
            cell: ({ name, self }) => (
              <>
                <b dir="auto">{name}</b> {self ? <span class="badge">{text.self}</span> : null}
              </>
            )
          },
          { title: text.version, cell: ({ version }) => (version === "" ? "–" : version) },
          { title: text.started, cell: ({ startedAt }) => `${day(startedAt)} ${clock(startedAt)}` },
          { title: text.aliveUntil, cell: ({ aliveUntil }) => clock(aliveUntil) },
          {
            title: text.settings,
            cell: ({ agrees }) => <Mark good={agrees}>{agrees ? text.agrees : text.differs}</Mark>
          }
        ]}
      />
    </section>
  )
}

const Fact = ({ name, children }: { readonly name: string; readonly children?: Child }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

const Mark = ({ good, children }: { readonly good: boolean; readonly children?: Child }) => (
  <span class={`mark ${good ? "state-approved" : "state-declined"}`}>
    <span class="sign" aria-hidden="true">
      {good ? "✓" : "✕"}
    </span>
    {children}
  </span>
)
