import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Plugin } from 'esbuild'
import { openTable } from '../../shared/catalogue/table.ts'
import { listAllBlocked } from '../../shared/compatibility/blocked.ts'

type Edit = { readonly file: RegExp; readonly find: string; readonly put: string }

/**
 * Node makes its web streams at their first use, which takes longer than the whole evaluation of a launch. middy uses
 * them when it is loaded, the SDK when it reads an answer, only to learn that the value is no such stream. The answer
 * stays the same: the global is the class that middy imports, and a stream of Node is no web stream.
 */
const WEB_STREAMS: readonly Edit[] = [
  {
    file: /@middy[\\/]core[\\/]index\.js$/,
    find: 'import { ReadableStream } from "node:stream/web";',
    put: '',
  },
  {
    file: /@smithy[\\/]core[\\/]dist-es[\\/].*[\\/]stream-type-check\.js$/,
    find: 'export const isReadableStream = (stream) => typeof ReadableStream',
    put: `import { Readable } from 'node:stream'
export const isReadableStream = (stream) => !(stream instanceof Readable) && typeof ReadableStream`,
  },
]

/**
 * Throws if the line is missing, or there more than once: then the package has changed, and this code needs a new
 * version.
 */
export const applyEdit = (source: string, { find, put }: Pick<Edit, 'find' | 'put'>): string => {
  const [before = '', after, ...more] = source.split(find)
  if (after === undefined || more.length > 0) throw new Error(`expected once in a package, to be left out: ${find}`)
  return `${before}${put}${after}`
}

/** DynamoDB's client keeps a cache for endpoints that it discovers; none of its commands discovers any. */
const DISCOVERY: Edit = {
  file: /@aws-sdk[\\/]client-dynamodb[\\/]dist-es[\\/]DynamoDBClient\.js$/,
  find: 'resolveEndpointDiscoveryConfig(_config_8, { endpointDiscoveryCommandCtor: DescribeEndpointsCommand })',
  put: '_config_8',
}

/** Node always has the hash of its own, and no function signs a stream of events. */
const SIGNING: readonly Edit[] = [
  {
    file: /@smithy[\\/]core[\\/]dist-es[\\/].*[\\/]Sha256Node\.js$/,
    find: 'import { Sha256Js } from "./Sha256Js";',
    put: 'const Sha256Js = undefined;',
  },
  {
    file: /@smithy[\\/]signature-v4[\\/]dist-es[\\/]SignatureV4\.js$/,
    find: 'import { HeaderFormatter } from "./HeaderFormatter";',
    put: 'class HeaderFormatter {}',
  },
]

const unused: Plugin = {
  name: 'unused',
  setup: build => {
    for (const edit of [...WEB_STREAMS, DISCOVERY, ...SIGNING])
      build.onLoad({ filter: edit.file }, async ({ path }) => ({
        contents: applyEdit(await readFile(path, 'utf8'), edit),
        loader: 'js',
        resolveDir: dirname(path),
      }))
  },
}

// Those of the images that are launched; any other is worked out when it comes.
const ARCHITECTURES = ['x86_64', 'arm64', 'i386']

/**
 * As a literal of the program, the catalogue would be parsed by the compiler, which takes much longer than JSON.parse.
 * The values that the first alert would have to compute from it are put beside it.
 */
const tableAsText: Plugin = {
  name: 'table-as-text',
  setup: build => {
    build.onLoad({ filter: /shared[\\/]catalogue[\\/]types\.json$/ }, async ({ path }) => {
      const table = JSON.parse(await readFile(path, 'utf8'))
      const text = JSON.stringify({ ...table, blocked: listAllBlocked(ARCHITECTURES, openTable(table)) })
      return { contents: `export default JSON.parse(${JSON.stringify(text)})`, loader: 'js' }
    })
  },
}

/** Makes a function start in less time, without any other effect. test/infra/bundle.test.ts checks that. */
export const START_DIET: Plugin[] = [unused, tableAsText]
