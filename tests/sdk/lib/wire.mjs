import { listed } from './server-side.mjs'

const ingest = /^\/(beacon\/)?v1\/(batch|b|[itpsga]|identify|track|page|screen|group|alias)(\?|$)/

// Watches a page's traffic below the SDK: what was posted, what was answered, which preflights were made, and what left the machine.
export class Wire {
  #requests = new Map()
  #delivered = new Map()
  #waiting = []
  #beacons = []

  preflights = []
  failures = []
  calledHome = []
  anonymousIds = new Set()

  static async of(page) {
    const wire = new Wire()
    const session = await page.createCDPSession()
    session.on('Network.requestWillBeSent', (e) => wire.#sent(e))
    session.on('Network.responseReceived', (e) => wire.#answered(e))
    session.on('Network.loadingFailed', (e) => wire.#failed(e))
    await session.send('Network.enable')
    await wire.#watchBeacons(page)
    return wire
  }

  // Waits until so many events were answered with success, each counted once.
  delivered(count) {
    return new Promise((resolve) => {
      this.#waiting.push({ count, resolve })
      this.#check()
    })
  }

  get events() {
    return [...this.#delivered.values()].map(listed)
  }

  // The browser does not show what a beacon's blob holds, so the page reads a copy of it before it is handed on.
  async #watchBeacons(page) {
    await page.exposeFunction('cdpBeacon', (text) => this.#beacons.push(JSON.parse(text)))
    await page.evaluateOnNewDocument(() => {
      const send = navigator.sendBeacon.bind(navigator)
      navigator.sendBeacon = (url, data) => {
        new Blob([data]).text().then((text) => window.cdpBeacon(text)).then(() => send(url, data))
        return true
      }
    })
  }

  #sent({ requestId, request, type }) {
    const { hostname, pathname, search, protocol } = new URL(request.url)
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') this.calledHome.push(`${request.method} ${request.url}`)
    const path = pathname + search
    if (type === 'Preflight' || request.method === 'OPTIONS') this.#requests.set(requestId, { path, preflight: true })
    else this.#requests.set(requestId, { path, body: request.method === 'POST' && ingest.test(path) ? bodyOf(request) ?? this.#beacons.shift() : null })
  }

  #answered({ requestId, response }) {
    const request = this.#requests.get(requestId)
    if (!request) return
    if (request.preflight) this.preflights.push({ path: request.path, status: response.status })
    if (!request.body || response.status < 200 || response.status > 299) return
    for (const event of request.body.batch ?? [request.body]) {
      if (event.anonymousId) this.anonymousIds.add(event.anonymousId)
      this.#delivered.set(event.messageId, event)
    }
    this.#check()
  }

  #failed({ requestId, errorText, blockedReason, corsErrorStatus }) {
    const path = this.#requests.get(requestId)?.path ?? 'unknown'
    this.failures.push(`${path}: ${[errorText, blockedReason, corsErrorStatus?.corsError].filter(Boolean).join(' ')}`)
  }

  #check() {
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.#delivered.size < count) return true
      resolve()
      return false
    })
  }
}

function bodyOf(request) {
  const bytes = (request.postDataEntries ?? []).map((entry) => Buffer.from(entry.bytes ?? '', 'base64'))
  const text = bytes.length > 0 ? Buffer.concat(bytes).toString('utf8') : request.postData
  return text ? JSON.parse(text) : null
}
