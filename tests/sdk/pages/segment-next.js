import { AnalyticsBrowser } from '@segment/analytics-next'
import { arrive, becomeKnown } from './visit.js'

const { url, writeKey, batching, noCdn } = window.cdp
const { host, protocol } = new URL(url)

// Either the settings come from the server, or the page carries them and nothing is fetched.
const settings = noCdn
  ? { writeKey, cdnSettings: { integrations: { 'Segment.io': { apiKey: writeKey } }, metrics: { sampleRate: 0 } } }
  : { writeKey, cdnURL: url }
const segment = {
  ...(noCdn ? { apiHost: `${host}/v1`, protocol: protocol.replace(':', '') } : {}),
  ...(batching ? { deliveryStrategy: { strategy: 'batching', config: { size: 2, timeout: 500 } } } : {}),
}
const analytics = AnalyticsBrowser.load(settings, { integrations: { 'Segment.io': segment } })
arrive(analytics)

window.cdpBecomeKnown = async () => {
  becomeKnown(analytics, (await analytics.user()).anonymousId())
  analytics.screen('Cart', { items: 2 })
}
