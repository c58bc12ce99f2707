import { expect, test } from '@jest/globals'
import { NODE_GROUP_WORDINGS, RESIZE_WORDINGS, understandWords, WORDINGS } from '../../shared/facts/wordings.ts'

const WITH_REST = [...WORDINGS, ...RESIZE_WORDINGS, ...NODE_GROUP_WORDINGS].flatMap(wording =>
  wording.rest === undefined ? [] : [{ ...wording, rest: wording.rest }],
)

test.each(WITH_REST)('a message that quotes a caller before "$rest" is another message', wording => {
  const { code, starts, rest } = wording
  for (const words of [`name 'The t2.micro`, 'key pair my-key', `x' and y`, '', ' ', 'a'.repeat(500)]) {
    const message = `${starts}${words}${rest}UEFI.`
    expect(understandWords({ code, message }, [wording])).toBeUndefined()
  }
})

test.each([
  ["The architecture 'i386,x86_64", "' of the specified instance type does not match the architecture 'arm64'"],
  ["The architecture 'i386, x86_64", "' of the specified instance type does not match the architecture 'arm64'"],
  ['The u-6tb1.112xlarge', ' instance type does not support an AMI with a boot mode of UEFI.'],
])('a message that begins with %j is understood', (starts, rest) => {
  expect(understandWords({ code: 'InvalidParameterValue', message: `${starts}${rest}` })).toBeDefined()
})

test('a change of type and a node group name several types', () => {
  const resize = {
    code: 'InvalidInstanceAttributeValue',
    message: 'Modifying the instance type from t3.micro to t4g.micro is not allowed.',
  }
  expect(understandWords(resize, RESIZE_WORDINGS)?.said).toMatchObject({ from: 't3.micro', type: 't4g.micro' })
  const group = {
    code: 'InvalidParameterException',
    message: '[t4g.medium, t4g.large] is not a valid instance type for requested amiType AL2_x86_64',
  }
  expect(understandWords(group, NODE_GROUP_WORDINGS)).toBeDefined()
})
