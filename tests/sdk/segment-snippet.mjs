import { readFileSync } from 'node:fs'
import snippet from '@segment/snippet'
import { readArguments } from './lib/arguments.mjs'
import { browse } from './lib/browser.mjs'
import { report } from './lib/report.mjs'

const settings = readArguments()

await report('@segment/snippet', settings.timeoutMs, async (result, signal) => {
  const documented = read('../../docs/sdks.md')
  const stock = snippet.max({ apiKey: 'YOUR_WRITE_KEY', host: 'cdp.example.com', useHostForBundles: true })
  if (plain(documented) !== plain(stock)) throw new Error('docs/sdks.md no longer shows the stock snippet')

  // What a user does: put in one's own address and key.
  const own = documented.replaceAll('https://cdp.example.com', settings.url).replaceAll('YOUR_WRITE_KEY', settings.writeKey)
  await browse(result, signal, settings, { head: `<script>${own}</script>`, script: 'segment-snippet.js' })
})

function read(path) {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8')
  const found = /```html\n<script>\n([\s\S]*?)<\/script>\n```/.exec(text)
  if (!found) throw new Error(`${path} shows no snippet`)
  return found[1]
}

// The documentation is without blanks at the ends of lines, and that is all that may differ.
function plain(text) {
  return text.replace(/[ \t]+$/gm, '').trim()
}
