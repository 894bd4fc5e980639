/** Problems that the mock detected and the real service would not report. */
import type { MockFinding } from "../server/model.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { Listing, POLL_INTERVAL } from "../shell/Listing.tsx"
import { toHash } from "../shell/route.ts"
import { useLoad } from "../shell/useLoad.ts"
import { textFor } from "../text/words.ts"

export const FindingsView = () => {
  const { words } = useAppContext()
  const { moment } = useFormat()
  const loaded = useLoad<{ readonly findings: ReadonlyArray<MockFinding> }>("/_mock/findings", POLL_INTERVAL)
  return (
    <Listing
      title={words.places.findings}
      hint={words.mock.findingsHint}
      loaded={loaded}
      empty={words.mock.findingsNone}
      isEmpty={({ findings }) => findings.length === 0}
    >
      {({ findings }) => (
        <ul class="cards-list">
          {findings.map((finding, index) => (
            <li key={`${finding.at} ${index}`} class="panel">
              <h2>{textFor(words.mock.findings, finding.code)}</h2>
              <p dir="auto" lang="en">
                {finding.detail}
              </p>
              <p class="hint">
                <time dateTime={finding.at}>{moment(finding.at)}</time>
                {finding.orderId === undefined ? null : (
                  <>
                    {" · "}
                    {finding.attempt === undefined ? (
                      finding.orderId
                    ) : (
                      <a href={toHash({ place: "attempts", name: finding.attempt })} dir="auto">
                        {finding.orderId}
                      </a>
                    )}
                  </>
                )}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Listing>
  )
}
