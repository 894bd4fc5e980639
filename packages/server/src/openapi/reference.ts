/**
 * The page `/docs` if the server's pages include Scalar's API reference: three columns, code samples in six languages, and a
 * button that sends the request to this server. A server with real terminals has no such button.
 */
import { html } from "hono/html"
import type { Described } from "./describe.ts"

/** The library's path among the pages. */
export const REFERENCE = "/docs/reference/standalone.esm.js"

/** The page. */
export const referencePage = (title: string): string =>
  String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="icon" href="data:,">
</head>
<body>
<noscript><a href="/docs/text">The API as text, without scripts</a></noscript>
<div id="reference"></div>
<script type="module" src="/docs/reference.js"></script>
</body>
</html>
`)

/** Hidden languages, and hidden libraries of the others. */
const hiddenClients = {
  ...Object.fromEntries(
    "c clojure dart fsharp go http js julia kotlin objc ocaml powershell r ruby rust swift"
      .split(" ")
      .map((language) => [language, true])
  ),
  shell: ["httpie", "wget"],
  node: ["axios", "ofetch", "undici"],
  php: ["guzzle", "laravel"],
  python: ["python3", "aiohttp", "httpx_sync", "httpx_async"],
  csharp: ["restsharp"],
  java: ["asynchttp", "okhttp", "unirest"]
}

/** Darkens colours of Scalar's own theme that are too pale for some readers, and widens a button too narrow for a finger. */
const legible = `
.light-mode { --scalar-color-3: #666; --scalar-color-green: #00734a; --scalar-color-orange: #b33c00; --scalar-color-accent: #0066b3 }
.dark-mode { --scalar-color-3: #949494 }
.client-libraries { min-width: 24px; min-height: 24px }
`

/** The script that starts the page. It exchanges nothing with other servers. */
export const referenceScript = ({ mode }: Described): string => {
  const options = {
    url: "/openapi.json",
    telemetry: false,
    withDefaultFonts: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    showDeveloperTools: "never",
    hideClientButton: true,
    persistAuth: false,
    hiddenClients,
    customCss: legible,
    defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
    ...(mode === "gateway"
      ? { hideTestRequestButton: true }
      : {
          authentication: {
            preferredSecurityScheme: "BasicAuth",
            securitySchemes: { BasicAuth: { username: "merchant", password: "secret" } }
          }
        })
  }
  return `import { createApiReference } from "./reference/standalone.esm.js"

createApiReference("#reference", ${JSON.stringify(options, null, 2)})
`
}
