import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { build, type OutputFile, type Plugin, transform } from 'esbuild'
import type { Policy } from '../../shared/policy/policy.ts'
import { SDK_DIET } from './sdk-diet.ts'
import { START_DIET } from './start-diet.ts'

const ROOT = resolve(import.meta.dirname, '../..')

export type FunctionSource = {
  /** The folder under `functions` with the handler, and the name of the bundle's folder. */
  readonly name: string
  /** Written beside the bundle, from which the handler reads it. */
  readonly policy?: Policy
  readonly entry?: string
  /** The parent of the bundle's folder. `.build` of the project by default. */
  readonly into?: string
  /** More plugins of esbuild. */
  readonly plugins?: readonly Plugin[]
}

/**
 * Bundles a function into a folder of its own and returns the folder: `index.js`, the code shared with its lazily
 * imported modules, each of those, and the policy. The same input gives the same bytes. Minified CommonJS, because Node
 * starts it fastest. Several files, because lazily imported code in one file would be wrapped in functions together
 * with everything it shares, which V8 then parses twice.
 */
export const bundleFunction = async ({ name, policy, entry, into, plugins = [] }: FunctionSource): Promise<string> => {
  const folder = join(into ?? join(ROOT, '.build'), name)
  const modules = await bundleModules(entry ?? join('functions', name, 'handler.ts'), plugins)
  const files = await Promise.all(modules.map(toCommonJs))
  const made = `${folder}.${process.pid}`
  await mkdir(made, { recursive: true })
  for (const { file, code } of files) await writeFile(join(made, file), code)
  if (policy !== undefined) await writeFile(join(made, 'policy.json'), `${JSON.stringify(policy)}\n`)
  // Put in place at once, because another process may synthesize, too.
  await rm(folder, { recursive: true, force: true })
  await rename(made, folder)
  return folder
}

// Lambda runs it on Node 24, the local cloud on the Node that is there.
const COMMON = { platform: 'node', target: 'node20', legalComments: 'none', logLevel: 'warning' } as const

/**
 * The code that the handler uses, as modules. Only a build that splits leaves unused code out of lazily imported
 * modules, too.
 */
const bundleModules = async (entry: string, plugins: readonly Plugin[]): Promise<readonly OutputFile[]> => {
  const { outputFiles } = await build({
    ...COMMON,
    absWorkingDir: ROOT,
    entryPoints: { index: entry },
    outdir: ROOT,
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    mainFields: ['module', 'main'],
    define: { 'import.meta.dirname': '__dirname' },
    plugins: [...SDK_DIET, ...START_DIET, ...plugins],
  })
  return outputFiles
}

const toCommonJs = async ({ path, text }: OutputFile): Promise<{ file: string; code: string }> => {
  const { code } = await transform(text, {
    ...COMMON,
    format: 'cjs',
    minify: true,
    // `import()` becomes `require`: Node's module loader would take longer to load than the code.
    supported: { 'dynamic-import': false },
  })
  return { file: basename(path), code }
}
