import { calledHome } from './lib/loopback-only.mjs'
import { readArguments } from './lib/arguments.mjs'
import { report } from './lib/report.mjs'
import { listed, serverSideJourney } from './lib/server-side.mjs'
import { Analytics } from '@segment/analytics-node'

const { url, writeKey, timeoutMs } = readArguments()

await report('@segment/analytics-node', timeoutMs, async (result) => {
  result.calledHome = calledHome
  const analytics = new Analytics({ writeKey, host: url, flushInterval: 500 })
  analytics.on('error', (error) => result.errors.push(`${error.code}: ${error.reason}`))
  const { anonymousId, calls } = serverSideJourney()
  result.anonymousId = anonymousId
  const delivered = calls.map(
    ([type, message]) =>
      new Promise((resolve) => {
        analytics[type](message, (error, context) => {
          if (error) result.errors.push(`${type}: ${error}`)
          else result.sent.push(listed(context.event))
          resolve()
        })
      }),
  )
  await analytics.closeAndFlush({ timeout: timeoutMs })
  await Promise.all(delivered)
})
