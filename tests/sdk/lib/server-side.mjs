import { randomUUID } from 'node:crypto'
import { groupId, groupTraits, checkout, landing, order, product, traits, userId } from './journey.mjs'

const site = 'https://shop.example'

// What a back end sends: first for a visitor without a name, then for the customer; the alias says that they are one.
// Calls stand at their own times, a second apart, so that the order in the timeline is the order of the calls.
export function serverSideJourney() {
  const anonymousId = randomUUID()
  const start = Date.now() - 60_000
  const at = (second) => new Date(start + second * 1000)
  const calls = [
    ['page', { anonymousId, name: 'Shop', properties: { url: site + landing, path: '/shop', title: 'Shop' }, timestamp: at(0) }],
    ['track', { anonymousId, event: 'Product Viewed', properties: product, timestamp: at(1) }],
    ['identify', { userId, traits, timestamp: at(2) }],
    ['alias', { userId, previousId: anonymousId, timestamp: at(3) }],
    ['track', { userId, event: 'Order Completed', properties: order, timestamp: at(4) }],
    ['screen', { userId, name: 'Cart', properties: { items: 2 }, timestamp: at(5) }],
    ['page', { userId, name: 'Checkout', properties: { url: site + checkout, path: '/checkout', title: 'Checkout' }, timestamp: at(6) }],
    ['group', { userId, groupId, traits: groupTraits, timestamp: at(7) }],
  ]
  return { anonymousId, calls }
}

// A message as the report lists it.
export const listed = (message) => ({
  type: message.type,
  name: message.event ?? message.name ?? null,
  messageId: message.messageId,
})
