/** `npm run cost` prints the costs of a stack; `npm run cost -- --write` puts them into docs/cost.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { replaceCounted } from './document.ts'
import { renderCosts } from './page.ts'
import { synthesizeVariants } from './variants.ts'

const PAGE = new URL('../../docs/cost.md', import.meta.url)

const counted = renderCosts(synthesizeVariants())
if (process.argv.includes('--write')) writeFileSync(PAGE, replaceCounted(readFileSync(PAGE, 'utf8'), counted))
else console.log(counted)
