import { RudderAnalytics } from '@rudderstack/analytics-js/bundled'
import { arrive, becomeKnown } from './visit.js'

const { url, writeKey, beacon } = window.cdp
const analytics = new RudderAnalytics()
analytics.load(writeKey, url, {
  configUrl: url,
  ...(beacon ? { useBeacon: true, beaconQueueOptions: { flushQueueInterval: 500 } } : {}),
})
arrive(analytics)

window.cdpBecomeKnown = () => {
  becomeKnown(analytics, analytics.getAnonymousId())
  // The browser SDK of RudderStack has no screen call.
  analytics.track('Cart Viewed', { items: 2 })
}
