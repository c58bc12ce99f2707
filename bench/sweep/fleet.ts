import { matchesPattern } from '../../shared/text/wildcard.ts'
import { describeInstance, type Kind, renderPage } from '../stub/describe-instances.ts'

/**
 * The fleet that both sides sweep: as many instances in each region, one in 28 of an old family or paravirtual. Of an organization,
 * the same in each account.
 */
export type Fleet = { readonly regions: readonly string[]; readonly instances: number; readonly accounts?: number }

const PAGE = 1000

const renderHvm = (instanceType: string): Kind => ({ instanceType, paravirtual: false, ena: true })
const renderOld = (instanceType: string, paravirtual: boolean): Kind => ({ instanceType, paravirtual, ena: false })

const USUAL: readonly Kind[] = [
  'm5.large',
  'c6i.xlarge',
  'r6g.2xlarge',
  't3.medium',
  'm7g.large',
  'i4i.large',
  'c5.4xlarge',
].map(renderHvm)

const HITS: readonly Kind[] = [
  renderOld('m1.small', true),
  renderOld('m3.medium', false),
  renderOld('c3.large', true),
  renderOld('r3.xlarge', false),
  renderOld('t1.micro', true),
  renderOld('i2.xlarge', false),
  renderOld('m2.xlarge', true),
]

const runEvery = <T>(list: readonly T[], index: number): T => {
  const item = list[index % list.length]
  if (item === undefined) throw new Error('an empty list')
  return item
}

const getKindAt = (index: number): Kind => (index % 28 === 0 ? runEvery(HITS, index / 28) : runEvery(USUAL, index))

const MARK = '@@@@@@@@@@@@@@@@'

// Each kind is written once, in pieces between which its id goes.
const pieces = new Map<Kind, readonly string[]>()

const tryWrite = (kind: Kind, suffix: string): string => {
  const known = pieces.get(kind) ?? describeInstance(`i-0${MARK}`, kind).split(MARK)
  pieces.set(kind, known)
  return known.join(suffix)
}

/** `place` counts the regions of all accounts. */
const getSuffix = (place: number, index: number): string =>
  place.toString(16).padStart(4, '0') + index.toString(16).padStart(12, '0')

const readFilters = (form: URLSearchParams): ReadonlyMap<string, readonly string[]> => {
  const filters = new Map<string, readonly string[]>()
  for (let n = 1; form.has(`Filter.${n}.Name`); n += 1) {
    const values = [...form].filter(([key]) => key.startsWith(`Filter.${n}.Value.`)).map(([, value]) => value)
    filters.set(form.get(`Filter.${n}.Name`) ?? '', values)
  }
  return filters
}

const isSelected = (filters: ReturnType<typeof readFilters>): ((kind: Kind) => boolean) => {
  const types = filters.get('instance-type')
  const virtualization = filters.get('virtualization-type')
  return ({ instanceType, paravirtual }) =>
    (virtualization === undefined || virtualization.includes(paravirtual ? 'paravirtual' : 'hvm')) &&
    (types === undefined || types.some(pattern => matchesPattern(pattern, instanceType)))
}

/** One page of DescribeInstances over the fleet: from the token on, the selected instances, 1,000 at most. */
export const renderFleetPage = (
  { regions, instances }: Fleet,
  { region, account = 0 }: { readonly region: string; readonly account?: number },
  form: URLSearchParams,
): string => {
  const place = regions.indexOf(region)
  const wanted = isSelected(readFilters(form))
  const page: string[] = []
  let index = Number(form.get('NextToken') ?? 0)
  for (; place >= 0 && index < instances && page.length < PAGE; index += 1) {
    const kind = getKindAt(index)
    if (wanted(kind)) page.push(tryWrite(kind, getSuffix(account * regions.length + place, index)))
  }
  return renderPage(page, place >= 0 && index < instances ? String(index) : undefined)
}

/** How many instances of the fleet either side has to find. */
export const countHits = ({ regions, instances, accounts = 1 }: Fleet): number =>
  accounts * regions.length * Math.ceil(instances / 28)
