const cardholder = '"auto", "manual", "amount", { card: … }, { script: [ … ] } or a Cardholder'
const moment = "a Date or a moment from 1970 to 9998, such as 2026-01-02T03:04:05Z"

/** Options as plain JavaScript may give them, and what a mock says of each. */
export const unusable: ReadonlyArray<readonly [options: object, problem: string]> = [
  [{ pace: "fast" }, 'pace: expected "instant" or "human", got "fast"'],
  [{ dialect: "cloud" }, 'dialect: expected "pos-api" or "cloud-api", got "cloud"'],
  [{ validation: "Faithful" }, 'validation: expected "strict" or "faithful", got "Faithful"'],
  [{ cardholder: "nobody" }, `cardholder: expected ${cardholder}, got "nobody"`],
  [{ cardholder: null }, `cardholder: expected ${cardholder}, got null`],
  [{ cardholder: { _tag: "Automatic" } }, `cardholder: expected ${cardholder}, got an object`],
  [{ cardholder: { script: "approved" } }, 'cardholder.script: expected a list such as ["declined", "approved"]'],
  [{ clock: new Date("2026-13-01") }, `clock: expected ${moment}, got an invalid Date`],
  [{ clock: new Date("1969-12-31T23:59:59Z") }, `clock: expected ${moment}, got 1969-12-31T23:59:59.000Z`],
  [{ clock: new Date("9999-01-01T00:00:00Z") }, `clock: expected ${moment}, got 9999-01-01T00:00:00.000Z`],
  [{ clock: "yesterday" }, `clock: expected ${moment}, got "yesterday"`],
  [{ clock: 0 }, `clock: expected ${moment}, got 0`],
  [
    { notifications: { algorithm: "sha256" } },
    'notifications.algorithm: expected "SHA-1" or "SHA-256" or "SHA-512", got "sha256"'
  ],
  [
    { notifications: { allowed: ["127.0.0.1:3000", "localhost"] } },
    'notifications.allowed[1]: expected HOST:PORT, such as 127.0.0.1:3000, got "localhost"'
  ],
  [
    { notifications: { allowed: ["http://shop.test:3000"] } },
    'notifications.allowed[0]: expected HOST:PORT, such as 127.0.0.1:3000, got "http://shop.test:3000"'
  ],
  [
    { notifications: { allowed: "shop.test:3000" } },
    'notifications.allowed: expected a list of HOST:PORT, such as 127.0.0.1:3000, got "shop.test:3000"'
  ],
  [
    { notifications: { url: "shop.test:3000/notify" } },
    'notifications.url: expected a URL such as http://127.0.0.1:3000/notify, got "shop.test:3000/notify"'
  ],
  [{ notifications: null }, "notifications: expected an object, got null"],
  [{ terminals: { name: "Till 1" } }, "terminals: expected a list"],
  [
    { terminals: [{ name: "Till 1", profile: "desk5000" }] },
    'terminals[0].profile: expected "plain" | "ingenico-desk5000" | "payxpert" | "hipay-nepting" | "verifone-v240m"'
  ],
  [
    { terminals: [{ name: "Till 1" }, { name: "Till 2" }] },
    "terminals[1].port: 127.0.0.1:8888 is already taken by terminals[0]"
  ],
  [
    { notifications: { passPhrase: "x" } },
    "notifications.passPhrase: no such option; expected one of url, allowed, passphrase, algorithm, send"
  ]
]
