import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { RegionInfo } from 'aws-cdk-lib/region-info'
import { REGIONS } from '../../shared/catalogue/regions.ts'

const core = dirname(createRequire(join(process.cwd(), 'package.json')).resolve('@aws-sdk/core/package.json'))
const partitions = readFileSync(join(core, 'dist-es/submodules/client/util-endpoints/lib/aws/partitions.js'), 'utf8')
const ofSdk = [...partitions.matchAll(/"([a-z]{2,}(?:-[a-z]+)+-\d+)": *\{/g)].map(([, name]) => name)

describe('the regions that are known', () => {
  test('are all that the SDK and the CDK know', () => {
    expect(ofSdk.length).toBeGreaterThan(40)
    const known = [...new Set([...ofSdk, ...RegionInfo.regions.map(({ name }) => name)])]
    expect(REGIONS).toEqual(known.toSorted())
  })
})
