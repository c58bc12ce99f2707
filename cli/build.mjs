// Bundles the command line into dist. Our dependencies stay outside, because they are installed beside it. The AWS SDK goes
// into the bundle, because a command needs a twentieth of it and would load all. So do the packages that the SDK needs.
import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { joinMetafiles, noteMetafile, readLicences } from '../infra/bundle/third-party.mjs'
import { buildPage } from '../report/build.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const built = join(dist, 'virtguard.js')
const SOURCES = ['cli', 'shared', 'functions', 'report', 'infra', 'package.json', 'cdk.json']

const modified = async path => (await stat(path).catch(() => undefined))?.mtimeMs ?? 0

const newest = async path => {
  const own = await modified(path)
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => [])
  const times = await Promise.all(entries.map(entry => modified(join(entry.parentPath ?? entry.path, entry.name))))
  return Math.max(own, ...times)
}

// What the build has put together, for `npm run sbom`.
const bundled = join(root, '.build', 'bundled.json')

const isCurrent = async () => {
  if ((await modified(bundled)) === 0) return false
  const times = await Promise.all(SOURCES.map(source => newest(join(root, source))))
  return (await modified(built)) > Math.max(...times)
}

const SDK = /^@(aws-sdk|smithy|aws)\//
const INSTALLED = /[\\/]node_modules[\\/]/

const onlySdkInside = {
  name: 'only-sdk-inside',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[^./]/ }, ({ importer, kind, path }) =>
      kind === 'entry-point' || SDK.test(path) || INSTALLED.test(importer) ? undefined : { path, external: true },
    )
  },
}

/** The part of infra/bundle/sdk-diet.ts that applies everywhere. This script has to run before TypeScript can. */
const sdkShake = async esbuild => {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['infra/bundle/sdk-diet.ts'],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  })
  const { SDK_SHAKE } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`
  )
  return SDK_SHAKE
}

const FUNCTIONS = ['evaluate', 'confirm', 'sweep', 'enforce', 'notify', 'hook']

const LICENCES = 'THIRD-PARTY-LICENCES.txt'

/** The functions as a deployment bundles them, each with the licences of what is in it, for `virtguard package`. */
const bundleFunctions = async (into, metafiles) => {
  const { tsImport } = await import('tsx/esm/api')
  const { bundleFunction } = await tsImport('../infra/bundle/bundle.ts', import.meta.url)
  for (const name of FUNCTIONS) {
    const own = []
    const folder = await bundleFunction({ name, into, plugins: [noteMetafile(own)] })
    await writeFile(join(folder, LICENCES), await readLicences(root, own))
    metafiles.push(...own)
  }
}

const filesIn = async folder => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  return entries
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
}

/** Moves what was made beside what is there, then what begins it, and removes what is not made any more. */
const moveInto = async (folder, fresh) => {
  const old = (await filesIn(folder)).filter(name => /^(virtguard-.*\.js$|functions[\\/])/.test(name))
  const made = await filesIn(fresh)
  for (const name of [...made.filter(each => each !== 'virtguard.js'), 'virtguard.js']) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await rename(join(fresh, name), join(folder, name))
  }
  for (const name of old.filter(each => !made.includes(each))) await rm(join(folder, name), { force: true })
}

/**
 * The plugin for validations of the CDK. CommonJS, because apps of either kind can load it, and their compilers then read
 * one file of types.
 */
const bundleValidation = async (esbuild, fresh, metafiles) => {
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: { cdk: 'cli/cdk/validation.ts' },
    outdir: fresh,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    plugins: [onlySdkInside, noteMetafile(metafiles)],
    logLevel: 'warning',
  })
  await copyFile(join(root, 'cli', 'cdk', 'published.d.cts'), join(fresh, 'cdk.d.cts'))
}

const loadEsbuild = () => import('esbuild').catch(() => undefined)

const build = async () => {
  const esbuild = await loadEsbuild()
  if (esbuild === undefined) {
    process.stderr.write('virtguard: not built, esbuild is not installed; for a build run npm ci without --omit=dev\n')
    return
  }
  // Built beside and then moved, so that a command that starts meanwhile finds the old or the new one whole.
  const fresh = join(root, '.build', `cli-${process.pid}`)
  const metafiles = []
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: { virtguard: 'cli/main.ts' },
    outdir: fresh,
    bundle: true,
    splitting: true,
    chunkNames: 'virtguard-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    plugins: [onlySdkInside, ...(await sdkShake(esbuild)), noteMetafile(metafiles)],
    logLevel: 'warning',
  })
  await bundleValidation(esbuild, fresh, metafiles)
  await writeFile(join(fresh, 'report.html'), await buildPage(esbuild, metafiles))
  await bundleFunctions(join(fresh, 'functions'), metafiles)
  await writeFile(join(fresh, LICENCES), await readLicences(root, metafiles))
  await writeFile(bundled, JSON.stringify(joinMetafiles(metafiles)))
  await moveInto(dist, fresh)
  await rm(fresh, { recursive: true, force: true })
}

if (!process.argv.includes('--if-stale') || !(await isCurrent())) await build()
