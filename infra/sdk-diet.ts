import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * Makes the schema tables of an AWS SDK client removable. Each table is a plain literal, but for keys that are written
 * as constants (`{ [_e]: _c }`): esbuild cannot prove that such a key has no side effect, so it keeps all 3,400 tables
 * of the EC2 client. With the constants' values as keys it keeps what is used. Throws if a key is left that it cannot
 * resolve: then the SDK writes its tables in another way, and this has to be looked at again.
 */
export const literalKeys = (source: string): string => {
  const constants = new Map([...source.matchAll(/^const (_\w*) = ("[^"\\\n]*");$/gm)].map(m => [m[1], m[2]]))
  return source.replace(/\[(\w+)\]:/g, (_, name: string) => {
    const value = constants.get(name)
    if (value === undefined) throw new Error(`schema table has a key [${name}] that is not a constant of its file`)
    return `${value}:`
  })
}

/** Applies `literalKeys` to the schema files of every AWS SDK client in the bundle. */
export const shakeSchemas: Plugin = {
  name: 'shake-schemas',
  setup: build => {
    build.onLoad(
      { filter: /@aws-sdk[\\/]client-[\w-]+[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/ },
      async ({ path }) => ({
        contents: literalKeys(await readFile(path, 'utf8')),
        loader: 'js',
      }),
    )
  },
}

/**
 * A function's credentials are in its environment, for the whole life of its sandbox. The other nine places where the
 * SDK would look (profiles, single sign-on, instance metadata, …) are not in the bundle.
 */
export const environmentCredentials: Plugin = {
  name: 'environment-credentials',
  setup: build => {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ importer }) => ({
      path: 'credentials',
      namespace: 'environment-credentials',
      pluginData: dirname(importer),
    }))
    build.onLoad({ filter: /.*/, namespace: 'environment-credentials' }, ({ pluginData }) => ({
      contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'`,
      resolveDir: pluginData,
      loader: 'js',
    }))
  },
}
