import { readArguments } from './lib/arguments.mjs'
import { browse } from './lib/browser.mjs'
import { report } from './lib/report.mjs'

const settings = readArguments()

await report('@rudderstack/analytics-js', settings.timeoutMs, (result) => browse(result, settings, { script: 'rudder-js.js' }))
