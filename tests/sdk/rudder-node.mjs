import { gunzipSync } from 'node:zlib'
import { calledHome } from './lib/loopback-only.mjs'
import { readArguments } from './lib/arguments.mjs'
import { report } from './lib/report.mjs'
import { listed, serverSideJourney } from './lib/server-side.mjs'
import Analytics from '@rudderstack/rudder-sdk-node'

const { url, writeKey, timeoutMs } = readArguments()

await report('@rudderstack/rudder-sdk-node', timeoutMs, async (result) => {
  result.calledHome = calledHome
  const analytics = new Analytics(writeKey, {
    dataPlaneUrl: url,
    flushInterval: 500,
    logLevel: 'none',
    errorHandler: (error) => result.errors.push(String(error)),
  })
  const { anonymousId, calls } = serverSideJourney()
  result.anonymousId = anonymousId
  const known = new Set()
  const delivered = calls.map(
    ([type, message]) =>
      new Promise((resolve) => {
        analytics[type](message, (error, data) => {
          if (error) result.errors.push(`${type}: ${error}`)
          // With gzip on, the callback gets the bytes and not the messages: both are what was sent.
          else for (const item of read(data)) if (!known.has(item.messageId)) known.add(item.messageId) && result.sent.push(listed(item))
          resolve()
        })
      }),
  )
  await analytics.flush()
  await Promise.all(delivered)
})

function read(data) {
  const plain = Buffer.isBuffer(data) ? JSON.parse(gunzipSync(data)) : data
  return plain?.batch ?? []
}
