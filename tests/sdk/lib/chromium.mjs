import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import puppeteer from 'puppeteer-core'

const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome']

// No name but this machine's resolves: a call home fails, and is seen to fail.
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
]

export async function withPage(use) {
  const executablePath = find()
  const userDataDir = mkdtempSync(join(tmpdir(), 'cdp-sdk-'))
  const browser = await puppeteer.launch({
    executablePath,
    userDataDir,
    headless: basename(executablePath).includes('headless-shell') ? 'shell' : true,
    args: flags,
  })
  try {
    await use(await browser.newPage())
  } finally {
    await browser.close()
    rmSync(userDataDir, { recursive: true, force: true, maxRetries: 5 })
  }
}

function find() {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name)
      try {
        accessSync(path, constants.X_OK)
        return path
      } catch {
        // Not here.
      }
    }
  }

  throw new Error('Chromium is missing. Run: apt-get install chromium-headless-shell')
}
