import { readArguments } from './lib/arguments.mjs'
import { browse } from './lib/browser.mjs'
import { report } from './lib/report.mjs'

// RudderStack's SDK on a page that does call home beside it, so that the tests can see that it would be noticed.
const settings = readArguments()
const head = `<script>
fetch('https://fetch.example/v1/m', { method: 'POST', body: '{}' }).catch(() => {})
navigator.sendBeacon('https://beacon.example/v1/m', '{}')
</script>`

await report('control', settings.timeoutMs, (result, signal) => browse(result, signal, settings, { head, script: 'rudder-js.js' }))
