import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'

/** What a bundle knows beforehand. */
export const blocked = loadCatalogue().blocked
