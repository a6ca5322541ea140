import { writeSync } from 'node:fs'

// So long a driver that is out of time may take to close its browser.
const closingTimeoutMs = 10_000

// Runs one driver within its time and prints one line of JSON. The exit code is 0 when every event was taken and nothing called home.
export async function report(sdk, timeoutMs, drive) {
  const result = { sdk, anonymousId: null, sent: [], errors: [], console: [], calledHome: [] }
  const abort = new AbortController()
  const late = setTimeout(() => abort.abort(new Error(`not done after ${timeoutMs} ms`)), timeoutMs)
  const work = drive(result, abort.signal).catch((error) => result.errors.push(String(error?.stack ?? error)))
  await Promise.race([work, aborted(abort.signal)]).catch(async (error) => {
    await Promise.race([work, new Promise((resolve) => setTimeout(resolve, closingTimeoutMs))])
    if (result.errors.length === 0) result.errors.push(String(error))
  })
  clearTimeout(late)
  if (result.sent.length === 0) result.errors.push('nothing was sent')
  writeSync(1, JSON.stringify(result) + '\n')
  process.exit(result.errors.length === 0 && result.calledHome.length === 0 ? 0 : 1)
}

// Rejects when the time is over.
export function aborted(signal) {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
