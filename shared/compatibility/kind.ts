// The purpose of a type, read from its name by AWS's naming convention, because the API does not say it.
import { getFamily, getSize, parseFamily } from '../catalogue/family.ts'

const SPECIAL: Readonly<Record<string, string>> = {
  g: 'gpu',
  gr: 'gpu',
  p: 'gpu',
  cg: 'gpu',
  f: 'fpga',
  inf: 'machine-learning',
  trn: 'machine-learning',
  dl: 'machine-learning',
  vt: 'video',
  mac: 'mac',
  hpc: 'hpc',
  u: 'high-memory',
}

/** `ordinary`, or the special hardware that a type is chosen (and paid) for; bare metal is a kind of its own. */
export const getKind = (instanceType: string): string => {
  const kind = SPECIAL[parseFamily(getFamily(instanceType)).series] ?? 'ordinary'
  return getSize(instanceType).startsWith('metal') ? `${kind} metal` : kind
}

/** Old families whose letter went to others: m2 was memory optimized, cc and a1 compute optimized. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  m2: 'r',
  cc1: 'c',
  cc2: 'c',
  cr1: 'r',
  hi1: 'i',
  hs1: 'd',
  h1: 'd',
  a1: 'c',
}

/** The letters of the families that continue older ones: m1 is m, m2 is r. */
export const getSeries = (family: string): string => SUCCESSORS[family] ?? parseFamily(family).series

/** How many extras a family has over the plain one of its series, by the options in its name: m8i and m8g none, m8idn two, m7i-flex one. */
const countExtras = (options: string): number => {
  const [letters = '', ...suffixes] = options.split('-')
  return letters.replace(/^[aig]/, '').length + suffixes.length
}

const GENERAL_FIRST = ['m', 'c', 'r', 't']

/**
 * The rank of a family among recommendations, less is better: ordinary before special hardware, plain before
 * specialised, newest first, then m, c, r, t, others; Intel and Arm before AMD, which fewer Regions have.
 */
export const rankFamily = (family: string): readonly number[] => {
  const { series, generation, options } = parseFamily(family)
  const place = GENERAL_FIRST.indexOf(series)
  return [
    SPECIAL[series] === undefined ? 0 : 1,
    countExtras(options),
    -generation,
    place < 0 ? GENERAL_FIRST.length : place,
    options.startsWith('a') ? 1 : 0,
  ]
}

/** The first difference decides. */
export const compareRanks = (a: readonly number[], b: readonly number[]): number => {
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The order of code points, the same on every machine. */
export const compareNames = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
