import { createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A private key and a certificate for `localhost` and 127.0.0.1 that is its own authority, as PEM. */
export type Certificate = { readonly key: string; readonly certificate: string }

const OID = {
  commonName: '550403',
  ecdsaWithSha256: '2a8648ce3d040302',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
} as const

/**
 * Makes a certificate with nothing but Node, which can read certificates but not write them. It is good from an hour
 * before `now` for a week.
 */
export function makeCertificate(now: Date): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = encodeSequence(encodeOid(OID.ecdsaWithSha256))
  const body = encodeSequence(
    encodeExplicit(0, encodeDer(0x02, Buffer.from([2]))),
    encodeDer(0x02, Buffer.concat([Buffer.from([1]), randomBytes(12)])),
    algorithm,
    NAME,
    encodeSequence(time(now.getTime() - 3_600_000), time(now.getTime() + 7 * 86_400_000)),
    NAME,
    createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({ type: 'spki', format: 'der' }),
    encodeExplicit(3, encodeSequence(AUTHORITY, ADDRESSES)),
  )
  const signature = encodeBits(sign('sha256', body, privateKey))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: encodePem(encodeSequence(body, algorithm, signature)),
  }
}

/** One DER element: a tag, the length, the content. */
function encodeDer(tag: number, content: Buffer): Buffer {
  const { length } = content
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content])
  const header = length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(header), content])
}

const encodeSequence = (...parts: readonly Buffer[]): Buffer => encodeDer(0x30, Buffer.concat(parts))
const encodeOid = (hex: string): Buffer => encodeDer(0x06, Buffer.from(hex, 'hex'))
const createTextAttribute = (value: string): Buffer => encodeDer(0x0c, Buffer.from(value, 'utf8'))
const encodeBits = (content: Buffer): Buffer => encodeDer(0x03, Buffer.concat([Buffer.from([0]), content]))
const encodeExplicit = (tag: number, content: Buffer): Buffer => encodeDer(0xa0 + tag, content)
const time = (ms: number): Buffer =>
  encodeDer(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`, 'ascii'))

const NAME = encodeSequence(
  encodeDer(0x31, encodeSequence(encodeOid(OID.commonName), createTextAttribute('virtguard bench'))),
)
const TRUE = encodeDer(0x01, Buffer.from([0xff]))
const AUTHORITY = encodeSequence(encodeOid(OID.basicConstraints), TRUE, encodeDer(0x04, encodeSequence(TRUE)))
const ADDRESSES = encodeSequence(
  encodeOid(OID.subjectAltName),
  encodeDer(
    0x04,
    encodeSequence(encodeDer(0x82, Buffer.from('localhost', 'ascii')), encodeDer(0x87, Buffer.from([127, 0, 0, 1]))),
  ),
)

const encodePem = (content: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${content.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`
