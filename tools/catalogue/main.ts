#!/usr/bin/env tsx
// Maintains the built-in table of instance types: npm run catalogue -- --help
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), { out: console.log, err: console.error })
