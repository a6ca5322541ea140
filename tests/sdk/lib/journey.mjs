// One customer's way through a shop, the same for every SDK. The tests on the C# side name the same values.
export const userId = 'user-1842'
export const groupId = 'acme-7'

export const traits = {
  email: 'Ada.Lovelace@Example.com',
  firstName: 'Ada',
  plan: 'pro',
  age: 36,
  newsletter: true,
  address: { city: 'Oslo', postalCode: '0150', geo: { lat: 59.91, lon: 10.75 } },
  tags: ['vip', 'beta'],
}

export const groupTraits = { name: 'Acme', plan: 'enterprise', employees: 1200 }

export const product = { sku: 'sku-1', name: 'Kettle', price: 42.5 }
export const order = { orderId: 'o-9', total: 125.5, currency: 'NOK', products: [{ sku: 'sku-1', quantity: 2 }] }

export const landing = '/shop?utm_source=news&utm_medium=email&utm_campaign=spring'
export const checkout = '/checkout?step=2'
