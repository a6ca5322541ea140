import { checkout, groupId, groupTraits, order, product, traits, userId } from '../lib/journey.mjs'

// Before the visitor is known.
export function arrive(analytics) {
  analytics.page('Shop')
  analytics.track('Product Viewed', product)
}

// From here on the visitor has a name. The id of before is told once more by alias, as many sites do.
export function becomeKnown(analytics, anonymousId) {
  analytics.identify(userId, traits)
  analytics.alias(userId, anonymousId)
  analytics.track('Order Completed', order)
  history.pushState(null, '', checkout)
  document.title = 'Checkout'
  analytics.page('Checkout')
  analytics.group(groupId, groupTraits)
}
