import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * Makes the schema tables of an AWS SDK client removable. Each table is a plain literal, except for keys that are
 * written as constants (`{ [_e]: _c }`): esbuild cannot prove that such a key has no side effect, so it keeps all 3,400
 * tables of the EC2 client. With the constants' values as keys it keeps only the used ones. Throws if it cannot resolve
 * a key: then the SDK writes its tables in another way, and this code needs a new version.
 */
export const inlineLiteralKeys = (source: string): string => {
  const constants = new Map([...source.matchAll(/^const (_\w*) = ("[^"\\\n]*");$/gm)].map(m => [m[1], m[2]]))
  return source.replace(/\[(\w+)\]:/g, (_, name: string) => {
    const value = constants.get(name)
    if (value === undefined) throw new Error(`schema table has a key [${name}] that is not a constant of its file`)
    return `${value}:`
  })
}

const client = /@aws-sdk[\\/]client-[\w-]+[\\/]/.source

const shakeSchemas: Plugin = {
  name: 'shake-schemas',
  setup: build => {
    build.onLoad(
      { filter: new RegExp(`${client}dist-es[\\\\/]schemas[\\\\/]schemas_\\d+\\.js$`) },
      async ({ path }) => ({
        contents: inlineLiteralKeys(await readFile(path, 'utf8')),
        loader: 'js',
      }),
    )
  },
}

/** Of a client's package.json only the version is used, for the user agent. */
const versionOnly: Plugin = {
  name: 'version-only',
  setup: build => {
    build.onLoad({ filter: new RegExp(`${client}package\\.json$`) }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'))
      return { contents: JSON.stringify({ version }), loader: 'json' }
    })
  },
}

// The exports of @smithy/core's module of this name, without the files.
const NO_CONFIG_FILES = `export { CONFIG_PREFIX_SEPARATOR } from './constants'
export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} })`

/**
 * A function has its credentials and its settings in its environment, for the whole life of its sandbox. The other
 * sources of the SDK, among them profile files, single sign-on and instance metadata, are left out.
 */
const environmentOnly: Plugin = {
  name: 'environment-only',
  setup: build => {
    const namespace = 'environment-only'
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ importer, path }) => ({
      path,
      namespace,
      pluginData: dirname(importer),
    }))
    build.onLoad({ filter: /.*/, namespace }, ({ pluginData }) => ({
      contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'`,
      resolveDir: pluginData,
      loader: 'js',
    }))
    build.onLoad({ filter: /shared-ini-file-loader[\\/]loadSharedConfigFiles\.js$/ }, () => ({
      contents: NO_CONFIG_FILES,
      loader: 'js',
    }))
  },
}

/**
 * Packages import these lazily for cases that a function never meets: event streams, a browser's user agent. They stay
 * outside. Such a case ends with "Cannot find module".
 */
const noVendorLazies: Plugin = {
  name: 'no-vendor-lazies',
  setup: build => {
    build.onResolve({ filter: /.*/ }, ({ kind, importer, path }) =>
      kind === 'dynamic-import' && /[\\/]node_modules[\\/]/.test(importer) ? { path, external: true } : undefined,
    )
  },
}

/** Leaves out what no call needs, wherever the SDK runs. */
export const SDK_SHAKE: Plugin[] = [shakeSchemas, versionOnly]

/** Makes the AWS SDK small in a function. test/infra/bundle.test.ts measures it, and each step explains itself. */
export const SDK_DIET: Plugin[] = [...SDK_SHAKE, environmentOnly, noVendorLazies]
