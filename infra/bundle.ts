import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build, type OutputFile, type Plugin } from 'esbuild'
import type { Policy } from '../shared/policy/policy.ts'
import { environmentCredentials, shakeSchemas } from './sdk-diet.ts'

const ROOT = resolve(import.meta.dirname, '..')

export type FunctionSource = {
  /** The folder under `functions` that holds the handler, and the name of the bundle's folder. */
  readonly name: string
  /** Written beside the bundle, where the handler reads it. */
  readonly policy?: Policy
  readonly entry?: string
  /** Where the bundle's folder is made; `.build` of the project unless told. */
  readonly into?: string
}

/**
 * Bundles a function into a folder of its own, `index.js` and its policy, and returns the folder. The same input gives
 * the same bytes. CommonJS and one file, because that starts fastest.
 */
export const bundleFunction = async ({ name, policy, entry, into }: FunctionSource): Promise<string> => {
  const folder = join(into ?? join(ROOT, '.build'), name)
  const code = await oneFile(await shaken(entry ?? join('functions', name, 'handler.ts')))
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'index.js'), code)
  if (policy !== undefined) await writeFile(join(folder, 'policy.json'), `${JSON.stringify(policy)}\n`)
  return folder
}

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  write: false,
  platform: 'node',
  // Lambda runs it on Node 24, the local cloud on the Node that is there.
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
} as const

/**
 * First pass: what the handler uses, in modules. Only a build that splits removes unused code from lazily imported
 * modules and from what they share with the others.
 */
const shaken = async (entry: string): Promise<readonly OutputFile[]> => {
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: { index: entry },
    outdir: ROOT,
    format: 'esm',
    splitting: true,
    mainFields: ['module', 'main'],
    define: { 'import.meta.dirname': '__dirname' },
    plugins: [shakeSchemas, environmentCredentials],
  })
  return outputFiles
}

/** Second pass: those modules in one minified CommonJS file, where a lazily imported one is still evaluated when it is imported. */
const oneFile = async (modules: readonly OutputFile[]): Promise<Uint8Array> => {
  const contents = new Map(modules.map(({ path, text }) => [path, text]))
  const inMemory: Plugin = {
    name: 'in-memory',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^\.\// }, ({ path }) => ({ path: join(ROOT, path), namespace: 'memory' }))
      onLoad({ filter: /.*/, namespace: 'memory' }, ({ path }) => ({
        contents: contents.get(path) ?? '',
        loader: 'js',
      }))
    },
  }
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: ['./index.js'],
    format: 'cjs',
    minify: true,
    plugins: [inMemory],
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error('esbuild wrote no file')
  return file.contents
}
