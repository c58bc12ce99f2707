import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { dropOtherResources } from '../../shared/lint/readers/terraform/drop-resources.ts'

const drop = (text: string): string => dropOtherResources(Buffer.from(text)).toString()

test.each([
  ['a resource of another type', '{"r":[{"mode":"managed","type":"aws_iam_role","x":{"y":1}}]}', '{"r":[{}]}'],
  ['a data source of another type', '[{"type" : "aws_vpc", "mode": "data"},1]', '[{},1]'],
  ['one in another', '{"a":{"mode":"data","type":"a","in":[{"mode":"data","type":"b"}]}}', '{"a":{}}'],
])('%s becomes an empty object', (_, text, expected) => expect(drop(text)).toBe(expected))

test.each([
  ['a resource that launches', '{"mode":"managed","type":"aws_instance","values":{"ami":"ami-1"}}'],
  ['an object without a mode', '{"type":"AWS::S3::Bucket"}'],
  ['a text that looks like a resource', '{"x":"{\\"mode\\":\\"data\\",\\"type\\":\\"a\\"}"}'],
  ['a mode that is no word', '{"mode":{"managed":1},"type":"aws_vpc"}'],
  ['what is cut off', '{"mode":"data","type":"aws_vpc"'],
  ['a text that is cut off', '{"mode":"data","type":"aws_'],
  ['a closing bracket too many', ']}'],
])('%s stays as it is', (_, text) => expect(drop(text)).toBe(text))

test('JSON stays JSON, and what launches stays in it', () => {
  const key = fc.constantFrom('mode', 'type', 'values', 'a"\\b')
  const leaf = fc.constantFrom<unknown>('managed', 'data', 'aws_vpc', 'aws_instance', '}"{\\', 1, null, true)
  const { value } = fc.letrec(tie => ({
    value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(key, tie('value'))),
  }))
  fc.assert(
    fc.property(value, inner => {
      const launch = { mode: 'managed', type: 'aws_instance', inner }
      const dropped: unknown = JSON.parse(drop(JSON.stringify([inner, launch, inner])))
      expect(Array.isArray(dropped) && dropped[1]).toMatchObject({ mode: 'managed', type: 'aws_instance' })
    }),
  )
})
