import { writeSync } from 'node:fs'

// Runs one driver within its time and prints one line of JSON. The exit code is 0 when every event was taken and nothing called home.
export async function report(sdk, timeoutMs, drive) {
  const result = { sdk, anonymousId: null, sent: [], errors: [], console: [], calledHome: [] }
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    await Promise.race([drive(result), late])
  } catch (error) {
    result.errors.push(String(error?.stack ?? error))
  }

  clearTimeout(timer)
  if (result.sent.length === 0) result.errors.push('nothing was sent')
  writeSync(1, JSON.stringify(result) + '\n')
  process.exit(result.errors.length === 0 && result.calledHome.length === 0 ? 0 : 1)
}
