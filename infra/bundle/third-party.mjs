// What of others is in a bundle, and the texts of its licences. Plain Node without TypeScript, because the build runs it.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A plugin of esbuild that adds the metafile of each build to the list. */
export const noteMetafile = metafiles => ({
  name: 'note-metafile',
  setup: build => {
    build.initialOptions.metafile = true
    build.onEnd(({ metafile }) => {
      if (metafile !== undefined) metafiles.push(metafile)
    })
  },
})

/** One metafile of several builds, whose outputs may have the same names. */
export const joinMetafiles = metafiles => ({
  inputs: Object.assign({}, ...metafiles.map(({ inputs }) => inputs)),
  outputs: Object.fromEntries(
    metafiles.flatMap(({ outputs }, index) =>
      Object.entries(outputs).map(([name, output]) => [`${index}/${name}`, output]),
    ),
  ),
})

const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/

const listPackages = metafiles => {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(output => Object.entries(output.inputs)),
  )
  const folders = inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? (PACKAGE.exec(file) ?? []) : []))
  return [...new Set(folders)].sort()
}

/** The text of a licence as SPDX has it, for a package that is published without one. */
const readStandardText = async ({ name, license, author }) => {
  const { default: licences } = await import('spdx-license-list/full.js')
  const text = licences[license]?.licenseText
  if (text === undefined) throw new Error(`${name} has no file with its licence, and SPDX knows no ${license}`)
  const holder = author?.name ?? author ?? `the authors of ${name}`
  return text.replace(/^Copyright .*<.*>$/m, () => `Copyright (c) ${holder}`)
}

const readLicence = async folder => {
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const file = (await readdir(folder)).sort().find(each => /^licen[cs]e(\.|$)/i.test(each))
  const text = file === undefined ? readStandardText({ name, license, author }) : readFile(join(folder, file), 'utf8')
  return { name: `${name} ${version} (${license})`, text: (await text).replaceAll('\r\n', '\n').trim() }
}

/** The licences of all packages whose code is in these builds, each text once. The builds were made in this folder. */
export const readLicences = async (root, metafiles) => {
  const all = await Promise.all(listPackages(metafiles).map(folder => readLicence(join(root, folder))))
  const texts = [...new Set(all.map(({ text }) => text))]
  const parts = texts.map(text => {
    const packages = all.filter(each => each.text === text).map(({ name }) => name)
    return `${[...new Set(packages)].join('\n')}\n\n${text}\n`
  })
  return `Parts of these packages are in virtguard.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`
}
