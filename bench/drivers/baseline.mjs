// The minimal work of every reader of these files: decompress and parse, file by file, and nothing else.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const folder = process.argv[2]
let records = 0
for (const name of readdirSync(folder))
  records += JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString('utf8')).Records.length
process.stdout.write(`${records}\n`)
