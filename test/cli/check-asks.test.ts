// What a check asks AWS, and what it says where that is no answer.
import { describe, expect, test } from '@jest/globals'
import { askForImage, askForParameter, askForType, type Ec2Reads } from '../../cli/check/ask-aws.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'

const failing = (error: object): Ec2Reads => ({
  image: () => Promise.reject(error),
  parameter: () => Promise.reject(error),
  type: () => Promise.reject(error),
})
const failure = (name: string, message: string, more = {}) => Object.assign(new Error(message), { name, ...more })

describe('a check that asks AWS', () => {
  test.each([
    [failure('Error', 'Region is missing'), 'no region is known; give --region'],
    [
      failure('CredentialsProviderError', 'Could not load credentials from any providers'),
      'there are no AWS credentials; log in',
    ],
    [
      failure('ExpiredToken', 'The security token included in the request is expired', { $metadata: {} }),
      'have expired; log in',
    ],
    [
      failure('UnauthorizedOperation', 'You are not authorized\nEncoded: x', { $metadata: {} }),
      'do not allow it; allow the call',
    ],
    [failure('AuthFailure', 'AWS was not able to validate', { $metadata: {} }), 'does not accept the credentials'],
    [
      failure('Error', 'connect ECONNREFUSED 192.0.2.1:443', { code: 'ECONNREFUSED' }),
      'cannot be reached; check the network',
    ],
    [
      failure('Error', 'getaddrinfo ENOTFOUND ec2.no-where-1.amazonaws.com', { code: 'ENOTFOUND' }),
      'check the region and the network',
    ],
    [
      failure('Error', 'XML parse error: <html>\n  Deserialization error: to see', { $metadata: {} }),
      'the answer is not from EC2; check AWS_ENDPOINT_URL',
    ],
    [failure('SomethingNew', 'strange\nthings', { $metadata: {} }), 'EC2 refuses (SomethingNew: strange); check'],
  ])('answers %s in one line that says what to do', async (error, words) => {
    const message = await askForImage(failing(error), 'ami-0abcdef1234567890').catch(({ message }) => message)
    expect(message).toMatch(/^ec2:DescribeImages: /)
    expect(message).toContain(words)
    expect(message).not.toContain('\n')
  })

  test('says that an image does not exist', async () => {
    const ec2: Ec2Reads = {
      image: async () => undefined,
      parameter: async () => undefined,
      type: async () => undefined,
    }
    await expect(askForImage(ec2, 'ami-0abcdef1234567890')).rejects.toThrow('there is no such image in this region')
  })

  test('says that no image has a parameter', async () => {
    const ec2: Ec2Reads = {
      image: async () => undefined,
      parameter: async () => undefined,
      type: async () => undefined,
    }
    await expect(askForParameter(ec2, '/aws/service/x')).rejects.toThrow('no image of this region has this parameter')
  })

  test('does not take a bug for an answer of AWS', async () => {
    await expect(askForImage(failing(new TypeError('x is not a function')), 'ami-1')).rejects.toThrow(TypeError)
  })

  test('asks for a type only if the catalogue lacks it', async () => {
    const asked: string[] = []
    const facts = loadCatalogue().get('m5.large')
    const ec2: Ec2Reads = {
      image: async () => undefined,
      parameter: async () => undefined,
      type: async name => {
        asked.push(name)
        return facts && { ...facts, instanceType: name }
      },
    }
    expect((await askForType(ec2, loadCatalogue(), 'm5.large')).get('m5.large')).toEqual(facts)
    expect((await askForType(ec2, loadCatalogue(), 'm99.large')).get('m99.large')?.instanceType).toBe('m99.large')
    expect(asked).toEqual(['m99.large'])
  })
})
