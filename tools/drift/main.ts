#!/usr/bin/env tsx
// Names what AWS has and virtguard does not know: npm run drift -- --help
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), { out: console.log, err: console.error })
