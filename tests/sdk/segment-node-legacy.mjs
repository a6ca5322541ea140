import { calledHome } from './lib/loopback-only.mjs'
import { readArguments } from './lib/arguments.mjs'
import { report } from './lib/report.mjs'
import { listed, serverSideJourney } from './lib/server-side.mjs'
import Analytics from 'analytics-node'

const { url, writeKey, timeoutMs } = readArguments()

await report('analytics-node', timeoutMs, async (result) => {
  result.calledHome = calledHome
  const analytics = new Analytics(writeKey, { host: url, flushAt: 20 })
  const { anonymousId, calls } = serverSideJourney()
  result.anonymousId = anonymousId
  const delivered = calls.map(
    ([type, message]) =>
      new Promise((resolve) => {
        analytics[type](message, (error, data) => {
          if (error) result.errors.push(`${type}: ${error}`)
          else for (const item of data?.batch ?? []) remember(item)
          resolve()
        })
      }),
  )
  const remember = (item) => {
    if (!result.sent.some((known) => known.messageId === item.messageId)) result.sent.push(listed(item))
  }
  await analytics.flush()
  await Promise.all(delivered)
})
