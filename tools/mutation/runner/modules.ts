// The project's modules as jest loads them: from TypeScript to CommonJS with the same options, each once per test file.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { compileFunction } from 'node:vm'
import { transformSync } from '@swc/core'

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname']

/** Loads a file of the project with its imports. */
export type LoadModule = (file: string) => unknown

/** Answers a loader that compiles each file once and can give any number of test files their own modules. */
export function createModuleLoader(root: string): (replaced: ReadonlyMap<string, unknown>) => LoadModule {
  const loadPackage = createRequire(path.join(root, 'package.json'))
  const options: object =
    Object.values<[string, object]>(loadPackage('./jest.config.cjs').projects[0].transform)[0]?.[1] ?? {}
  const compiled = new Map<string, ReturnType<typeof compileFunction>>()

  const compile = (filename: string): ReturnType<typeof compileFunction> => {
    const known = compiled.get(filename)
    if (known) return known
    const { code } = transformSync(readFileSync(filename, 'utf8'), {
      ...options,
      filename,
      configFile: false,
      swcrc: false,
    })
    const made = compileFunction(code, PARAMETERS, { filename })
    compiled.set(filename, made)
    return made
  }

  return replaced => {
    const loaded = new Map<string, { exports: unknown }>()
    const importInto = (from: string) => (id: string) => {
      if (replaced.has(id)) return replaced.get(id)
      if (id.startsWith('@middy/')) return loadPackage(`./node_modules/${id}/index.js`)
      return id.startsWith('.') ? load(path.resolve(path.dirname(from), id)) : loadPackage(id)
    }
    const load: LoadModule = file => {
      const known = loaded.get(file)
      if (known) return known.exports
      const module = { exports: {} }
      loaded.set(file, module)
      if (file.endsWith('.json')) module.exports = JSON.parse(readFileSync(file, 'utf8'))
      else compile(file)(module.exports, importInto(file), module, file, path.dirname(file))
      return module.exports
    }
    return load
  }
}
