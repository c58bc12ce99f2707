import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

const AWS = join(__dirname, '../../shared/aws')
const WRITES = /new (?:UpdateItem|PutItem|DeleteItem|TransactWriteItems)Command\(/g

test.each(readdirSync(AWS, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')))(
  'every write of %s goes through what repeats it',
  file => {
    const text = readFileSync(join(AWS, file), 'utf8')
    const writes = text.match(WRITES)?.length ?? 0
    expect(text.match(/repeatWrite\(\(\) =>/g)?.length ?? 0).toBeGreaterThanOrEqual(writes)
  },
)
