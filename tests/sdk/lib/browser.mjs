import { createServer } from 'node:http'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { withPage } from './chromium.mjs'
import { landing } from './journey.mjs'
import { aborted } from './report.mjs'
import { Wire } from './wire.mjs'

// The journey of a browser, see pages/: two events before the visitor is known, six after.
const anonymousCount = 2
const eventCount = 8

// Opens a page that holds the SDK on a port of its own, so that the server is another origin, and waits until all its events arrived.
export async function browse(result, signal, settings, { head = '', script }) {
  const late = aborted(signal)
  late.catch(() => {})
  const code = await bundle(script)
  const site = await serve(head, code, settings)
  try {
    await withPage(async (page) => {
      const wire = await Wire.of(page)
      page.on('console', (message) => result.console.push(`${message.type()}: ${message.text()}`))
      page.on('pageerror', (error) => result.errors.push(`page: ${error}`))
      result.calledHome = wire.calledHome
      result.preflights = wire.preflights
      result.failures = wire.failures
      result.page = site.url
      try {
        await Promise.race([visit(page, wire, site.url + landing), late])
      } finally {
        result.sent = wire.events
        result.anonymousId = [...wire.anonymousIds].join(',')
      }
    })
  } finally {
    site.close()
  }
}

// The SDKs add the user's id to events that wait: only what has arrived before was anonymous.
async function visit(page, wire, url) {
  await page.goto(url)
  await wire.delivered(anonymousCount)
  await page.evaluate(() => window.cdpBecomeKnown())
  await wire.delivered(eventCount)
}

async function bundle(script) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../pages/${script}`, import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    logLevel: 'silent',
  })
  return outputFiles[0].text
}

async function serve(head, code, settings) {
  const html = `<!doctype html><html><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">
<script>window.cdp = ${JSON.stringify(settings)}</script>
${head}
<script defer src="/bundle.js"></script></head><body></body></html>`
  const server = createServer((request, response) => {
    const isScript = request.url === '/bundle.js'
    response.setHeader('Content-Type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8')
    response.end(isScript ? code : html)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
