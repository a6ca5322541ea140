import { becomeKnown } from './visit.js'
import { product } from '../lib/journey.mjs'

// The snippet has called page() and queued it before Segment's own script arrived; this call is queued too.
window.analytics.track('Product Viewed', product)

window.cdpBecomeKnown = () => {
  becomeKnown(window.analytics, window.analytics.user().anonymousId())
  window.analytics.screen('Cart', { items: 2 })
}
