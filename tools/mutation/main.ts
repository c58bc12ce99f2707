#!/usr/bin/env tsx
// Which mistakes would the tests not notice? npm run mutation -- --help
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), { out: console.log, err: console.error })
