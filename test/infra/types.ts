import { catalogue } from '../../shared/catalogue/catalogue.ts'

/** What a bundle knows beforehand. */
export const blocked = catalogue().blocked
