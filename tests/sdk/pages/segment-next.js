import { AnalyticsBrowser } from '@segment/analytics-next'
import { arrive, becomeKnown } from './visit.js'

const { url, writeKey, batching } = window.cdp
const deliveryStrategy = batching ? { strategy: 'batching', config: { size: 2, timeout: 500 } } : undefined
const analytics = AnalyticsBrowser.load({ writeKey, cdnURL: url }, deliveryStrategy && { integrations: { 'Segment.io': { deliveryStrategy } } })
arrive(analytics)

window.cdpBecomeKnown = async () => {
  becomeKnown(analytics, (await analytics.user()).anonymousId())
  analytics.screen('Cart', { items: 2 })
}
