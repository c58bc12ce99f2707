// The text inside a wrapper: JSON, several pieces of JSON one after another, or either of them compressed and in base64.
import { gunzipSync } from 'node:zlib'
import { isGzip } from '../input/gunzip.ts'
import { MAX_RECORD } from '../input/max-record.ts'
import { parseJson } from '../input/parse-json.ts'
import { recordSplitter } from '../input/split-records.ts'
import { type Content, isJson } from './wrapper.ts'

const NOT_JSON = 'text that is no JSON in it; repair the record or leave it out'
const LOG_LINE = { other: ['line of a log without an event', 'lines of a log without an event'] } as const

// Gzip's first two bytes and its method, in base64.
const BASE64_GZIP = /^\s*H4sI[\w+/=\s]*$/

/** Text of several objects, or of damaged ones: what can be read of it, and what cannot. */
const splitText = (text: string): readonly Content[] => {
  const contents: Content[] = []
  const splitter = recordSplitter(
    {
      isRecord: () => true,
      onRecord: value => contents.push({ value }),
      onProblem: what => contents.push({ problem: what }),
    },
    MAX_RECORD,
  )
  splitter.push(Buffer.from(text))
  splitter.end()
  return contents
}

/** The object at the end of a line that begins with something else: a time, a level, the id of a request. */
const findObject = (text: string): Content | undefined => {
  const brace = text.indexOf('{"')
  const parsed = brace === -1 ? undefined : parseJson(text.slice(brace))
  return parsed && { value: parsed.value }
}

/** What a text holds. Text of a log that holds no JSON is counted, any other is a problem. */
export const readText = (text: string, isLog: boolean): readonly Content[] => {
  const parsed = parseJson(text)
  if (typeof parsed?.value === 'string') return [{ text: parsed.value, isLog }]
  if (parsed !== undefined && typeof parsed.value === 'object' && parsed.value !== null)
    return [{ value: parsed.value }]
  if (BASE64_GZIP.test(text)) return [{ base64: text }]
  if (/^\s*[[{]/.test(text)) return splitText(text)
  return [isLog ? (findObject(text) ?? LOG_LINE) : { problem: NOT_JSON }]
}

const inflate = (bytes: Buffer): Content => {
  try {
    return { text: gunzipSync(bytes, { maxOutputLength: MAX_RECORD }).toString('utf8') }
  } catch (error) {
    const isTooLong = isJson(error) && error['code'] === 'ERR_BUFFER_TOO_LARGE'
    return {
      problem: isTooLong
        ? `compressed data of more than ${MAX_RECORD / 1024 / 1024} MiB in it; unwrap it first`
        : 'compressed data in it that is cut off or damaged; fetch it again',
    }
  }
}

/** What base64 holds: text, or gzip of it. */
export const readBase64 = (base64: string): Content => {
  const bytes = Buffer.from(base64, 'base64')
  if (isGzip(bytes)) return inflate(bytes)
  return { text: bytes.toString('utf8') }
}
