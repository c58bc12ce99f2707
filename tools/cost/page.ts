/** The tables of docs/cost.md. */
import type { CostLine } from './fixed.ts'
import { type Load, priceLaunches } from './launches.ts'
import { PRICED_IN, PRICES } from './prices.ts'

export type Variant = {
  readonly name: string
  readonly lines: readonly CostLine[]
  readonly forwarded: Load['forwarded']
}

const VIOLATING = 0.01
const ADDRESSES = 2
/** Counters that are written while something happens: launches, findings of some rules, alerts, unknown. */
const METRICS = 8

const formatDollars = (dollars: number): string =>
  dollars >= 100 ? `$${Math.round(dollars).toLocaleString('en-US')}` : `$${dollars.toFixed(2)}`

const sum = (lines: readonly CostLine[]): number => lines.reduce((total, { dollars }) => total + dollars, 0)

const renderRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const renderFixed = (variants: readonly Variant[]): string => {
  const names = [...new Set(variants.flatMap(({ lines }) => lines.map(({ what }) => what)))]
  const formatCell = ({ lines }: Variant, name: string): string => {
    const line = lines.find(({ what }) => what === name)
    return line === undefined ? '' : `${line.count}: ${formatDollars(line.dollars)}`
  }
  return [
    renderRow(['Each month', ...variants.map(({ name }) => name)]),
    `|---|${variants.map(() => '---|').join('')}`,
    ...names.map(name => renderRow([name, ...variants.map(variant => formatCell(variant, name))])),
    renderRow(['**sum**', ...variants.map(({ lines }) => `**${formatDollars(sum(lines))}**`)]),
  ].join('\n')
}

const renderLoads = (variants: readonly Variant[]): string => {
  const loads = [0, 1_000, 100_000]
  const priceAll = ({ lines, forwarded }: Variant, launchesADay: number): number =>
    sum(lines) +
    (launchesADay === 0 ? 0 : METRICS * PRICES.metric) +
    priceLaunches({ launchesADay, violating: VIOLATING, addresses: ADDRESSES, forwarded })
  return [
    renderRow(['Launches a day', ...variants.map(({ name }) => name)]),
    `|---|${variants.map(() => '---|').join('')}`,
    ...loads.map(load =>
      renderRow([
        load === 0 ? 'none' : load.toLocaleString('en-US'),
        ...variants.map(variant => formatDollars(priceAll(variant, load))),
      ]),
    ),
  ].join('\n')
}

/** The part of docs/cost.md that is counted. */
export const renderCosts = (variants: readonly Variant[]): string =>
  `Prices of ${PRICED_IN.region} in ${PRICED_IN.month}, without the free tier, a month of 30 days.

${renderFixed(variants)}

With launches, of which one in ${1 / VIOLATING} breaks a rule, and ${ADDRESSES} addresses that get mails:

${renderLoads(variants)}`
