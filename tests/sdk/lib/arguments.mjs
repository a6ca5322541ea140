import { parseArgs } from 'node:util'

// What every driver takes. The server's URL and the write key come from the command line or from the environment.
export function readArguments() {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: process.env.CDP_URL },
      'write-key': { type: 'string', default: process.env.CDP_WRITE_KEY },
      'timeout-seconds': { type: 'string', default: '60' },
      batching: { type: 'boolean', default: false },
      'no-cdn': { type: 'boolean', default: false },
      beacon: { type: 'boolean', default: false },
    },
  })
  if (!values.url || !values['write-key']) {
    console.error('usage: node <driver>.mjs --url http://127.0.0.1:8080 --write-key KEY [--timeout-seconds N] [--batching] [--no-cdn] [--beacon]')
    process.exit(2)
  }

  return {
    url: values.url.replace(/\/$/, ''),
    writeKey: values['write-key'],
    timeoutMs: Number(values['timeout-seconds']) * 1000,
    batching: values.batching,
    noCdn: values['no-cdn'],
    beacon: values.beacon,
  }
}
