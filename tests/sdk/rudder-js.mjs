import { readArguments } from './lib/arguments.mjs'
import { browse } from './lib/browser.mjs'
import { report } from './lib/report.mjs'

const settings = readArguments()

await report('@rudderstack/analytics-js', settings.timeoutMs, (result, signal) => browse(result, signal, settings, { script: 'rudder-js.js' }))
