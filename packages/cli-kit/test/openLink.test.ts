import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { assert, it } from "vitest"
import { openerOf } from "../src/openLink.ts"

it("opens a link with the system's opener, and with nothing without a display", () => {
  const openerIn = (platform: NodeJS.Platform, env: Record<string, string>) =>
    Effect.runSync(
      Effect.provideService(openerOf(platform), ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(env))
    )
  assert.isUndefined(openerIn("linux", {}))
  assert.deepStrictEqual<unknown>(openerIn("linux", { WAYLAND_DISPLAY: "wayland-0" }), ["xdg-open"])
  assert.deepStrictEqual<unknown>(openerIn("darwin", {}), ["open"])
})
