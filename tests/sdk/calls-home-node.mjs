import http from 'node:http'
import { once } from 'node:events'
import { calledHome } from './lib/loopback-only.mjs'
import { readArguments } from './lib/arguments.mjs'
import { report } from './lib/report.mjs'

// No SDK: this one does call home, in each way that the SDKs know, so that the tests can see that it would be noticed.
const { timeoutMs } = readArguments()

await report('control', timeoutMs, async (result) => {
  result.calledHome = calledHome
  await fetch('https://fetch.example/v1/m').catch(() => {})
  await once(http.get('http://http.example/v1/m'), 'error')
  result.sent = [{ type: 'track', name: null, messageId: 'none' }]
})
