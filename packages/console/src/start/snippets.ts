/**
 * One order as a call in several languages: what a till sends. Login and password come from the environment, with the mock's
 * defaults if the server is one. Pure.
 */

export interface Call {
  /** The server's URL, without a trailing slash. */
  readonly origin: string
  /** With the space, if any: `login+space`. */
  readonly username: string
  /** The mock's default; absent for a server that moves money. */
  readonly password?: string | undefined
  readonly body: unknown
}

export const languages = ["curl", "Node", "PHP", "Python", "C#"] as const
export type SnippetLanguage = (typeof languages)[number]

const PATH = "/v1/connector/order"

/** The call as a program to paste and run. */
export const snippet = (language: SnippetLanguage, call: Call): string => writers[language](call)

/** Text in single quotes, which a POSIX shell does not interpret. */
const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const json = (value: unknown, indent = 2): string => JSON.stringify(value, null, indent)

const indented = (text: string, by: string): string => text.replaceAll("\n", `\n${by}`)

const writers: Readonly<Record<SnippetLanguage, (call: Call) => string>> = {
  curl: ({ origin, username, password, body }) =>
    [
      `curl ${shell(origin + PATH)}`,
      `--user "\${HIPAY_POS_USERNAME:-${username}}:${password === undefined ? "$HIPAY_POS_PASSWORD" : `\${HIPAY_POS_PASSWORD:-${password}}`}"`,
      "--header 'Content-Type: application/json'",
      `--data ${shell(json(body))}`
    ].join(" \\\n  "),
  Node: ({
    origin,
    username,
    password,
    body
  }) => `const login = process.env.HIPAY_POS_USERNAME ?? ${JSON.stringify(username)}
const password = process.env.HIPAY_POS_PASSWORD${password === undefined ? "" : ` ?? ${JSON.stringify(password)}`}

const response = await fetch(${JSON.stringify(origin + PATH)}, {
  method: "POST",
  headers: {
    "Content-Type": "application/json",
    Authorization: "Basic " + btoa(login + ":" + password)
  },
  body: JSON.stringify(${indented(json(body), "  ")})
})
console.log(response.status, await response.json())`,
  PHP: ({ origin, username, password, body }) => `<?php
$login = getenv('HIPAY_POS_USERNAME') ?: ${php(username)};
$password = getenv('HIPAY_POS_PASSWORD')${password === undefined ? "" : ` ?: ${php(password)}`};

$curl = curl_init(${php(origin + PATH)});
curl_setopt_array($curl, [
    CURLOPT_USERPWD => $login . ':' . $password,
    CURLOPT_HTTPHEADER => ['Content-Type: application/json'],
    CURLOPT_POSTFIELDS => ${php(json(body))},
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 200,
]);
$answer = curl_exec($curl);
echo curl_getinfo($curl, CURLINFO_RESPONSE_CODE), ' ', $answer, PHP_EOL;`,
  Python: ({ origin, username, password, body }) => `import base64, json, os, urllib.error, urllib.request

login = os.environ.get("HIPAY_POS_USERNAME", ${JSON.stringify(username)})
password = os.environ${password === undefined ? '["HIPAY_POS_PASSWORD"]' : `.get("HIPAY_POS_PASSWORD", ${JSON.stringify(password)})`}
order = json.loads(r"""${json(body)}""")

request = urllib.request.Request(
    ${JSON.stringify(origin + PATH)},
    json.dumps(order).encode(),
    {
        "Content-Type": "application/json",
        "Authorization": "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode(),
    },
)
try:
    answer = urllib.request.urlopen(request, timeout=200)
except urllib.error.HTTPError as error:
    answer = error
print(answer.status, answer.read().decode())`,
  "C#": ({ origin, username, password, body }) => `using System.Net.Http.Headers;
using System.Text;

var login = Environment.GetEnvironmentVariable("HIPAY_POS_USERNAME") ?? ${JSON.stringify(username)};
var password = Environment.GetEnvironmentVariable("HIPAY_POS_PASSWORD")${password === undefined ? "" : ` ?? ${JSON.stringify(password)}`};

using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(200) };
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:{password}")));
var order = """
${indented(json(body), "    ").replace(/^/, "    ")}
    """;
var answer = await http.PostAsync(
    ${JSON.stringify(origin + PATH)},
    new StringContent(order, Encoding.UTF8, "application/json"));
Console.WriteLine($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");`
}

const php = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`
