#!/usr/bin/env node
// The installed command. cli/build.mjs builds the code that it runs: on npm install in a checkout, and before packing.
import { existsSync } from 'node:fs'

const built = new URL('../dist/virtguard.js', import.meta.url)

if (existsSync(built)) await import(built.href)
else {
  process.stderr.write('virtguard: not built yet; in the project folder run: npm ci && npm run -s build\n')
  process.exitCode = 2
}
